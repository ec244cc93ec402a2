"""Numbers that count up by scope; drawn inside the transaction that uses them, so that none is lost or given twice."""

from __future__ import annotations

from sqlalchemy import Connection, text

from records.store.prepared import Prepared

_DRAW = Prepared(
    text(
        "INSERT INTO counters (scope, last) VALUES (:scope, :count) "
        "ON CONFLICT (scope) DO UPDATE SET last = counters.last + :count RETURNING last"
    )
)


def draw(connection: Connection, scope: str, count: int = 1) -> int:
    """The last of `count` new numbers in `scope`, from 1; whoever else draws there waits for this transaction."""
    (last,) = _DRAW.one(connection, scope=scope, count=count) or (0,)
    return int(last)
