"""A console on a real database, with whoever a test signs in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from httpx import Response
from starlette.testclient import TestClient

from desk.web.app import console
from desk.web.csrf import form_token
from desk.web.house import House
from records.people import accounts, terms
from services import passwords
from services.people import initialise, instant, new_account, open_register
from services.place import database_to_write, live_place
from services.sessions import SESSION_PREFIX
from settings import Settings
from states.business_dates import SHANGHAI
from states.office.people import SignInPolicies
from states.words import Role

NOW = datetime(2020, 12, 1, 9, 0, tzinfo=SHANGHAI)
PASSWORD = "湘江北去 橘子洲头 82"
HERE, ELSEWHERE = "430100", "430200"


@pytest.fixture(autouse=True)
def hashed_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least of time and memory: what is tested here is not how long a guess takes."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def house(tmp_path: Path) -> House:
    settings = Settings(data_dir=tmp_path / "data")
    place = live_place(settings, "127.0.0.1:1")
    database = database_to_write(place)
    initialise(settings, database, name="管理甲", password=PASSWORD, now=NOW)
    key = open_register(settings, database).key
    with database.writing() as connection:  # most pages are not about it; what is has tests of its own
        terms.put_sign_in_policies(connection, key, SignInPolicies(second_factor=()))
    return House(settings, place, database, clock=lambda: NOW)


@pytest.fixture
def person(house: House) -> Callable[..., str]:
    """Puts somebody on the register; their name."""

    def added(name: str, *roles: Role, centres: tuple[str, ...] | None = None) -> str:
        register = open_register(house.settings, house.database)
        with house.database.writing() as connection:
            id_ = new_account(
                connection, register.key, name=name, staff_number="", password=PASSWORD, by="管理甲", now=NOW
            )
            accounts.set_roles(connection, register.key, id_, roles, by="管理甲", at=instant(NOW))
            accounts.set_centres(connection, register.key, id_, centres, by="管理甲", at=instant(NOW))
        return name

    return added


@pytest.fixture
def browser(house: House) -> Iterator[TestClient]:
    with TestClient(console(house), base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


@pytest.fixture
def signed_in(browser: TestClient, person: Callable[..., str]) -> Callable[..., TestClient]:
    """The browser with somebody of these roles and centres signed in."""
    count = 0

    def entered(*roles: Role, centres: tuple[str, ...] | None = None) -> TestClient:
        nonlocal count
        count += 1
        sign_in(browser, person(f"某人{count}", *roles, centres=centres))
        return browser

    return entered


def sign_in(browser: TestClient, name: str) -> None:
    browser.cookies.clear()
    browser.get("/sign-in")
    answer = post(browser, "/sign-in", name=name, password=PASSWORD)
    assert answer.status_code == 303, answer.text


def post(browser: TestClient, path: str, **fields: Any) -> Response:
    """Sends a form as a page of this browser would."""
    held = {cookie.name: cookie.value or "" for cookie in browser.cookies.jar}
    session = next((value for value in held.values() if value.startswith(SESSION_PREFIX)), "")
    return browser.post(path, data={"csrf": form_token(session or held["jianding_form"]), **fields})
