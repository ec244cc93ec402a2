"""Signing in to the console, and what a session is worth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
from starlette.testclient import TestClient

from desk.web.house import House
from records.people import terms
from services.people import open_register
from states.office.people import SignInPolicies
from states.words import Role
from tests.web.conftest import NOW, PASSWORD, post, sign_in


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_and_back(
    browser: TestClient, person: Callable[..., str]
) -> None:
    answer = browser.get("/cases")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fcases")
    browser.get(answer.headers["location"])
    answer = post(browser, "/sign-in", name=person("经办甲", Role.CLERK), password=PASSWORD, next="/cases")
    assert answer.headers["location"] == "/cases"
    assert browser.get("/cases").status_code == 200


def test_after_signing_in_nobody_is_led_elsewhere(browser: TestClient, person: Callable[..., str]) -> None:
    name = person("经办甲", Role.CLERK)
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        browser.get("/sign-in")
        answer = post(browser, "/sign-in", name=name, password=PASSWORD, next=elsewhere)
        assert answer.headers["location"] == "/"


def test_a_wrong_password_says_nothing_of_the_name(browser: TestClient, person: Callable[..., str]) -> None:
    person("经办甲", Role.CLERK)
    browser.get("/sign-in")
    known = post(browser, "/sign-in", name="经办甲", password="不对")
    unknown = post(browser, "/sign-in", name="没有这人", password="不对")
    assert known.status_code == unknown.status_code == 403
    assert known.text.replace("经办甲", "没有这人") == unknown.text


def test_a_form_without_this_browsers_token_is_refused_and_given_back(signed_in: Callable[..., TestClient]) -> None:
    browser = signed_in(Role.CLERK)
    answer = browser.post(
        "/account/end-sessions", data={"csrf": "0" * 64, "reason": "写了很久的话", "password": "秘密"}
    )
    assert answer.status_code == 403
    assert "写了很久的话" in answer.text
    assert "秘密" not in answer.text


def test_a_session_ended_elsewhere_is_over_here(signed_in: Callable[..., TestClient]) -> None:
    browser = signed_in(Role.CLERK)
    cookies = dict(browser.cookies)
    assert post(browser, "/sign-out").headers["location"] == "/sign-in"
    browser.cookies.update(cookies)
    assert browser.get("/cases").status_code == 303


def test_a_session_ends_after_half_an_hour_unused(house: House, signed_in: Callable[..., TestClient]) -> None:
    browser = signed_in(Role.CLERK)
    house.clock = lambda: NOW + timedelta(minutes=31)
    assert browser.get("/cases").headers["location"].startswith("/sign-in")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: TestClient, person: Callable[..., str]) -> None:
    browser.get("/sign-in")
    answer = post(browser, "/sign-in", name=person("经办甲", Role.CLERK), password=PASSWORD)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_reviewer_without_a_second_factor_can_only_set_one_up(
    house: House, browser: TestClient, person: Callable[..., str]
) -> None:
    key = open_register(house.settings, house.database).key
    with house.database.writing() as connection:
        terms.put_sign_in_policies(connection, key, SignInPolicies())
    sign_in(browser, person("复核乙", Role.REVIEWER))
    assert browser.get("/cases").headers["location"] == "/second-factor"
    page = browser.get("/second-factor").text
    secret = page.split('class="key">')[1].split("<")[0]
    ticket = page.split('name="ticket" value="')[1].split('"')[0]
    wrong = post(browser, "/second-factor", ticket=ticket, code="000000")
    assert "动态码不符" in wrong.text
    right = post(browser, "/second-factor", ticket=ticket, code=pyotp.TOTP(secret).at(NOW))
    assert right.headers["location"] == "/"
    assert browser.get("/cases").status_code == 200
