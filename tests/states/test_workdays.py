"""Working days: the published calendar, the office's own table above it, the week below it."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from states.reference.workdays import exceptions, is_workday, rolled, workdays_after

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


YEAR = exceptions(date(2020, 1, 1), 366)


def test_a_term_that_ends_in_the_holiday_week_ends_after_it() -> None:
    assert rolled(date(2020, 10, 1), YEAR) == date(2020, 10, 9)
    assert rolled(date(2020, 9, 30), YEAR) == date(2020, 9, 30)


def test_the_first_day_is_not_counted() -> None:
    assert workdays_after(date(2020, 9, 29), 1, YEAR) == date(2020, 9, 30)
    assert workdays_after(date(2020, 9, 29), 2, YEAR) == date(2020, 10, 9)
    assert workdays_after(date(2020, 10, 3), 0, YEAR) == date(2020, 10, 3)


def test_without_the_exceptions_only_the_week_counts() -> None:
    assert workdays_after(date(2020, 9, 30), 5, {}) == date(2020, 10, 7)


@given(DAYS, st.integers(0, 60), TABLES)
def test_between_a_day_and_its_term_lie_exactly_that_many_working_days(
    day: date, n: int, table: dict[date, bool]
) -> None:
    known = exceptions(day, 200, table)
    end = workdays_after(day, n, known)
    after = [day + timedelta(days=k) for k in range(1, (end - day).days + 1)]
    assert sum(is_workday(each, table) for each in after) == n
    assert n == 0 or is_workday(end, table)
