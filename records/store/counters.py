"""Numbers that count up by scope; drawn inside the transaction that uses them, so that none is lost or given twice."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from records.store.prepared import Prepared

_DRAW = Prepared(
    text(
        "INSERT INTO counters (scope, last) VALUES (:scope, :count) "
        "ON CONFLICT (scope) DO UPDATE SET last = counters.last + :count RETURNING last"
    )
)


def hold(connection: Connection, scopes: Iterable[str]) -> None:
    """Takes these scopes for the caller's transaction, drawing nothing; whoever takes several takes them in this order.

    Two transactions that met the same scopes in opposite orders would wait for each other.
    """
    for scope in sorted(set(scopes)):
        draw(connection, scope, 0)


def draw(connection: Connection, scope: str, count: int = 1) -> int:
    """The last of `count` new numbers in `scope`, from 1; whoever else draws there waits for this transaction."""
    (last,) = _DRAW.one(connection, scope=scope, count=count) or (0,)
    return int(last)
