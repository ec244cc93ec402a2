"""What may be taken away after its time: copies that can be made again, and details of what is long over.

Never a row that the ledger's chain covers, and nothing of a case that still waits for something.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select

from records.case.tables import CASES, DOCUMENTS
from records.post.outbox import SENT
from records.post.tables import DELIVERIES
from records.runs.items import CANCELLED, DONE
from records.runs.tables import RunItemRow, RunRow

_RUNS: Any = RunRow.metadata.tables["runs"]
_ITEMS: Any = RunItemRow.metadata.tables["run_items"]
_RESTS = CASES.c.next_wake_on.is_(None) & CASES.c.pending.is_(None)


class OldLetter(NamedTuple):
    """A letter's file that nothing needs any more: its id, and where it lies."""

    id: int
    path: str


def old_letters(connection: Connection, before: date, after: int, limit: int) -> list[OldLetter]:
    """Files of letters dated before `before` that have left, of cases that rest; by id, from behind `after`."""
    here = DELIVERIES.c.case_number == DOCUMENTS.c.case_number
    here &= (DELIVERIES.c.revision == DOCUMENTS.c.revision) & (DELIVERIES.c.ordinal == DOCUMENTS.c.ordinal)
    waits = select(DELIVERIES.c.id).where(here & ((DELIVERIES.c.status != SENT) | ~_posted())).exists()
    query = select(DOCUMENTS.c.id, DOCUMENTS.c.path).join(CASES, CASES.c.number == DOCUMENTS.c.case_number)
    query = query.where(_RESTS & DOCUMENTS.c.path.is_not(None) & (DOCUMENTS.c.on_date < before) & ~waits)
    query = query.where(DOCUMENTS.c.id > after).order_by(DOCUMENTS.c.id).limit(limit)
    return [OldLetter(row.id, row.path) for row in connection.execute(query)]


def _posted() -> Any:
    """Whether a letter on paper has been printed with its day's post, or went another way."""
    return DELIVERIES.c.printed | (DELIVERIES.c.channel != "folder")


def old_runs(connection: Connection, before: datetime) -> list[str]:
    """Runs that were over before `before` and still have their items."""
    there = select(_ITEMS.c.run_id).where(_ITEMS.c.run_id == _RUNS.c.id).exists()
    over = _RUNS.c.status.in_((DONE, CANCELLED)) & (_RUNS.c.finished_at < before.isoformat())
    return list(connection.execute(select(_RUNS.c.id).where(over & there).order_by(_RUNS.c.id)).scalars())


def count_items(connection: Connection, runs: Sequence[str]) -> int:
    """How many items these runs have."""
    query = select(func.count()).select_from(_ITEMS).where(_ITEMS.c.run_id.in_(runs))
    return int(connection.execute(query).scalar_one())


def forget_items(connection: Connection, run: str) -> int:
    """Drops the items of a finished run, with whoever's names and messages are in them; how many there were."""
    return int(connection.execute(delete(RunItemRow).where(_ITEMS.c.run_id == run)).rowcount)
