"""What is said of a row: the commands it makes, or every one of its faults."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from states.case.commands import AnyCommand


class Fault(NamedTuple):
    """One thing wrong: the column's heading, the refusal's name, what is wrong and what to write."""

    column: str
    error: str
    message: str


class RowError(msgspec.Struct, frozen=True):
    """One thing wrong with one row: the row as Excel numbers it, the column's heading, the refusal's name."""

    sheet: str
    row: int
    column: str
    error: str
    message: str


class Person(NamedTuple):
    """Whom a row is about, as far as it says. `exam` is empty where it names none."""

    name: str | None
    id_number: str | None
    occupation: str | None
    level: int | None
    exam: str


class RosterRow(NamedTuple):
    """One row of a person: its commands, or its errors. `case` or `person` says which case, if not a new one."""

    sheet: str
    row: int
    commands: tuple[AnyCommand, ...]
    case: str
    person: Person
    errors: tuple[RowError, ...]


def wrong(row: RosterRow, column: str, error: str, message: str) -> RosterRow:
    """The row with one more thing wrong with it."""
    return row._replace(commands=(), errors=(*row.errors, RowError(row.sheet, row.row, column, error, message)))
