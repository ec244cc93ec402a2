"""The forecast of an exit day says what the day then does, and leaves no trace."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from desk.orders import order
from desk.rehearsal import rehearse
from records.claims import claim_of
from records.reading import CASES, LEDGER, case_facts, context_for
from states.decide import judge
from tests.caseload import CLERK, announce, database_at, register, send

DAY, EXIT = date(2020, 11, 2), date(2020, 12, 31)


def test_the_forecast_is_what_the_day_does_to_each_case(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    numbers = [announce(database, n, DAY) for n in range(1, 6)]
    for number in numbers[:3]:
        register(database, number, DAY)
    guard = announce(database, 6, DAY, occupation="保安员")
    student = announce(database, 7, DAY, cohort="plan_student")
    send(database, numbers[2], order("withdraw", {}, by=CLERK), DAY)
    with database.reading() as connection:
        before = connection.execute(select(func.count()).select_from(LEDGER)).scalar_one()
        found = rehearse(connection, EXIT)
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
    assert found["documents"] == {"exit_notice": 3, "closure_notice": 2}
    assert found["refund_liability_fen"] == 30_000
    assert sum(found["outcomes"].values()) == found["cases"]


def test_the_day_before_nothing_happens(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    register(database, announce(database, 1, DAY), DAY)
    with database.reading() as connection:
        assert rehearse(connection, date(2020, 12, 30))["outcomes"] == {"unaffected": 1}
