"""The outbox: every letter that is to leave, and each of its statuses in one place.

pending → sending → sent | failed | uncertain; sent → returned. `sending` is committed before anything leaves, so what
a crash interrupts is never taken for unsent: by e-mail it becomes uncertain, and only a person may send it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from records.case.context import decode_facts
from records.case.tables import CASES, DOCUMENTS
from records.post.tables import DELIVERIES, DeliveryEventRow

_EVENTS: Any = DeliveryEventRow.metadata.tables["delivery_events"]
PENDING, SENDING, SENT, FAILED, UNCERTAIN, RETURNED = "pending", "sending", "sent", "failed", "uncertain", "returned"
MAIL, PAPER, PUBLIC = "email", "folder", "public"  # channels
TROUBLED = (FAILED, UNCERTAIN, RETURNED)
_PLACE = (
    (DELIVERIES.c.case_number == DOCUMENTS.c.case_number)
    & (DELIVERIES.c.revision == DOCUMENTS.c.revision)
    & (DELIVERIES.c.ordinal == DOCUMENTS.c.ordinal)
)
_MOVE = (
    update(DELIVERIES)
    .where((DELIVERIES.c.id == bindparam("delivery")) & (DELIVERIES.c.status == bindparam("source")))
    .values(
        status=bindparam("dest"),
        detail=bindparam("reason"),
        changed_at=bindparam("at"),
        not_before=bindparam("next_at"),
        attempts=DELIVERIES.c.attempts + bindparam("tries"),
        channel=bindparam("by_way_of"),
    )
)


class Parcel(NamedTuple):
    """A letter ready to leave: whose, where to, which file: `document` is the letter's id, `person` the number
    that tells two people of one name and address apart.
    """

    id: int
    case: str
    centre: str
    name: str
    address: str
    email: str
    kind: str
    number: str
    channel: str
    status: str
    message_id: str
    path: str
    attempts: int
    not_before: str
    document: int = 0
    phone: str = ""
    person: str = ""


def stamp(at: datetime) -> str:
    """An instant as the outbox compares it: UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def due(connection: Connection, at: datetime, limit: int) -> list[Parcel]:
    """Letters whose undo window is over by `at` and whose PDF is filed, oldest first."""
    where = (DELIVERIES.c.status == PENDING) & (DELIVERIES.c.not_before <= stamp(at)) & DOCUMENTS.c.path.is_not(None)
    return parcels_where(connection, where, limit)


def left_sending(connection: Connection, before: datetime, limit: int = 1000) -> list[Parcel]:
    """Letters that somebody began to send before `before`, and never said how it ended."""
    return parcels_where(
        connection, (DELIVERIES.c.status == SENDING) & (DELIVERIES.c.changed_at < stamp(before)), limit
    )


def parcels_of(connection: Connection, ids: Sequence[int]) -> list[Parcel]:
    """These letters."""
    return parcels_where(connection, DELIVERIES.c.id.in_(ids))


def parcels_where(connection: Connection, where: Any, limit: int | None = None) -> list[Parcel]:
    """Letters that `where` says, oldest first."""
    d, doc = DELIVERIES.c, DOCUMENTS.c
    columns = (d.id, d.case_number, CASES.c.centre, CASES.c.name, CASES.c.facts, doc.kind, doc.number, d.channel)
    query = select(*columns, d.status, d.message_id, doc.path, d.attempts, d.not_before, doc.id.label("document"))
    query = query.join_from(DELIVERIES, DOCUMENTS, _PLACE).join(CASES, CASES.c.number == d.case_number)
    rows = connection.execute(query.where(where).order_by(d.not_before, d.id).limit(limit)).mappings()
    return [_parcel(row) for row in rows]


def _parcel(row: Any) -> Parcel:
    candidate = decode_facts(row["facts"]).candidate
    return Parcel(
        id=row["id"],
        case=row["case_number"],
        centre=row["centre"],
        name=row["name"],
        address=candidate.address if candidate else "",
        email=candidate.email if candidate else "",
        kind=row["kind"],
        number=row["number"],
        channel=row["channel"],
        status=row["status"],
        message_id=row["message_id"],
        path=row["path"] or "",
        attempts=row["attempts"],
        not_before=row["not_before"],
        document=row["document"],
        phone=candidate.phone if candidate else "",
        person=candidate.id_number if candidate else "",
    )


def next_due(connection: Connection) -> datetime | None:
    """When the first waiting letter may leave; None when none waits."""
    found = connection.execute(
        select(func.min(DELIVERIES.c.not_before)).where(DELIVERIES.c.status == PENDING)
    ).scalar_one()
    return datetime.fromisoformat(found) if found else None


def still_sending(connection: Connection) -> bool:
    """Whether any letter is on its way, or was left there."""
    query = select(DELIVERIES.c.id).where(DELIVERIES.c.status == SENDING).limit(1)
    return connection.execute(query).first() is not None


def move(
    connection: Connection,
    parcel: Parcel,
    source: str,
    dest: str,
    *,
    at: datetime,
    by: str,
    reason: str = "",
    next_at: datetime | None = None,
) -> bool:
    """Moves a letter on; False, and nothing written, where it is no longer in `source`. On record with who and why.

    `next_at`: when it may leave, if it goes back to pending.
    """
    moved = connection.execute(
        _MOVE,
        {
            "delivery": parcel.id,
            "source": source,
            "dest": dest,
            "reason": reason,
            "at": stamp(at),
            "next_at": stamp(next_at) if next_at else parcel.not_before,
            "tries": 1 if dest == SENDING else 0,
            "by_way_of": parcel.channel,
        },
    )
    if not moved.rowcount:
        return False
    told = {"delivery_id": parcel.id, "at": stamp(at), "by": by, "source": source, "dest": dest, "reason": reason}
    connection.execute(insert(_EVENTS).values(**told))
    return True


def move_all(
    connection: Connection, parcels: Sequence[Parcel], source: str, dest: str, *, at: datetime, by: str
) -> list[Parcel]:
    """`move` for letters that all leave the same way; those that were still in `source`."""
    if not parcels:
        return []
    d, (channel,) = DELIVERIES.c, {parcel.channel for parcel in parcels}
    told = {"at": stamp(at), "by": by, "source": source, "dest": dest, "reason": ""}
    change = update(DELIVERIES).where(d.id.in_([parcel.id for parcel in parcels]) & (d.status == source))
    change = change.values(
        status=dest, detail="", changed_at=told["at"], attempts=d.attempts + int(dest == SENDING), channel=channel
    )
    moved = {row[0] for row in connection.execute(change.returning(d.id))}
    if moved:
        connection.execute(insert(_EVENTS), [{"delivery_id": id_, **told} for id_ in sorted(moved)])
    return [parcel for parcel in parcels if parcel.id in moved]


def leave_to_a_person(
    connection: Connection, sources: Sequence[str], dest: str, *, at: datetime, by: str, reason: str
) -> int:
    """Moves every letter in one of `sources` to `dest`, where only a person moves it on; how many there were."""
    d = DELIVERIES.c
    found = connection.execute(select(d.id, d.status).where(d.status.in_(sources))).all()
    if not found:
        return 0
    told = {"at": stamp(at), "by": by, "dest": dest, "reason": reason}
    change = update(DELIVERIES).where(d.status.in_(sources))
    connection.execute(change.values(status=dest, detail=reason, changed_at=told["at"]))
    connection.execute(insert(_EVENTS), [{"delivery_id": row.id, "source": row.status, **told} for row in found])
    return len(found)


def listed(
    connection: Connection,
    *,
    status: str = "",
    centre: str = "",
    channel: str = "",
    limit: int,
    centres: frozenset[str] | None = None,
) -> list[dict[str, Any]]:
    """Letters as rows, newest first; `centres`: only of these."""
    d, doc = DELIVERIES.c, DOCUMENTS.c
    query = select(
        d.id, d.case_number.label("case"), CASES.c.centre, CASES.c.name, doc.kind, doc.number, d.channel, d.status,
        d.message_id, d.not_before, d.attempts, d.detail,
    )  # fmt: skip
    query = query.join_from(DELIVERIES, DOCUMENTS, _PLACE).join(CASES, CASES.c.number == d.case_number)
    for column, value in ((d.status, status), (CASES.c.centre, centre), (d.channel, channel)):
        if value:
            query = query.where(column == value)
    if centres is not None:
        query = query.where(CASES.c.centre.in_(centres))
    return [dict(row) for row in connection.execute(query.order_by(d.id.desc()).limit(limit)).mappings()]


def by_status(connection: Connection, centres: frozenset[str] | None = None) -> dict[str, int]:
    """How many letters stand where; `centres`: only of these."""
    query = select(DELIVERIES.c.status, func.count()).group_by(DELIVERIES.c.status)
    if centres is not None:
        query = query.join(CASES, CASES.c.number == DELIVERIES.c.case_number).where(CASES.c.centre.in_(centres))
    return {status: int(count) for status, count in connection.execute(query)}
