"""The exit day comes, half of the cases have their notice, and the date is moved: everything still adds up."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bench import exit_day
from bench.people import LEAVING
from bench.stage import OURS, QUICK, stage
from engine.wire.client import facts_of, nudge_run
from records.runs.items import counts
from records.store.database import Database
from services.audit import audit
from services.place import Working, visiting
from states.business_dates import SHANGHAI, business_date
from states.office.commands import Redate
from tests.administrator import acted
from tests.workflows.cases import until

CASES = 120


def ask(database: Database, query: str) -> int:
    with database.reading() as connection:
        return int(connection.execute(text(query)).scalar_one())


async def moved_midway(ours: Working, folder: Path) -> str:
    """Waits for some notices, moves the date three months on, and sees the run through; its id."""

    async def some() -> bool:
        return ask(ours.database, "SELECT count(*) FROM documents WHERE kind = 'exit_notice'") >= CASES // 4

    await until(some, seconds=180)
    later = business_date(datetime.now(SHANGHAI)) + timedelta(days=90)
    command = Redate(to=later, occupation=LEAVING, reason="省里通知")
    run = str(acted(ours.database, folder / "register", command))
    await nudge_run(ours.client, run)

    async def over() -> bool:
        with ours.database.reading() as connection:
            return counts(connection, run)["pending"] == 0

    await until(over, seconds=120)
    return run


async def test_a_date_moved_in_the_middle_of_a_drain(tmp_path: Path) -> None:
    async with stage(tmp_path, QUICK, lambda _: None) as here, visiting(here.place(OURS)) as ours:
        day = asyncio.create_task(exit_day.drain(here, ours, CASES))
        run = await moved_midway(ours, tmp_path)
        with ours.database.reading() as connection:
            assert counts(connection, run) == {
                "selected": CASES,
                "done": CASES,
                "skipped": 0,
                "failed": 0,
                "pending": 0,
            }
        database = ours.database
        states = "SELECT count(*) FROM cases WHERE state = 'registered' AND exit_date > date('now', '+60 days')"
        assert ask(database, states) == CASES  # those that had been asked are where they came from
        exits = ask(database, "SELECT count(*) FROM ledger WHERE \"trigger\" = 'exit'")
        assert exits == ask(database, "SELECT count(*) FROM documents WHERE kind = 'exit_notice'")
        assert exits == ask(database, "SELECT count(*) FROM ledger WHERE \"trigger\" = 'reinstate'")
        assert exits >= CASES // 4
        with database.reading() as connection:
            numbers = connection.execute(text("SELECT number FROM cases")).scalars().all()
        held = await asyncio.gather(*(facts_of(ours.client, number) for number in numbers))
        assert {facts.exit_date for facts in held if facts} == {business_date(datetime.now(SHANGHAI)) + timedelta(90)}
        found = await audit(here.place(OURS).settings, None, workflows=False)
        assert found.chain.bad == ()
        with database.reading() as connection:  # letters that the measurement put aside before the day
            aside = set(connection.execute(text("SELECT case_number FROM documents WHERE path = 'earlier'")).scalars())
        assert {one.case_number for one in found.documents.bad} <= aside
        day.cancel()
