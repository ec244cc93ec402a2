"""Working days: the published calendar, the office's own table above it, the week below it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.reference.workdays import add_workdays, is_workday, next_workday

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
TABLES = st.dictionaries(st.dates(date(2020, 9, 1), date(2020, 12, 31)), st.booleans(), max_size=40)


def test_public_holidays_are_off_and_make_up_days_are_on() -> None:
    assert not is_workday(date(2020, 10, 1))
    assert is_workday(date(2020, 9, 27))  # a Sunday, worked for the National Day week
    assert is_workday(date(2020, 9, 30))
    assert not is_workday(date(2020, 10, 11))


def test_the_offices_own_table_comes_first() -> None:
    holiday, monday = date(2020, 10, 1), date(2020, 11, 2)
    assert is_workday(holiday, {holiday: True})
    assert not is_workday(monday, {monday: False})


def test_years_nobody_has_published_fall_back_to_the_week() -> None:
    assert is_workday(date(2058, 10, 1)) == (date(2058, 10, 1).weekday() < 5)
    assert not is_workday(date(2003, 1, 4))
    assert is_workday(date(2003, 1, 1))


def test_a_term_that_ends_in_the_holiday_week_ends_after_it() -> None:
    assert next_workday(date(2020, 10, 1)) == date(2020, 10, 9)
    assert next_workday(date(2020, 9, 30)) == date(2020, 9, 30)


def test_the_first_day_is_not_counted() -> None:
    assert add_workdays(date(2020, 9, 29), 1) == date(2020, 9, 30)
    assert add_workdays(date(2020, 9, 29), 2) == date(2020, 10, 9)
    assert add_workdays(date(2020, 10, 3), 0) == date(2020, 10, 9)


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(ValueError, match="不能为负"):
        add_workdays(date(2020, 9, 29), -1)


@given(DAYS, st.integers(0, 60), TABLES)
def test_between_a_day_and_its_term_lie_exactly_that_many_working_days(
    day: date, n: int, table: dict[date, bool]
) -> None:
    end = add_workdays(day, n, table)
    assert is_workday(end, table)
    after = [day + timedelta(days=k) for k in range(1, (end - day).days + 1)]
    worked = sum(is_workday(each, table) for each in after)
    assert worked == n or (n == 0 and not is_workday(day, table) and worked == 1)
