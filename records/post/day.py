"""The day's post: every letter that left on paper belongs to the batch of one day, and is printed with it.

`post_day` says which day, `printed` whether the file has been made since. A letter is put into a day before the file
is made and marked afterwards, so whatever is killed in between is made again, under the same name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from records.case.tables import CASES
from records.post.outbox import PAPER, SENT, Parcel, parcels_where
from records.post.tables import DELIVERIES

_UNPRINTED = (DELIVERIES.c.channel == PAPER) & (DELIVERIES.c.status == SENT) & ~DELIVERIES.c.printed


def waiting_since(connection: Connection) -> datetime | None:
    """When the oldest letter left that is in no batch, or whose batch has not been made; None when all are."""
    found = connection.execute(select(func.min(DELIVERIES.c.changed_at)).where(_UNPRINTED)).scalar_one()
    return datetime.fromisoformat(found) if found else None


def close_day(connection: Connection, day: date, centre: str = "") -> list[tuple[date, str]]:
    """Puts what left on paper and is in no batch yet into `day`'s; the (day, centre) whose files are to be made."""
    chosen = _UNPRINTED & _of(centre)
    connection.execute(update(DELIVERIES).where(chosen & DELIVERIES.c.post_day.is_(None)).values(post_day=day))
    query = select(DELIVERIES.c.post_day, CASES.c.centre).join(CASES, CASES.c.number == DELIVERIES.c.case_number)
    return [
        (row[0], row[1]) for row in connection.execute(query.where(chosen).distinct().order_by(*query.selected_columns))
    ]


def batch(connection: Connection, day: date, centre: str) -> list[Parcel]:
    """What is printed for one centre on one day, oldest first."""
    found = parcels_where(connection, (DELIVERIES.c.post_day == day) & (CASES.c.centre == centre))
    return sorted(found, key=lambda p: p.id)


def batches(connection: Connection, day: date, centre: str = "") -> list[str]:
    """The centres that have post of `day`."""
    query = select(CASES.c.centre).join(DELIVERIES, CASES.c.number == DELIVERIES.c.case_number)
    query = query.where((DELIVERIES.c.post_day == day) & _of(centre)).distinct().order_by(CASES.c.centre)
    return [row[0] for row in connection.execute(query)]


def printed(connection: Connection, ids: Sequence[int]) -> None:
    """Their files have been made."""
    for start in range(0, len(ids), 500):
        some = DELIVERIES.c.id.in_(ids[start : start + 500])
        connection.execute(update(DELIVERIES).where(some).values(printed=True))


def _of(centre: str) -> Any:
    """Letters of one centre, or of all."""
    if not centre:
        return DELIVERIES.c.id.is_not(None)
    return DELIVERIES.c.case_number.in_(select(CASES.c.number).where(CASES.c.centre == centre))
