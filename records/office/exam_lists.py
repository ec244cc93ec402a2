"""The registers of draws and sessions, to be looked at."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from records.office.exams import BankDrawRow, ExamSessionRow

_DRAWS: Any = BankDrawRow.metadata.tables["bank_draws"]
_SESSIONS: Any = ExamSessionRow.metadata.tables["exam_sessions"]


class RecordedDraw(NamedTuple):
    """A paper of a draw, as entered; `at` is an ISO instant."""

    paper: str
    occupation: str
    level: int
    draw: str
    drawn_on: date | None
    by: str
    at: str


class RecordedSession(NamedTuple):
    """A session as it was first put on record; `source`: the case that named it, or empty."""

    centre: str
    code: str
    held_on: date | None
    site: str
    recorded_on: date
    source: str
    by: str


def list_draws(connection: Connection, limit: int) -> list[RecordedDraw]:
    """The latest entries first."""
    columns = [_DRAWS.c[name] for name in RecordedDraw._fields]
    query = select(*columns).order_by(_DRAWS.c.at.desc(), _DRAWS.c.paper).limit(limit)
    return [RecordedDraw(*row) for row in connection.execute(query)]


def list_sessions(connection: Connection, centres: frozenset[str] | None, limit: int) -> list[RecordedSession]:
    """Sessions of these centres (None: all), the latest on record first."""
    columns = [_SESSIONS.c[name] for name in RecordedSession._fields]
    query = select(*columns).order_by(_SESSIONS.c.recorded_on.desc(), _SESSIONS.c.centre, _SESSIONS.c.code)
    if centres is not None:
        query = query.where(_SESSIONS.c.centre.in_(centres))
    return [RecordedSession(*row) for row in connection.execute(query.limit(limit))]
