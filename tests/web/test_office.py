"""Administration from the pages: acts judged by their table, done once, decided by two people, nothing typed lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from desk.web.act_forms import parts_of
from desk.web.house import House
from desk.web.pages.acts import _WHOLE, SECTION_OF
from records.ledger.office import acts as office_acts
from services.acts import pending
from services.days_off import days_off
from services.people import find_person
from services.policies import in_force
from states.office.acts import ACTS
from states.office.people import Actor
from states.words import Role
from tests.web.conftest import ELSEWHERE, HERE, NOW, PASSWORD, post, sign_in


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def shown(page: str) -> dict[str, str]:
    """What a form holds before anybody types: every text and hidden field of it."""
    return dict(re.findall(r'name="([a-z_.]+)" (?:type="[a-z]+" maxlength="200" )?value="([^"]*)"', page))


@pytest.mark.parametrize("act", SECTION_OF)
def test_every_act_has_a_form_with_a_label_for_each_field(
    signed_in: Callable[..., TestClient], house: House, act: str
) -> None:
    page = signed_in(Role.ADMINISTRATOR, Role.SUPERVISOR).get(f"/office/acts/{act}")
    assert page.status_code == 200
    for part in parts_of(act, {}, _WHOLE.get(act, ())):
        assert f'name="{part.name}"' in page.text, part.name
        assert part.label != part.name.split(".")[-1], f"{act}.{part.name} has no name in words"


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.FINANCE, Role.SUPERVISOR])
def test_an_act_of_administrators_is_not_there_for_others(signed_in: Callable[..., TestClient], role: Role) -> None:
    browser = signed_in(role)
    for act in SECTION_OF:
        allowed = role in ACTS[act].roles or ACTS[act].reach == "own"
        assert browser.get(f"/office/acts/{act}").status_code == (200 if allowed else 404), act


def test_a_person_is_added_and_a_second_one_gives_the_roles(
    house: House, signed_in: Callable[..., TestClient], browser: TestClient
) -> None:
    signed_in(Role.ADMINISTRATOR)
    typed = {"name": "新来的", "centres": HERE, "password": "橘子洲头 层林尽染 96", "reason": "调入"}
    assert post(browser, "/office/acts/add_operator", **typed).headers["location"].startswith("/office/people?done=")
    person = find_person(house.register, "新来的")
    assert person.centres == frozenset({HERE})
    page = browser.get(f"/office/people/{person.id}").text
    assert f"/office/acts/give_roles?account={person.id}" in page
    sent = {"account": person.id, "roles": ["clerk", "finance"], "reason": "岗位"}
    first, again = (post(browser, "/office/acts/give_roles", **sent) for _ in range(2))
    assert first.headers["location"] == again.headers["location"] == "/office/people?waiting=give_roles"
    assert find_person(house.register, "新来的").roles == frozenset()

    own = re.findall(r"/office/pending/[0-9a-f]+", browser.get("/office/pending").text)
    assert len(own) == 1  # sent twice, proposed once
    assert "不能自己批准" in browser.get(own[0]).text
    sign_in(browser, "管理甲")
    decision = browser.get(own[0]).text
    assert "经办、财务" in decision
    answer = post(browser, own[0], seal=hidden(decision, "seal"), decision="approve")
    assert answer.headers["location"] == "/office/pending?done=approve"
    assert find_person(house.register, "新来的").roles == {Role.CLERK, Role.FINANCE}


def test_only_what_was_changed_in_a_form_is_changed(house: House, browser: TestClient) -> None:
    sign_in(browser, "管理甲")
    held = shown(browser.get("/office/acts/set_policies").text)
    sent = {**held, "changes.choice_days": "45", "reason": "疫情"}
    sent.pop("csrf")
    answer = post(browser, "/office/acts/set_policies", **sent)
    assert answer.headers["location"] == "/office/policies?done=set_policies"
    assert in_force(house.database)["choice_days"] == 45
    with house.database.reading() as connection:
        (last,) = office_acts(connection, act="set_policies", limit=1)
    assert (last.old, last.new, last.reason) == ({"choice_days": 30}, {"choice_days": 45}, "疫情")


def test_what_makes_no_sense_is_refused_and_given_back(house: House, browser: TestClient) -> None:
    sign_in(browser, "管理甲")
    answer = post(browser, "/office/acts/set_policies", **{"changes.pass_mark": "400", "reason": "写了很久的原因"})
    assert answer.status_code == 409
    assert "写了很久的原因" in answer.text and 'value="400"' in answer.text
    missing = post(browser, "/office/acts/set_holiday", day="2021-02-12", name="除夕")
    assert missing.status_code == 409
    assert 'href="#workday"' in missing.text and "除夕" in missing.text


def test_the_password_is_asked_for_in_the_form_itself(house: House, browser: TestClient) -> None:
    sign_in(browser, "管理甲")
    house.clock = lambda: NOW + timedelta(minutes=20)
    assert 'name="own_password"' in browser.get("/office/acts/set_policies").text
    typed = {"changes.choice_days": "40", "was.changes.choice_days": "30", "reason": "写了很久的原因"}
    without = post(browser, "/office/acts/set_policies", **typed)
    assert without.status_code == 409 and "写了很久的原因" in without.text
    wrong = post(browser, "/office/acts/set_policies", own_password="不对", **typed)
    assert wrong.status_code == 409 and "写了很久的原因" in wrong.text and "不对" not in wrong.text
    assert in_force(house.database)["choice_days"] == 30
    right = post(browser, "/office/acts/set_policies", own_password=PASSWORD, **typed)
    assert right.status_code == 303
    assert in_force(house.database)["choice_days"] == 40
    assert browser.get("/office/policies").status_code == 200  # the session goes on under its new token


def test_a_days_entry_is_made_and_taken_away(house: House, browser: TestClient) -> None:
    sign_in(browser, "管理甲")
    assert post(browser, "/office/acts/set_holiday", day="2021-02-12", workday="false", name="除夕").status_code == 303
    assert [(str(one.day), one.workday) for one in days_off(house.database)] == [("2021-02-12", False)]
    assert "除夕" in browser.get("/office/calendar").text
    assert post(browser, "/office/acts/clear_holiday", day="2021-02-12").status_code == 303
    assert days_off(house.database) == []


def test_a_hold_is_seen_by_those_it_concerns(signed_in: Callable[..., TestClient]) -> None:
    browser = signed_in(Role.SUPERVISOR, centres=(HERE,))
    sent = {"scope": "centre", "value": HERE, "reason": "突击鉴定举报核查"}
    assert post(browser, "/office/acts/place_hold", **sent).headers["location"] == "/office/holds?done=place_hold"
    assert "突击鉴定举报核查" in browser.get("/office/holds").text
    assert post(browser, "/office/acts/place_hold", **{**sent, "value": ELSEWHERE}).status_code == 409
    other = signed_in(Role.SUPERVISOR, centres=(ELSEWHERE,))
    assert "突击鉴定举报核查" not in other.get("/office/holds").text


def test_a_centre_is_changed_column_by_column(house: House, browser: TestClient) -> None:
    sign_in(browser, "管理甲")
    page = browser.get(f"/office/acts/change_centre?code={HERE}").text
    held = shown(page)
    held.pop("csrf")
    answer = post(browser, "/office/acts/change_centre", **{**held, "code": HERE, "columns.phone": "0731-85063770"})
    assert answer.headers["location"] == "/office/centres?done=change_centre", answer.text
    assert "0731-85063770" in browser.get("/office/centres").text


def test_a_service_token_is_shown_once(house: House, browser: TestClient) -> None:
    sign_in(browser, "管理甲")
    made = post(browser, "/office/acts/create_token", name="财务对接", scopes=["read"], days="30", centres="全部")
    assert made.status_code == 200 and "jdt_" in made.text
    person = find_person(house.register, "管理甲")
    page = browser.get(f"/office/people/{person.id}").text
    assert "财务对接" in page and "jdt_" not in page


def test_nobody_decides_what_is_not_theirs_to_decide(
    house: House, signed_in: Callable[..., TestClient], browser: TestClient
) -> None:
    signed_in(Role.ADMINISTRATOR)
    post(browser, "/office/acts/set_policies", **{"changes.choice_days": "50", "was.changes.choice_days": "30"})
    admin = house.register
    (waiting,) = pending(admin, _actor(house, "某人1"))
    signed_in(Role.CLERK)
    assert browser.get(f"/office/pending/{waiting.proposal}").status_code == 404
    assert post(browser, f"/office/pending/{waiting.proposal}", decision="approve").status_code == 404


def _actor(house: House, name: str) -> Actor:
    account = find_person(house.register, name)
    return Actor(account.id, account.name, account.roles, account.centres, "", NOW)
