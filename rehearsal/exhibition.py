"""A place to try the console in: a finished season of made-up candidates, and one account a role."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path

import msgspec

from records.case.totals import totals
from records.people import accounts, terms
from records.store.database import Database
from rehearsal.demo import demonstrate
from rehearsal.stories import SEASON_ENDS
from services.people import initialise, instant, new_account, open_register
from services.place import Working
from settings import Settings
from states.business_dates import SHANGHAI
from states.office.people import SignInPolicies
from states.words import Role
from storage.atomic_write import atomic_write

STANDS_AT = datetime.combine(SEASON_ENDS, time(12), SHANGHAI)
"""The rehearsal clock, from which the people of the exhibition go on."""
ADMINISTRATOR = "管理员"
NAMES = {
    Role.CLERK: "经办员",
    Role.REVIEWER: "复核员",
    Role.FINANCE: "财务员",
    Role.SUPERVISOR: "督导员",
    Role.ADMINISTRATOR: ADMINISTRATOR,
}
_KEPT = "accounts.json"


class DemoAccount(msgspec.Struct, frozen=True):
    """Somebody to sign in as."""

    name: str
    password: str
    roles: tuple[Role, ...]


async def season(place: Working, cases: int, told: Callable[[str, int, int], None]) -> None:
    """Plays the season where the place holds no case yet."""
    with place.database.reading() as connection:
        played = sum(totals(connection).states.values())
    if not played:
        await demonstrate(place, cases, told)


def accounts_of(settings: Settings, database: Database, folder: Path) -> list[DemoAccount]:
    """One account a role, with a password made here; the same ones as long as the folder stands."""
    kept = folder / _KEPT
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=list[DemoAccount])
    people = [DemoAccount(name, secrets.token_urlsafe(12), (role,)) for role, name in NAMES.items()]
    now = datetime.now(UTC)
    by_name = {one.name: one for one in people}
    initialise(settings, database, name=ADMINISTRATOR, password=by_name[ADMINISTRATOR].password, now=now)
    register = open_register(settings, database)
    with database.writing() as connection:
        terms.put_sign_in_policies(connection, register.key, SignInPolicies(second_factor=()))
        for one in people:
            if one.name == ADMINISTRATOR:
                continue
            id_ = new_account(
                connection, register.key, name=one.name, staff_number="", password=one.password, by="演示", now=now
            )
            accounts.set_roles(connection, register.key, id_, one.roles, by="演示", at=instant(now))
            accounts.set_centres(connection, register.key, id_, None, by="演示", at=instant(now))
    atomic_write(kept, msgspec.json.encode(people))
    kept.chmod(0o600)
    return people
