"""The register of people: its first administrator, and who is on it. Changes to it are acts, see `acts`."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from records.ledger.office import OfficeAct, append
from records.people import accounts
from records.people.accounts import Held
from records.people.seals import SealBroken
from records.store.database import Database
from services.passwords import hash_password
from services.people_key import load_key, make_key
from settings import Settings
from states.business_dates import SHANGHAI
from states.office.names import tidy
from states.office.people import Account
from states.office.refusals import (
    AccountAltered,
    AlreadyInitialised,
    BadAccount,
    NameTaken,
    NotInitialised,
    UnknownAccount,
)
from states.words import Role

_LONGEST_NAME = 40


class StaffRegister(NamedTuple):
    """The accounts of one installation: its database, and the key that is not in there."""

    database: Database
    key: bytes


def open_register(settings: Settings, database: Database) -> StaffRegister:
    """The register in `database`. Raises NotInitialised while nobody is on it, or PeopleKeyUnusable."""
    with database.reading() as connection:
        if not accounts.count_accounts(connection):
            raise NotInitialised
    return StaffRegister(database, load_key(settings.people_key_file))


def initialise(
    settings: Settings, database: Database, *, name: str, password: str, now: datetime, staff_number: str = ""
) -> Account:
    """Makes the first administrator, of all centres. Raises AlreadyInitialised as soon as there is any account."""
    with database.alone("people"):  # of two that begin at once, one is too late
        with database.reading() as connection:  # no key is made beside accounts that were sealed with another
            if accounts.count_accounts(connection):
                raise AlreadyInitialised
        key = make_key(settings.people_key_file)
        with database.writing() as connection:
            return _first_administrator(connection, key, name, staff_number, password, now)


def _first_administrator(
    connection: Connection, key: bytes, name: str, staff_number: str, password: str, now: datetime
) -> Account:
    by, at = "初始化", instant(now)
    id_ = new_account(connection, key, name=name, staff_number=staff_number, password=password, by=by, now=now)
    accounts.set_roles(connection, key, id_, [Role.ADMINISTRATOR], by=by, at=at)
    accounts.set_centres(connection, key, id_, None, by=by, at=at)
    account = held(connection, key, account=id_).account
    append(connection, OfficeAct(at=now, account=id_, by=by, role="", act="initialise", subject=account.name))
    return account


def new_account(
    connection: Connection, key: bytes, *, name: str, staff_number: str, password: str, by: str, now: datetime
) -> str:
    """Puts a person on the register, without roles or centres yet; the account's id.

    Raises BadAccount, NameTaken or WeakPassword.
    """
    shown = tidy(name)
    if not shown or len(shown) > _LONGEST_NAME or not shown.isprintable():
        raise BadAccount(why=f"姓名应为 1 至 {_LONGEST_NAME} 个可见字符")
    id_ = secrets.token_hex(8)
    kept = hash_password(key, id_, password, (shown, staff_number))
    try:
        with connection.begin_nested():
            accounts.add(connection, key, id_=id_, name=shown, staff_number=staff_number, by=by, at=instant(now))
    except IntegrityError as error:
        raise NameTaken(name=shown) from error
    accounts.change(connection, key, id_, by=by, at=instant(now), password_hash=kept)
    return id_


def list_people(register: StaffRegister) -> list[Account]:
    """Everybody on the register, by name."""
    with register.database.reading() as connection:
        return accounts.list_accounts(connection, register.key)


def find_person(register: StaffRegister, name: str) -> Account:
    """The account of this name. Raises UnknownAccount or AccountAltered."""
    with register.database.reading() as connection:
        return held(connection, register.key, name=name).account


def account_id(register: StaffRegister, name: str) -> str:
    """The id of the account of this name, whether or not its seal is intact. Raises UnknownAccount."""
    with register.database.reading() as connection:
        found = accounts.id_of(connection, name)
    if found is None:
        raise UnknownAccount(name=name)
    return found


def held(connection: Connection, key: bytes, *, account: str = "", name: str = "") -> Held:
    """The account of this id or name with what signing in needs. Raises UnknownAccount or AccountAltered."""
    try:
        found = accounts.find(connection, key, account=account, name=name)
    except SealBroken as broken:
        raise AccountAltered(name=str(broken)) from broken
    if found is None:
        raise UnknownAccount(name=name or account)
    return found


def instant(now: datetime) -> str:
    """An instant as the register keeps it: ISO, to the second, in Asia/Shanghai, so that texts sort as times."""
    return now.astimezone(SHANGHAI).isoformat(timespec="seconds")
