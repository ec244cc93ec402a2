"""A live case over months, on real timers and a server whose clock jumps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.compose import Composer
from activities.door import Door
from activities.recorder import Recorder
from activities.typesetting import Typesetter
from desk.orders import order
from engine.client import case_id
from engine.messages import TASK_QUEUE
from letters.seal import Signer
from letters.typesetting import Press
from records.committer import Committer
from records.database import Database
from records.reading import case_facts, documents
from records.world import redate
from states.business_dates import SHANGHAI, business_date
from states.commands import FollowCalendar
from states.facts import CaseFacts
from states.words import Role, State
from tests.caseload import CLERK, REVIEWER, database_at, person
from worker import sandbox
from workflows.case import CaseWorkflow


class Months:
    """A running place on the jumping server, and the exit of 电工 some months ahead."""

    def __init__(self, environment: WorkflowEnvironment, database: Database, door: Door, today: date) -> None:
        self.environment = environment
        self.database = database
        self.door = door
        self.today = today
        self.exit = today + timedelta(days=120)

    async def now(self) -> datetime:
        return (await self.environment.get_current_time()).astimezone(SHANGHAI)

    async def until(self, day: date) -> None:
        """Lets the clock jump to noon of `day`, so that the day's timers have fired and been handled."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
        await self.environment.sleep(noon - await self.now())

    def move(self, to: date) -> None:
        with self.database.writing() as connection:
            redate(connection, to=to, at=datetime.now(SHANGHAI), by="管理丁", occupation="电工")

    def facts(self, number: str) -> CaseFacts:
        with self.database.reading() as connection:
            found = case_facts(connection, number)
        assert found is not None
        return found

    def letters(self, number: str) -> list[str]:
        with self.database.reading() as connection:
            return [document["kind"] for document in documents(connection, number)]

    async def send(self, number: str, command: str, by: str = CLERK, **fields: Any) -> None:
        await self.door.submit(number, [order(command, fields, by=by)], await self.now())

    async def registered(self, **more: Any) -> str:
        announce = order("announce", {**person(1), **more}, by=CLERK)
        number, _ = await self.door.open([announce, order("register", {"fee_fen": 10_000}, by=CLERK)], await self.now())
        return number


@pytest.fixture
async def months(time_skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Months]:
    database = database_at(tmp_path)
    committer = Committer(database)
    press = Press(Signer.load_or_create(tmp_path / "seal.key"))
    typesetter = Typesetter(database, committer, press, tmp_path / "letters")
    recorder = Recorder(committer, Composer(rehearsal=False), typesetter)
    door = Door(database, time_skipping.client, rehearsal=False, unprintable=press.unprintable)
    today = business_date(await time_skipping.get_current_time())
    async with Worker(
        time_skipping.client,
        task_queue=TASK_QUEUE,
        workflows=[CaseWorkflow],
        activities=[recorder.record],
        workflow_runner=sandbox(),
    ):
        played = Months(time_skipping, database, door, today)
        played.move(played.exit)
        yield played
    await asyncio.to_thread(typesetter.close)
    await asyncio.to_thread(committer.close)


async def test_the_exit_comes_by_itself_then_reminders_then_the_supervisor(months: Months) -> None:
    number = await months.registered()
    await months.until(months.exit - timedelta(days=1))
    assert months.facts(number).state is State.REGISTERED
    await months.until(months.exit)
    assert months.facts(number).state is State.CHOOSING
    await months.until(months.exit + timedelta(days=29))
    assert months.letters(number).count("choice_reminder") == 2
    assert not months.facts(number).escalated
    await months.until(months.exit + timedelta(days=31))
    assert months.facts(number).escalated
    await months.send(number, "continue_exam")
    assert months.facts(number).state is State.REGISTERED


async def test_a_date_moved_earlier_rings_earlier(months: Months) -> None:
    number = await months.registered()
    sooner = months.today + timedelta(days=40)
    months.move(sooner)
    order_ = FollowCalendar(by="管理丁", role=Role.ADMINISTRATOR, reason="redate")
    await months.door.submit(number, [order_], await months.now())
    await months.until(sooner)
    assert months.facts(number).state is State.CHOOSING


async def test_a_date_moved_later_is_believed_even_by_a_timer_that_was_not_told(months: Months) -> None:
    number = await months.registered()
    later = months.exit + timedelta(days=60)
    months.move(later)
    await months.until(months.exit)
    assert months.facts(number).state is State.REGISTERED
    await months.until(later)
    assert months.facts(number).state is State.CHOOSING


async def test_a_date_moved_later_while_choosing_reinstates(months: Months) -> None:
    number = await months.registered()
    await months.until(months.exit)
    months.move(months.exit + timedelta(days=60))
    order_ = FollowCalendar(by="管理丁", role=Role.ADMINISTRATOR, reason="redate")
    await months.door.submit(number, [order_], await months.now())
    assert months.facts(number).state is State.REGISTERED


async def test_a_protected_case_passes_its_exit_untouched_and_rests_when_certified(months: Months) -> None:
    number = await months.registered(cohort="plan_student")
    await months.until(months.exit + timedelta(days=3))
    await months.send(number, "hold_exam", result="passed", paper="GJTK-2026-0001", session="S-1")
    await months.send(number, "certify")
    await months.send(number, "approve", by=REVIEWER)
    assert months.facts(number).state is State.CERTIFIED
    await months.until(months.exit + timedelta(days=12))
    handle = months.environment.client.get_workflow_handle(case_id(number))
    assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    assert "exit_notice" not in months.letters(number)
