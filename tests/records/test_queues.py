"""The operators' queues: who sees what, the nearest deadline first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from records.case.queues import TITLES, queue
from records.office.world import clear_holiday, holidays, policies, set_holiday, set_policies
from records.store.database import Database
from services.command_input import command_from
from states.case.commands import FollowCalendar
from states.policies import Policies
from states.words import Role
from tests.caseload import CLERK, FINANCE, REVIEWER, announce, database_at, register, send

DAY, EXIT = date(2020, 12, 10), date(2020, 12, 31)


@pytest.fixture
def filled(tmp_path: Path) -> tuple[Database, list[str]]:
    database = database_at(tmp_path)
    numbers = [announce(database, n, DAY) for n in range(1, 6)]
    for number in numbers:
        register(database, number, DAY)
    announced, withdrawing, refused, silent, _ = numbers
    send(database, withdrawing, command_from("withdraw", {}, by=CLERK), DAY)
    send(database, refused, command_from("withdraw", {}, by=CLERK), DAY)
    send(database, refused, command_from("approve", {}, by=REVIEWER), DAY)
    send(database, refused, command_from("fail_refund", {"reason": "账号有误"}, by=FINANCE), DAY)
    for day in (EXIT, date(2021, 3, 1)):
        send(database, silent, FollowCalendar(by="日历", role=Role.CALENDAR), day)
    with database.writing() as connection:
        connection.execute(text("UPDATE deliveries SET status = 'uncertain' WHERE case_number = :n"), {"n": announced})
    return database, numbers


def ids(database: Database, name: str, **how: Any) -> list[str]:
    with database.reading() as connection:
        found = queue(connection, name, today=DAY, **how)
    assert found["count"] == len(found["cases"])
    assert found["title"] == TITLES[name]
    return [case["id"] for case in found["cases"]]


def test_each_queue_has_its_cases(filled: tuple[Database, list[str]]) -> None:
    database, (announced, withdrawing, refused, silent, other) = filled
    assert ids(database, "mine") == [announced, other, silent]
    assert ids(database, "mine", role=Role.FINANCE) == [refused]
    assert ids(database, "mine", role=Role.SUPERVISOR) == [refused, silent]
    assert ids(database, "mine", role=Role.REVIEWER) == [withdrawing]
    assert ids(database, "review") == [withdrawing]
    assert ids(database, "review", by=[CLERK]) == []
    assert ids(database, "review", by=[REVIEWER]) == [withdrawing]
    assert ids(database, "exiting") == [announced, withdrawing, other]
    assert ids(database, "exiting", days=20) == []
    assert ids(database, "overdue") == [silent]
    assert ids(database, "undelivered") == [announced]
    assert ids(database, "unrefunded") == [refused]
    assert ids(database, "mine", centre="430200") == []


def test_a_deadline_on_a_day_off_moves_to_a_working_day_where_the_office_wants_it(tmp_path: Path) -> None:
    """30 January 2021 is a Saturday; the Monday after it is a holiday of this office's own."""
    database = database_at(tmp_path)
    deadlines = []
    for n, chosen in enumerate((Policies(), Policies(workday_deadlines=True)), start=1):
        with database.writing() as connection:
            set_policies(connection, chosen)
            set_holiday(
                connection,
                day=date(2021, 2, 1),
                workday=False,
                name="停电",
                by="丁",
                at=datetime(2021, 1, 1, tzinfo=UTC),
            )
            assert policies(connection).exceptions.get(date(2021, 2, 1), True) is (not chosen.workday_deadlines)
        number = announce(database, n, DAY)
        register(database, number, DAY)
        deadlines.append(send(database, number, FollowCalendar(by="日历", role=Role.CALENDAR), EXIT).choice.deadline)
    assert deadlines == [date(2021, 1, 30), date(2021, 2, 2)]
    with database.writing() as connection:
        assert [row["name"] for row in holidays(connection)] == ["停电"]
        assert clear_holiday(connection, date(2021, 2, 1))
        assert not clear_holiday(connection, date(2021, 2, 1))
