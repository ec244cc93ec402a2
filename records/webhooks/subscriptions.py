"""Subscriptions on record: added, moved, and how far each has been told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from records.ledger.tables import LEDGER
from records.webhooks.tables import ATTEMPTS, WEBHOOKS
from states.business_dates import SHANGHAI

ACTIVE, PAUSED, FAILING, REMOVED = "active", "paused", "failing", "removed"
STATE_NAMES = {ACTIVE: "启用", PAUSED: "暂停", FAILING: "失败停用", REMOVED: "已删除"}


class Subscription(NamedTuple):
    """One receiver. `position`: the ledger id up to which it has been told; instants are ISO, in UTC."""

    id: str
    url: str
    centres: frozenset[str] | None
    state: str
    position: int
    failures: int
    next_at: datetime | None
    last_error: str
    created_by: str
    created_at: str


class Attempt(NamedTuple):
    """One request: `status` is HTTP's, 0 where no answer came."""

    ledger_id: int
    at: str
    status: int
    error: str


def stamp(at: datetime) -> str:
    """An instant as it is kept: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def add(connection: Connection, *, id_: str, url: str, centres: frozenset[str] | None, by: str, at: datetime) -> None:
    """A new subscription, which is told of what happens from now on."""
    connection.execute(
        insert(WEBHOOKS).values(
            id=id_,
            url=url,
            centres=None if centres is None else ",".join(sorted(centres)),
            state=ACTIVE,
            position=last_ledger_id(connection),
            failures=0,
            next_at=None,
            last_error="",
            created_by=by,
            created_at=stamp(at),
        )
    )


def subscription(connection: Connection, id_: str) -> Subscription | None:
    """The subscription `id_`, or None."""
    row = connection.execute(select(WEBHOOKS).where(WEBHOOKS.c.id == id_)).mappings().one_or_none()
    return _subscription(row) if row else None


def subscriptions(connection: Connection, *, state: str = "") -> list[Subscription]:
    """All that are not removed, or those in `state`; oldest first."""
    where = WEBHOOKS.c.state == state if state else WEBHOOKS.c.state != REMOVED
    rows = connection.execute(select(WEBHOOKS).where(where).order_by(WEBHOOKS.c.created_at, WEBHOOKS.c.id)).mappings()
    return [_subscription(row) for row in rows]


def any_behind(connection: Connection) -> bool:
    """Whether some active receiver has not been told of the last ledger row."""
    behind = WEBHOOKS.c.position < last_ledger_id(connection)
    query = select(WEBHOOKS.c.id).where((WEBHOOKS.c.state == ACTIVE) & behind)
    return connection.execute(query.limit(1)).first() is not None


def set_state(connection: Connection, id_: str, state: str) -> None:
    """Pauses, resumes or removes; whoever resumes starts with a clean count of failures."""
    connection.execute(
        update(WEBHOOKS).where(WEBHOOKS.c.id == id_).values(state=state, failures=0, next_at=None, last_error="")
    )


def rewind(connection: Connection, id_: str, position: int) -> None:
    """Tells again what lies after ledger row `position`, under the same event ids."""
    connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.id == id_).values(position=position, failures=0, next_at=None))


def told(connection: Connection, id_: str, *, before: int, position: int) -> bool:
    """The receiver has what lies up to `position`; False where somebody rewound or told it meanwhile."""
    where = (WEBHOOKS.c.id == id_) & (WEBHOOKS.c.position == before)
    change = update(WEBHOOKS).where(where).values(position=position, failures=0, next_at=None, last_error="")
    return bool(connection.execute(change).rowcount)


def failed(connection: Connection, id_: str, *, error: str, next_at: datetime | None) -> None:
    """One attempt more has failed; without `next_at` there is no further one until somebody resumes it."""
    values: dict[str, Any] = {"failures": WEBHOOKS.c.failures + 1, "last_error": error}
    values |= {"state": FAILING} if next_at is None else {"next_at": stamp(next_at)}
    connection.execute(update(WEBHOOKS).where((WEBHOOKS.c.id == id_) & (WEBHOOKS.c.state == ACTIVE)).values(**values))


def attempted(connection: Connection, id_: str, attempt: Attempt) -> None:
    """Writes down a request that was made."""
    connection.execute(insert(ATTEMPTS).values(webhook_id=id_, **attempt._asdict()))


def attempts(connection: Connection, id_: str, limit: int, before: int | None = None) -> list[Attempt]:
    """The latest requests to one receiver, newest first; `before`: only of ledger rows below that id."""
    query = select(ATTEMPTS).where(ATTEMPTS.c.webhook_id == id_).order_by(ATTEMPTS.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(ATTEMPTS.c.ledger_id < before)
    return [Attempt(row.ledger_id, row.at, row.status, row.error) for row in connection.execute(query)]


def last_ledger_id(connection: Connection) -> int:
    """The id of the last ledger row, 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(LEDGER.c.id), 0))).scalar_one())


def position_before(connection: Connection, at: datetime) -> int:
    """The id of the last ledger row written before `at`, for telling again from an instant on."""
    local = at.astimezone(SHANGHAI).isoformat(timespec="seconds")  # as the ledger writes instants
    query = select(func.coalesce(func.max(LEDGER.c.id), 0)).where(LEDGER.c.at < local)
    return int(connection.execute(query).scalar_one())


def _subscription(row: Any) -> Subscription:
    centres = None if row["centres"] is None else frozenset(filter(None, row["centres"].split(",")))
    next_at = datetime.fromisoformat(row["next_at"]) if row["next_at"] else None
    rest = {name: row[name] for name in ("state", "position", "failures")}
    said = {name: row[name] for name in ("last_error", "created_by", "created_at")}
    return Subscription(row["id"], row["url"], centres, **rest, next_at=next_at, **said)
