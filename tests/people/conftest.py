"""A register of people on both databases, with one administrator and whoever a test adds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from records.people import accounts
from records.store.database import Database
from services import passwords
from services.people import StaffRegister, initialise, instant, new_account, open_register
from settings import Settings
from states.business_dates import SHANGHAI
from states.office.people import Account
from states.words import Role
from tests.records.conftest import database, key_file, postgres, url

__all__ = ["database", "key_file", "postgres", "url"]

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)
PASSWORD = "湘江北去 橘子洲头 82"


@pytest.fixture(autouse=True)
def hashed_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least of time and memory: what is tested here is not how long a guess takes."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def register(settings: Settings, database: Database) -> StaffRegister:
    initialise(settings, database, name="管理甲", password=PASSWORD, now=NOW)
    return open_register(settings, database)


@pytest.fixture
def add(register: StaffRegister) -> Callable[..., Account]:
    """Puts somebody on the register with these roles and centres (None: all)."""

    def added(name: str, *roles: Role, centres: tuple[str, ...] | None = None) -> Account:
        with register.database.writing() as connection:
            id_ = new_account(
                connection, register.key, name=name, staff_number="", password=PASSWORD, by="管理甲", now=NOW
            )
            accounts.set_roles(connection, register.key, id_, roles, by="管理甲", at=instant(NOW))
            accounts.set_centres(connection, register.key, id_, centres, by="管理甲", at=instant(NOW))
        with register.database.reading() as connection:
            held = accounts.find(connection, register.key, account=id_)
        assert held is not None
        return held.account

    return added
