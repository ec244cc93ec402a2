"""Cases that wait for something: a date, or a second person. Each of them needs a workflow that waits with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, or_, select

from records.case.reading import LIVE_STATES
from records.case.tables import CASES
from records.office.tables import OccupationRow

_CALENDAR: Any = OccupationRow.metadata.tables["occupations"]
_WAITS = or_(CASES.c.next_wake_on.is_not(None), CASES.c.pending.is_not(None))
_QUERY = select(
    CASES.c.number, CASES.c.revision, CASES.c.state, CASES.c.next_wake_on, CASES.c.exit_date, _CALENDAR.c.exit_date
).outerjoin_from(CASES, _CALENDAR, _CALENDAR.c.occupation == CASES.c.occupation)


class Waiting(NamedTuple):
    """A case as its row says it: `wake_on` is the business date from whose first minute it has something to do.

    `exit_date` is the one it was last told, `calendar` the one in force.
    """

    number: str
    revision: int
    state: str
    wake_on: date | None
    exit_date: date | None
    calendar: date | None

    @property
    def goes_by_an_old_date(self) -> bool:
        """Whether the calendar has been moved without this case having been told."""
        return self.state in LIVE_STATES and self.exit_date != self.calendar


class Overdue(NamedTuple):
    """Cases whose date has passed and that nobody woke; `oldest` is None when there are none."""

    cases: int
    oldest: date | None


def waiting_cases(connection: Connection, after: str, limit: int) -> list[Waiting]:
    """Cases that wait for something, by number, from the one behind `after` on."""
    query = _QUERY.where(_WAITS & (CASES.c.number > after)).order_by(CASES.c.number).limit(limit)
    return [Waiting(*row) for row in connection.execute(query)]


def waiting_now(connection: Connection, numbers: Sequence[str]) -> dict[str, Waiting]:
    """Those of `numbers` that wait for something, as they stand."""
    rows = connection.execute(_QUERY.where(_WAITS & CASES.c.number.in_(numbers)))
    return {row[0]: Waiting(*row) for row in rows}


def overdue(connection: Connection, today: date) -> Overdue:
    """What should have been done before `today`, a business date: an alarm wherever it is not nothing."""
    late = CASES.c.next_wake_on < today
    cases, oldest = connection.execute(select(func.count(), func.min(CASES.c.next_wake_on)).where(late)).one()
    return Overdue(int(cases), oldest)
