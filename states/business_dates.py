"""Business dates are days in Asia/Shanghai, whatever the machine's own time zone."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def midnight(day: date) -> datetime:
    """The first instant of a business date."""
    return datetime.combine(day, time(), SHANGHAI)


def business_date(instant: datetime) -> date:
    """The business date of an aware instant."""
    return instant.astimezone(SHANGHAI).date()
