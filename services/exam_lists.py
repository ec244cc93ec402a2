"""The registers of draws and sessions, for somebody who is signed in."""

from __future__ import annotations

from records.office.exam_lists import RecordedDraw, RecordedSession, list_draws, list_sessions
from records.store.database import Database
from states.office.people import Actor


def draws(database: Database, limit: int) -> list[RecordedDraw]:
    """The latest draws first."""
    with database.reading() as connection:
        return list_draws(connection, limit)


def sessions(database: Database, actor: Actor, limit: int) -> list[RecordedSession]:
    """The sessions of the centres that `actor` reaches, the latest on record first."""
    with database.reading() as connection:
        return list_sessions(connection, actor.centres, limit)
