"""The forecast of an exit day says what the day then does, and leaves no trace."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select, text

from records.case.claims import claim_of
from records.case.context import case_facts, context_for
from records.case.tables import CASES
from records.ledger.tables import LEDGER
from records.office.forecasts import compare, keep, latest
from records.office.world import redate
from records.store.database import Database
from services.command_input import command_from
from services.forecasting import rehearse
from states.business_dates import SHANGHAI
from states.case.commands import FollowCalendar
from states.case.judge import judge
from states.words import Role
from tests.caseload import CLERK, announce, database_at, register, send

DAY, EXIT = date(2020, 11, 2), date(2020, 12, 31)


def test_the_forecast_is_what_the_day_does_to_each_case(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    numbers = [announce(database, n, DAY) for n in range(1, 6)]
    for number in numbers[:3]:
        register(database, number, DAY)
    guard = announce(database, 6, DAY, occupation="保安员")
    plan = {"organisation": "某技工学校", "name": "2018级培养计划", "intake": "2018-09-01"}
    student = announce(database, 7, DAY, cohort="plan_student", plan=plan)
    send(database, numbers[2], command_from("withdraw", {}, by=CLERK), DAY)
    with database.reading() as connection:
        before = connection.execute(select(func.count()).select_from(LEDGER)).scalar_one()
        found = rehearse(connection, EXIT).summary
        after = connection.execute(select(func.count()).select_from(LEDGER)).scalar_one()
        happened: Counter[str] = Counter()
        for number in [*numbers, guard, student]:
            facts = case_facts(connection, number)
            assert facts is not None
            steps = judge(facts, (), context_for(connection, claim_of(facts)), EXIT).steps
            happened[steps[-1].trigger.value if steps and steps[-1].trigger else "unaffected"] += 1
        assert connection.execute(select(func.count()).select_from(CASES)).scalar_one() == 7
    assert before == after
    assert found["outcomes"] == dict(happened) == {"exit": 5, "unaffected": 2}
    assert found["documents"] == {"exit_notice": 4}  # whose withdrawal waits for review is sent none
    assert found["refund_liability_fen"] == 30_000
    assert sum(found["outcomes"].values()) == found["cases"]


def test_the_day_before_nothing_happens(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    register(database, announce(database, 1, DAY), DAY)
    with database.reading() as connection:
        assert rehearse(connection, date(2020, 12, 30)).summary["outcomes"] == {"unaffected": 1}


def follow(database: Database, number: str, day: date) -> None:
    send(database, number, FollowCalendar(by="日历", role=Role.CALENDAR), day)


def test_afterwards_every_case_is_held_against_its_forecast(tmp_path: Path) -> None:
    """As foretold; answered before; its date moved; not reached yet; and one that nobody can explain."""
    database = database_at(tmp_path)
    numbers = [announce(database, n, DAY) for n in range(1, 6)]
    for number in numbers:
        register(database, number, DAY)
    with database.reading() as connection:
        summary, cases = rehearse(connection, EXIT)
    with database.writing() as connection:
        keep(connection, EXIT, datetime(2020, 11, 2, 9, tzinfo=SHANGHAI), summary, cases)
    as_foretold, withdrew, moved, not_yet, strange = numbers
    send(database, withdrew, command_from("withdraw", {}, by=CLERK), date(2020, 12, 1))
    follow(database, as_foretold, EXIT)
    with database.writing() as connection:
        redate(connection, to=date(2021, 6, 30), at=datetime(2020, 12, 30, tzinfo=SHANGHAI), by="丁", occupation="电工")
    send(database, moved, FollowCalendar(by="丁", role=Role.ADMINISTRATOR, reason="redate"), date(2020, 12, 30))
    with database.writing() as connection:
        connection.execute(
            text("UPDATE forecast_cases SET letters = 'closure_notice' WHERE case_number = :n"), {"n": as_foretold}
        )
        found = compare(connection, latest(connection, EXIT))
        assert [d["case"] for d in found["differences"]] == [as_foretold, withdrew, moved, not_yet, strange]
        connection.execute(
            text("UPDATE forecast_cases SET letters = 'exit_notice' WHERE case_number = :n"), {"n": as_foretold}
        )
        found = compare(connection, latest(connection, None))
    assert {d["case"]: d["why"] for d in found["differences"]} == {
        withdrew: "期间已办理：withdraw",
        moved: "退出日期已改",
        not_yet: "尚未发生",
        strange: "尚未发生",
    }
    counted = [found[key] for key in ("cases", "as_forecast", "changed", "outstanding", "unexplained")]
    assert counted == [5, 1, 2, 2, 0]
    assert found["letters"] == {"foretold": {"exit_notice": 5}, "found": {"exit_notice": 1}}
