"""Which keys the record needs: told by the database, so that a lost key file is missed and never made anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, inspect, select, text

from records.ledger.tables import NEEDED_KEYS

_RETIRED = "retired "
SOME = "*"  # from before keys were named here: whichever the file holds


def needed(connection: Connection, kind: str) -> frozenset[str]:
    """The names of the keys of one kind that something on record was made under."""
    query = select(NEEDED_KEYS.c.key_id).where(NEEDED_KEYS.c.kind == kind)
    return frozenset(connection.execute(query).scalars())


def alone(connection: Connection) -> None:
    """Waits until nobody else changes what is needed; on SQLite a writing transaction is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE needed_keys IN EXCLUSIVE MODE"))


def need(connection: Connection, kind: str, key_ids: Iterable[str]) -> None:
    """Writes down that these keys of a kind are needed, in place of an unnamed one."""
    known = needed(connection, kind) | retired(connection, kind)
    new = [{"kind": kind, "key_id": id_, "since": _now()} for id_ in key_ids if id_ not in known]
    if new:
        connection.execute(insert(NEEDED_KEYS), new)
    if SOME in known:
        release(connection, kind, SOME)


def release(connection: Connection, kind: str, key_id: str) -> None:
    """Writes down that a key is not needed any more."""
    where = (NEEDED_KEYS.c.kind == kind) & (NEEDED_KEYS.c.key_id == key_id)
    connection.execute(delete(NEEDED_KEYS).where(where))


def known_since(connection: Connection, kind: str) -> dict[str, datetime]:
    """When each key of a kind that is needed was first seen here."""
    rows = connection.execute(select(NEEDED_KEYS.c.key_id, NEEDED_KEYS.c.since).where(NEEDED_KEYS.c.kind == kind))
    return {id_: datetime.fromisoformat(since) for id_, since in rows if id_ != SOME}


def retire_mark(connection: Connection, kind: str, key_id: str) -> None:
    """Writes down that a key was retired, so that it leaves every machine's file and is never needed again."""
    connection.execute(insert(NEEDED_KEYS).values(kind=_RETIRED + kind, key_id=key_id, since=_now()))


def retired(connection: Connection, kind: str) -> frozenset[str]:
    """The keys of a kind that were retired."""
    return needed(connection, _RETIRED + kind)


def knows_keys(connection: Connection) -> bool:
    """Whether this database is new enough to say which keys it needs."""
    return inspect(connection).has_table("needed_keys")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
