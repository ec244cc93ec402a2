"""Cases as lines of a list, a page at a time, each page found by an index from where the last one ended."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, or_, select, true

from records.case.tables import CASES

_COLUMNS = (
    "number", "name", "state", "occupation", "level", "centre", "exit_date", "next_wake_on", "pending", "escalated",
)  # fmt: skip


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """One case in a list. `due`: the business date on which it has something to do, None for none."""

    number: str
    name: str
    state: str
    occupation: str
    level: int
    centre: str
    exit_date: date | None
    due: date | None
    pending: str | None
    escalated: bool


class CasePage(msgspec.Struct, frozen=True):
    """Some lines, and where the next page begins (None: this is the last one)."""

    lines: tuple[CaseLine, ...]
    after: str | None


def within(centres: frozenset[str] | None) -> Any:
    """The cases of these centres; None: of all."""
    return true() if centres is None else CASES.c.centre.in_(sorted(centres))


def newest(connection: Connection, where: Any, *, limit: int, after: str = "") -> CasePage:
    """The cases that `where` says, newest number first; `after` is the number that the last page ended with."""
    query = select(*(CASES.c[name] for name in _COLUMNS)).where(where)
    if after:
        query = query.where(CASES.c.number < after)
    rows = connection.execute(query.order_by(CASES.c.number.desc()).limit(limit + 1)).mappings().all()
    lines = tuple(line(row) for row in rows[:limit])
    return CasePage(lines, lines[-1].number if len(rows) > limit else None)


def by_date(connection: Connection, where: Any, due: Any, *, limit: int, after: str = "") -> CasePage:
    """The cases that `where` says, nearest `due` first, those without one last; `after` as `newest` has it."""
    query = select(*(CASES.c[name] for name in _COLUMNS), due.label("due")).where(where)
    if after:
        query = query.where(_beyond(due, after))
    rows = connection.execute(query.order_by(due.is_(None), due, CASES.c.number).limit(limit + 1)).mappings().all()
    lines = tuple(line(row, row["due"]) for row in rows[:limit])
    return CasePage(lines, _mark(lines[-1]) if len(rows) > limit else None)


def line(row: Any, due: date | None = None) -> CaseLine:
    """A row of `cases` as a line."""
    return CaseLine(
        number=row["number"],
        name=row["name"],
        state=row["state"],
        occupation=row["occupation"],
        level=row["level"],
        centre=row["centre"],
        exit_date=row["exit_date"],
        due=due or row["next_wake_on"],
        pending=row["pending"],
        escalated=bool(row["escalated"]),
    )


def _mark(last: CaseLine) -> str:
    """Where a page by date ended: the date, or nothing, and the number."""
    return f"{last.due or ''}~{last.number}"


def _beyond(due: Any, mark: str) -> Any:
    """What comes after `mark`. A mark that is none begins from the start."""
    said, _, number = mark.partition("~")
    if not said:
        return and_(due.is_(None), CASES.c.number > number)
    day = _day(said)
    if day is None:
        return true()
    return or_(due > day, and_(due == day, CASES.c.number > number), due.is_(None))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
