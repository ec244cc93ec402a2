"""Bulk runs on a real server: they conserve, they pause, and killing whatever carries them doubles nothing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from temporalio.client import Client, WorkflowExecutionStatus

import activities.bulk
from engine.wire.client import case_id, nudge_run
from records.ledger.verification import verify
from records.runs.items import NewItem, Plan, move, plan_run
from records.store.database import Database
from services.command_input import command_from
from services.place import Place, Working, visiting
from services.runs import RunStanding, standing
from states.case.commands import AnyCommand
from states.office.commands import Redate
from tests.administrator import acted
from tests.caseload import CLERK
from tests.workflows.cases import announcing, exit_ahead, facts, now, recorded, until
from tests.workflows.test_killed_worker import workers_of

AT = "2026-11-24T09:00:00+08:00"


def row(n: int) -> NewItem:
    """A line of a roster: the candidate announced and registered in one submission, under ids of the line's own."""
    announced: AnyCommand = announcing(n, occupation="电工", level=4, id=f"announce-{n}")
    registered: AnyCommand = command_from("register", {"fee_fen": 100}, by=CLERK, command_id=f"register-{n}")
    return NewItem(f"名册!{n}", commands=(announced, registered))


def plan(database: Database, items: Sequence[NewItem], run: str, shared: Plan | None = None) -> None:
    with database.writing() as connection:
        plan_run(connection, id_=run, kind="import", title="名册", by=CLERK, at=AT, items=items, plan=shared)


async def over(database: Database, run: str, *statuses: str) -> RunStanding:
    """How the run stands once it has one of `statuses`; on the way every look has to add up."""

    async def reached() -> bool:
        found = standing(database, run)
        assert found.selected == found.done + found.skipped + found.failed + found.pending
        return found.status in statuses

    await until(reached, seconds=120)
    return standing(database, run)


def tally(found: RunStanding) -> tuple[int, int, int, int]:
    return found.done, found.skipped, found.failed, found.pending


def opened(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM cases")).scalar_one())


async def test_a_roster_and_the_same_roster_again(running: Working) -> None:
    database = running.database
    exit_ahead(database)
    bad = announcing(3, occupation="没有的职业")
    items = [row(1), row(2), NewItem("名册!3", commands=(bad,)), row(4), NewItem("名册!5", error="InvalidField")]
    plan(database, items, "r1")
    await nudge_run(running.client, "r1")
    first = await over(database, "r1", "done")
    assert tally(first) == (3, 0, 2, 0)
    assert [(f.label, f.error) for f in first.failures] == [
        ("名册!3", "UnknownOccupation"),
        ("名册!5", "InvalidField"),
    ]
    plan(database, [row(1), row(2), row(3), row(4)], "r2")
    await nudge_run(running.client, "r2")
    assert tally(await over(database, "r2", "done")) == (1, 3, 0, 0)
    assert (opened(database), recorded(database)) == (4, 8)


async def test_a_case_opened_by_hand_comes_before_those_of_a_roster(running: Working, client: Client) -> None:
    exit_ahead(running.database)
    plan(running.database, [row(1)], "r1")
    await nudge_run(running.client, "r1")
    await over(running.database, "r1", "done")
    with running.database.reading() as connection:
        (in_bulk,) = connection.execute(text("SELECT number FROM cases")).scalars()
    by_hand, _ = await running.submitter.open([announcing(2)], now())
    assert [await _priority(client, number) for number in (by_hand, in_bulk)] == [1, 3]


async def _priority(client: Client, number: str) -> int:
    described = await client.get_workflow_handle(case_id(number)).describe()
    return described.raw_description.workflow_execution_info.priority.priority_key


async def test_two_runs_of_the_same_rows_at_once_open_each_case_once(running: Working) -> None:
    exit_ahead(running.database)
    items = [row(n) for n in range(30)]
    for run in ("r1", "r2"):
        plan(running.database, items, run)
    await asyncio.gather(*(nudge_run(running.client, run) for run in ("r1", "r2")))
    tallies = [tally(await over(running.database, run, "done")) for run in ("r1", "r2")]
    assert [sum(column) for column in zip(*tallies, strict=True)] == [30, 30, 0, 0]
    assert opened(running.database) == 30


async def test_pause_resume_cancel(running: Working, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activities.bulk, "PAGE_SIZE", 5)
    monkeypatch.setattr(activities.bulk, "_LOOK_SECONDS", 0.05)
    database = running.database
    exit_ahead(database)
    plan(database, [row(n) for n in range(150)], "r1")
    await nudge_run(client, "r1")

    async def some() -> bool:
        return opened(database) >= 10

    await until(some)
    change(database, "paused")

    async def settled() -> bool:
        return bool(opened(database) == standing(database, "r1").done)

    await until(settled)
    paused = standing(database, "r1")
    assert 0 < paused.pending < 150
    await nudge_run(client, "r1")  # a paused run that is told to look again goes on waiting
    assert await client.get_workflow_handle("run-r1").query("__stack_trace")
    assert standing(database, "r1") == paused
    change(database, "running")
    await nudge_run(client, "r1")

    async def more() -> bool:
        return opened(database) >= paused.done + 10

    await until(more)
    change(database, "cancelling")
    cancelled = await over(database, "r1", "cancelled")
    assert cancelled.skipped and cancelled.done == opened(database)
    assert await client.get_workflow_handle("run-r1").result() == "cancelled"


def change(database: Database, to: str) -> None:
    with database.writing() as connection:
        assert move(connection, "r1", ("running", "paused"), to)


async def test_killed_workers_open_every_row_once(place: Place, client: Client) -> None:
    """The worker dies again and again in the midst of a page; whoever follows takes the page up again."""
    async with visiting(place) as here:
        exit_ahead(here.database)
        plan(here.database, [row(n) for n in range(400)], "r1")
        dice = random.Random(4)
        with workers_of(place) as workers:
            workers.start()  # nobody nudges: a worker that starts takes up what was begun
            for _ in range(3):
                enough = min(opened(here.database) + dice.randint(20, 60), 350)

                async def worked(enough: int = enough) -> bool:
                    return opened(here.database) >= enough

                await until(worked)
                workers.kill()
                workers.start()
            assert tally(await over(here.database, "r1", "done")) == (400, 0, 0, 0)
        assert (opened(here.database), recorded(here.database)) == (400, 800)
        with here.database.reading() as connection:
            assert verify(connection).findings == []


async def test_a_moved_date_reaches_every_case_even_if_whoever_moved_it_dies(place: Place, client: Client) -> None:
    """The date and the selection are one transaction; new commands go by the new date before their case is told."""
    async with visiting(place) as here:
        exit_ahead(here.database, days=100)
        plan(here.database, [row(n) for n in range(20)], "r1")
        with workers_of(place) as workers:
            workers.start()
            await over(here.database, "r1", "done")
            workers.kill()
            to = exit_ahead(here.database, days=100).replace(day=1)
            command = Redate(to=to, occupation="电工", reason="省里通知")
            run = str(acted(here.database, place.directory, command))
            workers.start()
            assert tally(await over(here.database, run, "done")) == (20, 0, 0, 0)
            with here.database.reading() as connection:
                numbers = connection.execute(text("SELECT number FROM cases")).scalars().all()
            told = [facts(here.database, number) for number in numbers]
            assert {kept.exit_date for kept in told if kept} == {to}
            handle = client.get_workflow_handle(f"run-{run}")

            async def completed() -> bool:  # what it says in the database comes a moment before
                return (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

            await until(completed)
