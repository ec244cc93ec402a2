"""Failed sign-ins, counted before the password is looked at: tries at the same moment do not slip through together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, text

from records.people.tables import SIGN_IN_FAILURES
from states.office.people import Failures

_COUNT = text(
    "INSERT INTO sign_in_failures (subject, failures, last_at) VALUES (:subject, 1, :at) "
    "ON CONFLICT (subject) DO UPDATE SET failures = sign_in_failures.failures + 1, last_at = excluded.last_at"
)
_UNCOUNT = text("UPDATE sign_in_failures SET failures = failures - 1 WHERE subject = :subject AND failures > 0")


def failures(connection: Connection, subject: str) -> Failures:
    """How often `subject` failed in a row."""
    row = connection.execute(select(SIGN_IN_FAILURES).where(SIGN_IN_FAILURES.c.subject == subject)).one_or_none()
    return Failures(row.failures, datetime.fromisoformat(row.last_at)) if row else Failures()


def count(connection: Connection, subject: str, at: str) -> None:
    """One more try, counted as failed until it succeeds."""
    connection.execute(_COUNT, {"subject": subject, "at": at})


def uncount(connection: Connection, subject: str) -> None:
    """One try turned out right: it alone is taken back."""
    connection.execute(_UNCOUNT, {"subject": subject})


def forget(connection: Connection, subject: str) -> None:
    """Begins from nothing."""
    connection.execute(delete(SIGN_IN_FAILURES).where(SIGN_IN_FAILURES.c.subject == subject))


def forget_before(connection: Connection, at: str) -> None:
    """Drops what failed last before `at`."""
    connection.execute(delete(SIGN_IN_FAILURES).where(SIGN_IN_FAILURES.c.last_at < at))
