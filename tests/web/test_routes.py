"""Every route × role × reach, from the route table itself: a new page is in here without anybody adding it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from starlette.testclient import TestClient

from desk.web.access import Page, PageNotDeclared, Reach, checked
from desk.web.house import House
from desk.web.pages.health import healthz
from desk.web.route_table import PAGES
from states.office.people import STAFF_ROLES
from states.words import Role
from tests.caseload import announce
from tests.web.conftest import ELSEWHERE, HERE, post

GUARDED = [page for page in PAGES if page.reach not in (Reach.PUBLIC, Reach.ENROLLING)]


def address(page: Page, number: str) -> str:
    """The address of a page, about case `number`."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda part: number if part[1] == "number" else "1", page.path)


def asked(browser: TestClient, page: Page, number: str) -> int:
    path = address(page, number)
    return (browser.get(path) if "GET" in page.methods else post(browser, path)).status_code


@pytest.mark.parametrize("page", GUARDED, ids=lambda page: page.name)
def test_no_page_opens_for_whoever_is_not_signed_in(browser: TestClient, page: Page) -> None:
    browser.get("/sign-in")
    method = "GET" if "GET" in page.methods else "POST"
    answer = browser.request(method, address(page, "4301002020000001"))
    assert answer.status_code in (303, 403)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("role", STAFF_ROLES)
@pytest.mark.parametrize("page", GUARDED, ids=lambda page: page.name)
def test_a_page_is_there_for_its_roles_and_for_nobody_else(
    house: House, signed_in: Callable[..., TestClient], page: Page, role: Role
) -> None:
    number = announce(house.database, 1, date(2020, 11, 2))
    browser = signed_in(role)
    status = asked(browser, page, number)
    if role in page.roles:
        assert status < 500
    else:
        assert status == 404


def test_what_concerns_the_office_is_not_there_for_one_centre(signed_in: Callable[..., TestClient]) -> None:
    browser = signed_in(*STAFF_ROLES, centres=(HERE,))
    for page in (one for one in GUARDED if one.reach is Reach.OFFICE):
        assert asked(browser, page, "4301002020000001") == 404, page.name


@pytest.mark.parametrize("page", [p for p in GUARDED if "{number}" in p.path], ids=lambda page: page.name)
def test_another_centres_case_does_not_exist(house: House, signed_in: Callable[..., TestClient], page: Page) -> None:
    number = announce(house.database, 1, date(2020, 11, 2))
    browser = signed_in(*STAFF_ROLES, centres=(ELSEWHERE,))
    assert asked(browser, page, number) == asked(browser, page, "4301002020999999") == 404


def test_the_lists_hold_only_ones_own_centres(house: House, signed_in: Callable[..., TestClient]) -> None:
    number = announce(house.database, 1, date(2020, 11, 2))
    assert number in signed_in(Role.CLERK, centres=(HERE,)).get("/cases").text
    other = signed_in(Role.CLERK, centres=(ELSEWHERE,))
    for path in ("/cases", "/", "/search?q=考生", f"/search?q={number}"):
        assert number not in other.get(path).text


def test_a_route_that_does_not_say_who_may_open_it_stops_the_program() -> None:
    with pytest.raises(PageNotDeclared):
        checked(Page("loose", "/loose", healthz, Reach.CENTRE, roles=frozenset()))


def test_every_answer_carries_the_headers(browser: TestClient) -> None:
    for path in ("/", "/sign-in", "/healthz", "/nowhere", "/static/console.css"):
        headers = browser.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_alive_and_ready_are_told_apart(browser: TestClient) -> None:
    assert browser.get("/healthz").json() == {"ok": True}
    ready = browser.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]) == (503, {"database": True, "engine": False})
