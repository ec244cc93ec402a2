"""The register of centres as people see it. Adding, changing and closing are acts."""

from __future__ import annotations

from datetime import date

import msgspec

from records.office.centres import Registered, registered
from records.store.database import Database
from states.office.refusals import UnknownSubject


class CentreStanding(msgspec.Struct, frozen=True):
    """A centre with its columns, and whether it still takes cases."""

    code: str
    short: str
    name: str
    address: str
    phone: str
    hotline: str
    area: str
    city: str
    body_type: str
    body_serial: str
    organisation: str
    closed_on: date | None
    successor: str


def list_centres(database: Database) -> list[CentreStanding]:
    """Every centre by code, closed ones too."""
    with database.reading() as connection:
        return [_standing(one) for one in registered(connection).values()]


def centre_of(database: Database, code: str) -> CentreStanding:
    """The centre of this code. Raises UnknownSubject."""
    with database.reading() as connection:
        found = registered(connection).get(code)
    if found is None:
        raise UnknownSubject(subject=code)
    return _standing(found)


def _standing(one: Registered) -> CentreStanding:
    columns = {name: getattr(one.centre, name) for name in CentreStanding.__struct_fields__[:-2]}
    return CentreStanding(**columns, closed_on=one.closed_on, successor=one.successor)
