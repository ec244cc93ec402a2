"""The holds on issuing that nobody has released (80号·四). Placing and releasing are acts."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from records.office.world import active_holds
from records.store.database import Database
from services.browsing import reaches_case
from states.office.people import Actor


class Hold(NamedTuple):
    """Issuing is held for a centre, an occupation or a case, and why."""

    scope: str
    value: str
    reason: str


def holds(database: Database) -> list[Hold]:
    """Every hold in force."""
    with database.reading() as connection:
        return [Hold(scope, value, reason) for (scope, value), reason in active_holds(connection).items()]


def holds_within(database: Database, actor: Actor) -> list[Hold]:
    """The holds in force that concern `actor`: of their centres, of cases of theirs, of any occupation."""
    with database.reading() as connection:
        found = [Hold(scope, value, reason) for (scope, value), reason in active_holds(connection).items()]
        return [one for one in found if _concerns(connection, actor, one)]


def _concerns(connection: Connection, actor: Actor, hold: Hold) -> bool:
    if actor.centres is None or hold.scope == "occupation":
        return True
    if hold.scope == "centre":
        return actor.reaches(hold.value)
    return reaches_case(connection, actor, hold.value)
