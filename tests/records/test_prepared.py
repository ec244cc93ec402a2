"""Prepared statements say the same to both databases as Core does, and fail as SQLAlchemy fails."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from records.office.tables import HolidayRow, RedateRow
from records.store.database import Database
from records.store.prepared import Prepared, inserting

HOLIDAYS = HolidayRow.metadata.tables["holidays"]
REDATES = RedateRow.metadata.tables["redates"]
DAY = {"day": date(2020, 10, 1), "workday": False, "name": "国庆节", "by": "管理丁", "at": "2020-09-01"}


def test_dates_and_booleans_arrive_as_core_writes_them(database: Database) -> None:
    with database.writing() as connection:
        inserting(HOLIDAYS).run(connection, **DAY)
    with database.reading() as connection:
        assert connection.execute(select(HOLIDAYS)).mappings().one() == DAY


def test_what_ran_is_committed_with_the_transaction_or_not_at_all(database: Database) -> None:
    def broken() -> None:
        with database.writing() as connection:
            inserting(HOLIDAYS).run(connection, **DAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    with database.reading() as connection:
        assert connection.execute(select(HOLIDAYS)).all() == []


def test_a_rule_of_the_database_is_broken_as_an_integrity_error(database: Database) -> None:
    with database.writing() as connection:
        inserting(HOLIDAYS).run(connection, **DAY)
    with pytest.raises(IntegrityError), database.writing() as connection:
        inserting(HOLIDAYS).run(connection, **DAY)


def test_a_value_that_is_missing_is_never_taken_for_null(database: Database) -> None:
    with pytest.raises(KeyError, match="name"), database.writing() as connection:
        inserting(HOLIDAYS).run(connection, **{key: value for key, value in DAY.items() if key != "name"})


def test_a_serial_comes_back_and_a_fixed_value_stands(database: Database) -> None:
    moved = {"at": "x", "by": "管理丁", "reason": "", "occupation": "电工", "old_date": None, "new_date": DAY["day"]}
    newest = Prepared(
        select(REDATES.c.id).where(REDATES.c.occupation == bindparam("name")).order_by(-REDATES.c.id).limit(1)
    )
    with database.writing() as connection:
        (first,) = inserting(REDATES, returning="id").one(connection, **moved) or (0,)
        (second,) = inserting(REDATES, returning="id").one(connection, **moved) or (0,)
        assert second > first > 0
        assert newest.one(connection, name="电工") == (second,)
        assert newest.one(connection, name="焊工") is None
