"""Working days in China: the operator's table, below it `chinesecalendar`, below that Monday to Friday.

`chinesecalendar` knows the years whose holiday arrangement the State Council has published, and refuses any other.
For those a day counts as working from Monday to Friday, which misses every public holiday: an office enters the
arrangement in its own table (`overrides`: True a working day, False a day off) once it is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import chinese_calendar

NO_OVERRIDES: Mapping[date, bool] = MappingProxyType({})
_DAY = timedelta(days=1)
_SATURDAY = 5


def is_workday(day: date, overrides: Mapping[date, bool] = NO_OVERRIDES) -> bool:
    """Whether `day` (Asia/Shanghai) is a working day; a make-up Saturday (调休上班) is one."""
    if day in overrides:
        return overrides[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY


def exceptions(first: date, days: int, overrides: Mapping[date, bool] = NO_OVERRIDES) -> dict[date, bool]:
    """The days of a span that are not what their weekday says: True a working day, False a day off.

    Resolved once, where a command is sent, so that a later edition of the calendar cannot change what was decided.
    """
    span = (first + _DAY * n for n in range(days))
    return {day: works for day in span if (works := is_workday(day, overrides)) != (day.weekday() < _SATURDAY)}


def rolled(day: date, known: Mapping[date, bool]) -> date:
    """`day`, or the first working day after it, by weekdays and the exceptions `known`."""
    while not known.get(day, day.weekday() < _SATURDAY):
        day += _DAY
    return day


def workdays_after(day: date, n: int, known: Mapping[date, bool]) -> date:
    """The `n`th working day after `day`, which itself is not counted (民法典第二百零一条); for 0, `day` itself.

    By weekdays and the exceptions `known`.
    """
    for _ in range(n):
        day = rolled(day + _DAY, known)
    return day
