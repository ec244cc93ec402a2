"""How much of everything there is and how old, for whoever looks after the machines; nothing about any person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from records.case.tables import CASES, DOCUMENTS
from records.case.waiting import overdue
from records.ledger.tables import CHECKPOINTS
from records.post.outbox import PENDING, SENDING
from records.post.tables import DELIVERIES
from records.runs.tables import RunRow

_RUNS: Any = RunRow.metadata.tables["runs"]


class Figures(msgspec.Struct, frozen=True):
    """Counts and ages as of one moment. `late`: cases whose date has passed undone, `late_since` the oldest of them.

    Ages in seconds; None where there is nothing to be old.
    """

    cases: dict[str, int]
    late: int
    late_since: date | None
    waiting: int
    letters_unset: int
    letters_set: int
    outbox: dict[str, int]
    outbox_age: float | None
    runs: dict[str, int]
    checkpoint_age: float | None


def figures(connection: Connection, today: date, now: datetime) -> Figures:
    """What there is at `now`, an aware instant, on the business date `today`."""
    late = overdue(connection, today)
    unset = DOCUMENTS.c.path.is_(None)
    total = _one(connection, select(func.count()).select_from(DOCUMENTS))
    still = _one(connection, select(func.count()).select_from(DOCUMENTS).where(unset))
    waits = CASES.c.next_wake_on.is_not(None) | CASES.c.pending.is_not(None)
    due = DELIVERIES.c.status.in_((PENDING, SENDING))
    return Figures(
        cases=_by(connection, CASES.c.state),
        late=late.cases,
        late_since=late.oldest,
        waiting=_one(connection, select(func.count()).select_from(CASES).where(waits)),
        letters_unset=still,
        letters_set=total - still,
        outbox=_by(connection, DELIVERIES.c.status),
        outbox_age=_age(connection, select(func.min(DELIVERIES.c.not_before)).where(due), now),
        runs=_by(connection, _RUNS.c.status),
        checkpoint_age=_age(connection, select(func.max(CHECKPOINTS.c.at)), now),
    )


def _by(connection: Connection, column: Any) -> dict[str, int]:
    rows = connection.execute(select(column, func.count()).group_by(column))
    return {str(name): int(count) for name, count in rows}


def _one(connection: Connection, query: Any) -> int:
    return int(connection.execute(query).scalar_one())


def _age(connection: Connection, query: Any, now: datetime) -> float | None:
    """Seconds since the instant that `query` finds, 0 for one that is still to come."""
    found = connection.execute(query).scalar_one()
    if not found:
        return None
    at = datetime.fromisoformat(found)
    return max(0.0, (now - (at if at.tzinfo else at.replace(tzinfo=UTC))).total_seconds())
