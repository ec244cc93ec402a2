"""The holds on issuing that nobody has released (80号·四). Placing and releasing are acts."""

from __future__ import annotations

from typing import NamedTuple

from records.office.world import active_holds
from records.store.database import Database


class Hold(NamedTuple):
    """Issuing is held for a centre, an occupation or a case, and why."""

    scope: str
    value: str
    reason: str


def holds(database: Database) -> list[Hold]:
    """Every hold in force."""
    with database.reading() as connection:
        return [Hold(scope, value, reason) for (scope, value), reason in active_holds(connection).items()]
