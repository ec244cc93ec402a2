"""What a receiver is told: ledger rows after its position, without a word about the person."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, select, text

from records.case.tables import CASES
from records.ledger.tables import LEDGER


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a case. `id` stays the same however often it is told; dates are business dates in Asia/Shanghai."""

    id: str
    type: str = "case.changed"
    case: str
    revision: int
    centre: str
    at: str
    on: str
    command: str
    trigger: str | None
    source: str = msgspec.field(name="from")
    dest: str = msgspec.field(name="to")


class Page(msgspec.Struct, frozen=True):
    """The next events, and the ledger id up to which the ledger has been looked through for them."""

    events: tuple[tuple[int, Event], ...]
    looked_to: int


def settled_to(connection: Connection) -> int:
    """The last ledger id below which nothing is still being written, inside a writing transaction.

    On PostgreSQL ids are given before a commit; the lock waits for whoever is writing just now.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE ledger IN EXCLUSIVE MODE"))
    return int(connection.execute(select(func.coalesce(func.max(LEDGER.c.id), 0))).scalar_one())


def events_after(
    connection: Connection, position: int, settled: int, centres: frozenset[str] | None, limit: int
) -> Page:
    """Events after ledger row `position`, up to `settled`, of `centres` or of all; oldest first."""
    columns = (
        LEDGER.c.id, LEDGER.c.case_number, LEDGER.c.revision, LEDGER.c.at, LEDGER.c.on_date, LEDGER.c.command,
        LEDGER.c.trigger, LEDGER.c.source, LEDGER.c.dest, CASES.c.centre,
    )  # fmt: skip
    query = select(*columns).join_from(LEDGER, CASES, CASES.c.number == LEDGER.c.case_number)
    query = query.where((LEDGER.c.id > position) & (LEDGER.c.id <= settled)).order_by(LEDGER.c.id).limit(limit)
    if centres is not None:
        query = query.where(CASES.c.centre.in_(sorted(centres)))
    found = tuple((row.id, _event(row)) for row in connection.execute(query))
    return Page(found, found[-1][0] if len(found) == limit else settled)


def _event(row: object) -> Event:
    taken = row._mapping  # type: ignore[attr-defined]
    return Event(
        id=f"{taken['case_number']}.{taken['revision']}",
        case=taken["case_number"],
        revision=taken["revision"],
        centre=taken["centre"],
        at=taken["at"],
        on=str(taken["on_date"]),
        command=taken["command"],
        trigger=taken["trigger"],
        source=taken["source"],
        dest=taken["dest"],
    )
