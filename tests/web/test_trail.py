"""The audit trail: searched by person, case, kind and day; its export written down; another centre's not in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

from starlette.testclient import TestClient

from desk.web.house import House
from records.ledger.office import acts
from records.ledger.trail import Sought
from services.people import find_person
from services.trail import trail_of_cases
from states.office.people import Actor
from states.words import Role
from tests.caseload import announce, draw_papers, register
from tests.web.conftest import ELSEWHERE, HERE, NOW, post


def some_cases(house: House) -> None:
    draw_papers(house.database)
    announce(house.database, 1, date(2020, 11, 2))
    register(house.database, "4301002020000001", date(2020, 11, 12))
    announce(house.database, 2, date(2020, 11, 10), centre=ELSEWHERE)


def supervisor(*centres: str) -> Actor:
    return Actor("a", "督导戊", frozenset({Role.SUPERVISOR}), frozenset(centres) if centres else None, "", NOW)


def told(house: House, actor: Actor, **sought: object) -> list[tuple[str, int]]:
    found = trail_of_cases(house.database, actor, Sought(**sought), None)  # type: ignore[arg-type]
    return [(one.command, one.revision) for one in found.lines]


def test_a_trail_is_narrowed_by_each_of_its_filters(house: House) -> None:
    some_cases(house)
    everything = [("register", 2), ("announce", 1), ("announce", 1)]
    assert sorted(told(house, supervisor())) == sorted(everything)
    assert told(house, supervisor(), kind="register") == [("register", 2)]
    assert len(told(house, supervisor(), subject="4301002020000001")) == 2
    assert len(told(house, supervisor(), first=date(2020, 11, 10), last=date(2020, 11, 10))) == 1
    assert told(house, supervisor(), name="没有这人") == []
    assert len(told(house, supervisor(ELSEWHERE))) == 1


def test_pages_of_a_trail_meet_without_gap_or_overlap(house: House) -> None:
    some_cases(house)
    first = trail_of_cases(house.database, supervisor(), Sought(), None, limit=2)
    rest = trail_of_cases(house.database, supervisor(), Sought(), first.after, limit=2)
    ids = [one.id for one in (*first.lines, *rest.lines)]
    assert len(ids) == 3 and ids == sorted(ids, reverse=True)
    assert rest.after is None


def test_an_export_is_a_table_and_an_act(house: House, signed_in: Callable[..., TestClient]) -> None:
    some_cases(house)
    browser = signed_in(Role.SUPERVISOR)
    answer = post(browser, "/trail/export", kind="announce")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["command"] for row in rows] == ["announce", "announce"]
    assert "考生1" not in answer.text
    with house.database.reading() as connection:
        (last,) = acts(connection, act="export", limit=1)
    assert (last.by, last.new["rows"]) == ("某人1", 2)
    page = browser.get("/trail?of=office&kind=export").text
    assert "案件台账" in page and "某人1" in page


def test_what_would_compute_in_a_spreadsheet_does_not(house: House, signed_in: Callable[..., TestClient]) -> None:
    browser = signed_in(Role.SUPERVISOR)
    sent = {"scope": "centre", "value": HERE, "reason": '=HYPERLINK("http://x")'}
    assert post(browser, "/office/acts/place_hold", **sent).status_code == 303
    table = post(browser, "/trail/export", of="office", kind="place_hold").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["reason"].startswith("'=")


def test_another_centres_trail_is_not_there(house: House, signed_in: Callable[..., TestClient]) -> None:
    some_cases(house)
    browser = signed_in(Role.SUPERVISOR, centres=(HERE,))
    for path in ("/trail", "/trail?subject=4301002020000002", "/trail?of=office"):
        assert "/cases/4301002020000002" not in browser.get(path).text
    assert "4301002020000002" not in post(browser, "/trail/export").text
    account = find_person(house.register, "某人1").id
    assert "某人1" in browser.get(f"/trail?by={account}&first=nonsense&after=x").text
