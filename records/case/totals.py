"""What a database amounts to: cases by state, letters by kind, money."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from records.case.tables import CASES, DOCUMENTS


class Totals(NamedTuple):
    """Everything counted as of one moment; money in fen."""

    states: dict[str, int]
    letters: dict[str, int]
    letters_not_set: int
    refund_fen: int
    escalated: int


def totals(connection: Connection) -> Totals:
    """What is on record, counted."""
    return Totals(
        states=_counted(connection, CASES.c.state),
        letters=_counted(connection, DOCUMENTS.c.kind),
        letters_not_set=connection.execute(select(func.count()).where(DOCUMENTS.c.path.is_(None))).scalar_one(),
        refund_fen=connection.execute(select(func.sum(CASES.c.refund_fen))).scalar_one() or 0,
        escalated=connection.execute(select(func.count()).where(CASES.c.escalated)).scalar_one(),
    )


def _counted(connection: Connection, column: Any) -> dict[str, int]:
    rows = connection.execute(select(column, func.count()).group_by(column))
    return {str(value): int(count) for value, count in rows}
