"""What an office has said of single days, above the published calendar. Saying so is an act."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from records.office.world import holidays
from records.store.database import Database


class SaidDay(NamedTuple):
    """One day: whether it is worked, what it is called, who said so and when."""

    day: date
    workday: bool
    name: str
    by: str
    at: str


def days_off(database: Database) -> list[SaidDay]:
    """Every such day, in order."""
    with database.reading() as connection:
        return [SaidDay(**{name: row[name] for name in SaidDay._fields}) for row in holidays(connection)]
