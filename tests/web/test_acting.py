"""A case opened, worked on and decided from the pages, on the real engine."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import anyio
import pytest
from starlette.testclient import TestClient

from desk.web.app import console
from desk.web.house import House
from records.case.context import case_facts
from records.people import accounts, terms
from services.people import initialise, instant, new_account, open_register
from services.place import Place
from states.case.facts import CaseFacts
from states.office.people import SignInPolicies
from states.reference.identity import make_id_number
from states.words import Role
from tests.web.conftest import PASSWORD, post, sign_in
from tests.workflows.conftest import place
from worker import working

__all__ = ["place"]
PEOPLE = {"经办甲": Role.CLERK, "复核乙": Role.REVIEWER, "财务丙": Role.FINANCE}


@asynccontextmanager
async def at_work(house: House) -> AsyncIterator[None]:
    """A worker in the pages' own process."""
    async with working(house.place) as running:
        house.submitter = running.submitter
        yield


@pytest.fixture
async def live(place: Place) -> Callable[[Callable[[TestClient, House], None]], object]:
    """Runs what a person does in a browser, beside a real engine."""
    from services.place import database_to_write

    database, now = database_to_write(place), datetime.now(UTC)
    initialise(place.settings, database, name="管理甲", password=PASSWORD, now=now)
    register = open_register(place.settings, database)
    with database.writing() as connection:
        terms.put_sign_in_policies(connection, register.key, SignInPolicies(second_factor=()))
    for name, role in PEOPLE.items():
        with database.writing() as connection:
            id_ = new_account(
                connection, register.key, name=name, staff_number="", password=PASSWORD, by="管理甲", now=now
            )
            accounts.set_roles(connection, register.key, id_, [role], by="管理甲", at=instant(now))
            accounts.set_centres(connection, register.key, id_, None, by="管理甲", at=instant(now))
    house = House(place.settings, place, database)

    def run(day: Callable[[TestClient, House], None]) -> None:
        with TestClient(console(house, opening=at_work), base_url="http://127.0.0.1", follow_redirects=False) as client:
            day(client, house)

    async def in_thread(day: Callable[[TestClient, House], None]) -> None:
        await anyio.to_thread.run_sync(run, day)

    return in_thread


def facts_of(house: House, number: str) -> CaseFacts:
    with house.database.reading() as connection:
        found = case_facts(connection, number)
    assert found is not None
    return found


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def opened(browser: TestClient) -> str:
    """A lost certificate of before, from the archive; its number."""
    page = browser.get("/open/import_certificate").text
    answer = post(
        browser, "/open/import_certificate", id=hidden(page, "id"),
        **{
            "candidate.name": "王晓明", "candidate.id_number": make_id_number("430121", date(1987, 7, 7), 2),
            "candidate.id_type": "resident_id", "occupation": "锅炉操作工", "level": "4", "centre": "430100",
            "certificate_no": "1918010000400123", "issued_on": "2019-06-18", "instrument": "vocational",
        },
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).split("/cases/")[1].split("?")[0]


def decided(browser: TestClient, number: str, decision: str = "approve", **more: str) -> int:
    page = browser.get(f"/cases/{number}/decide").text
    fields = {name: hidden(page, name) for name in ("id", "seen", "hash")}
    return post(browser, f"/cases/{number}/decide", decision=decision, **{**fields, **more}).status_code


async def test_a_lost_certificate_from_the_archive_to_its_letter(live: Callable[..., object]) -> None:
    def day(browser: TestClient, house: House) -> None:
        sign_in(browser, "经办甲")
        number = opened(browser)
        assert "待复核" in browser.get(f"/cases/{number}").text
        assert "您本人提出的" in browser.get(f"/cases/{number}/decide").text
        sign_in(browser, "复核乙")
        assert number in browser.get("/queues/review").text
        assert decided(browser, number) == 303
        assert facts_of(house, number).state == "certified"

        sign_in(browser, "经办甲")
        form = browser.get(f"/cases/{number}/do/report_loss").text
        sent = {"id": hidden(form, "id"), "seen": hidden(form, "seen"), "evidence": "遗失声明-0001"}
        first = post(browser, f"/cases/{number}/do/report_loss", **sent)
        again = post(browser, f"/cases/{number}/do/report_loss", **sent)
        assert (first.status_code, again.status_code) == (303, 303)
        assert facts_of(house, number).revision == 3  # a double click did it once

        sign_in(browser, "复核乙")
        assert decided(browser, number) == 303
        found = facts_of(house, number)
        assert found.state == "attested"
        assert "证书信息证明" in browser.get(f"/cases/{number}").text

    await live(day)  # type: ignore[misc]


async def test_what_was_typed_is_given_back_with_the_reason(live: Callable[..., object]) -> None:
    def day(browser: TestClient, house: House) -> None:
        sign_in(browser, "经办甲")
        page = browser.get("/open/announce").text
        typed = {"candidate.name": "刘昇", "candidate.id_number": "430105199509200019", "occupation": "保安员"}
        answer = post(browser, "/open/announce", id=hidden(page, "id"), level="5", centre="430100", **typed)
        assert answer.status_code == 409
        assert "校验码不符" in answer.text
        for text in typed.values():
            assert text in answer.text

    await live(day)  # type: ignore[misc]


async def test_a_form_of_an_older_revision_is_told_and_changes_nothing(live: Callable[..., object]) -> None:
    def day(browser: TestClient, house: House) -> None:
        sign_in(browser, "经办甲")
        number = opened(browser)
        sign_in(browser, "复核乙")
        assert decided(browser, number) == 303
        sign_in(browser, "经办甲")
        form = browser.get(f"/cases/{number}/do/report_loss").text
        sent = {"id": hidden(form, "id"), "seen": hidden(form, "seen"), "evidence": "遗失声明-0001"}
        assert post(browser, f"/cases/{number}/do/report_loss", **sent).status_code == 303
        sign_in(browser, "复核乙")
        stale = browser.get(f"/cases/{number}/decide").text
        fields = {name: hidden(stale, name) for name in ("id", "seen", "hash")}
        sign_in(browser, "经办甲")
        form = browser.get(f"/cases/{number}/do/correct").text
        sent = {"id": hidden(form, "id"), "seen": hidden(form, "seen"), "phone": "13800000000"}
        assert post(browser, f"/cases/{number}/do/correct", **sent).status_code == 303
        sign_in(browser, "复核乙")
        refused = post(browser, f"/cases/{number}/decide", decision="approve", **fields)
        assert refused.status_code == 409
        assert facts_of(house, number).pending is not None

    await live(day)  # type: ignore[misc]


async def test_issuing_asks_for_the_password_again_after_a_while(live: Callable[..., object]) -> None:
    def day(browser: TestClient, house: House) -> None:
        sign_in(browser, "经办甲")
        number = opened(browser)
        sign_in(browser, "复核乙")
        later = datetime.now(UTC) + timedelta(minutes=20)
        house.clock = lambda: later
        page = browser.get(f"/cases/{number}/decide").text
        fields = {name: hidden(page, name) for name in ("id", "seen", "hash")}
        answer = post(browser, f"/cases/{number}/decide", decision="approve", **fields)
        assert answer.headers["location"].startswith("/confirm-identity?next=")
        browser.get(answer.headers["location"])
        back = post(browser, "/confirm-identity", password=PASSWORD, next=f"/cases/{number}/decide")
        assert back.headers["location"] == f"/cases/{number}/decide"
        assert decided(browser, number) == 303

    await live(day)  # type: ignore[misc]
