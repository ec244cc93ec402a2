"""Counting questions in windows of time, for all processes together."""

from __future__ import annotations

from sqlalchemy import Connection, delete, text

from records.public.tables import QUESTION_COUNTS

_COUNT = text(
    'INSERT INTO question_counts (subject, "window", count) VALUES (:subject, :window, 1) '
    'ON CONFLICT (subject, "window") DO UPDATE SET count = question_counts.count + 1 RETURNING count'
)


def count(connection: Connection, subject: str, window: int) -> int:
    """How often `subject` has asked in this window, this time included."""
    return int(connection.execute(_COUNT, {"subject": subject, "window": window}).scalar_one())


def forget_before(connection: Connection, window: int) -> None:
    """Drops windows that are over."""
    connection.execute(delete(QUESTION_COUNTS).where(QUESTION_COUNTS.c.window < window))
