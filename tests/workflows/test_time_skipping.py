"""A live case over months, on real timers and a server whose clock jumps."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.recorder import Recorder
from activities.typesetting import Typesetter
from engine.wire.client import case_id
from engine.wire.messages import TASK_QUEUE
from letters.renderer import Renderer
from letters.seal import Signer
from records.case.context import case_facts
from records.case.reading import documents
from records.ledger.verification import verify
from records.office.world import redate, set_policies
from records.store.committer import Committer
from records.store.database import Database
from services.command_input import command_from
from services.composing import Composer
from services.submit import Submitter
from states.business_dates import SHANGHAI, business_date
from states.case.commands import FollowCalendar
from states.case.facts import CaseFacts
from states.policies import Policies
from states.words import Role, State
from storage.folder import FolderStore
from tests.caseload import CLERK, REVIEWER, STUDENT, database_at, person
from worker import sandbox
from workflows.case import CaseWorkflow

_LEDGER = text('SELECT on_date, "trigger", "by", order_json FROM ledger WHERE case_number = :number ORDER BY revision')
_DELIVERIES = text("SELECT count(*) FROM deliveries WHERE case_number = :number")


def _reason(order_json: str) -> str:
    order_ = json.loads(order_json)["order"]
    return str(order_.get("reason") or order_["do"])


class Months:
    """A running place on the jumping server, and the exit of 电工 some months ahead."""

    def __init__(self, environment: WorkflowEnvironment, database: Database, submitter: Submitter, today: date) -> None:
        self.environment = environment
        self.database = database
        self.submitter = submitter
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

    def ledger(self, number: str) -> list[tuple[str, str, str]]:
        """(day, trigger or the calendar's reason, who) of every step."""
        with self.database.reading() as connection:
            rows = connection.execute(_LEDGER, {"number": number}).all()
        return [(str(row.on_date), row.trigger or _reason(row.order_json), row.by) for row in rows]

    def deliveries(self, number: str) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(_DELIVERIES, {"number": number}).scalar_one())

    async def status(self, number: str) -> WorkflowExecutionStatus | None:
        return (await self.environment.client.get_workflow_handle(case_id(number)).describe()).status

    async def events(self, number: str) -> int:
        return len((await self.environment.client.get_workflow_handle(case_id(number)).fetch_history()).events)

    async def told(self, number: str) -> None:
        follow = FollowCalendar(by="管理丁", role=Role.ADMINISTRATOR, reason="redate")
        await self.submitter.submit(number, [follow], await self.now())

    async def send(self, number: str, command: str, by: str = CLERK, **fields: Any) -> None:
        await self.submitter.submit(number, [command_from(command, fields, by=by)], await self.now())

    async def registered(self, **more: Any) -> str:
        announce = command_from("announce", {**person(1), **more}, by=CLERK)
        number, _ = await self.submitter.open(
            [announce, command_from("register", {"fee_fen": 10_000}, by=CLERK)], await self.now()
        )
        return number


@pytest.fixture
async def months(time_skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Months]:
    database = database_at(tmp_path)
    committer = Committer(database)
    renderer = Renderer(Signer.fresh())
    typesetter = Typesetter(database, committer, renderer, FolderStore(tmp_path / "letters"))
    recorder = Recorder(committer, Composer(rehearsal=False), typesetter)
    submitter = Submitter(database, time_skipping.client, rehearsal=False, unprintable=renderer.unprintable)
    today = business_date(await time_skipping.get_current_time())
    async with Worker(
        time_skipping.client,
        task_queue=TASK_QUEUE,
        workflows=[CaseWorkflow],
        activities=[recorder.record],
        workflow_runner=sandbox(),
    ):
        played = Months(time_skipping, database, submitter, today)
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
    assert not months.facts(number).choice.escalated
    await months.until(months.exit + timedelta(days=31))
    assert months.facts(number).choice.escalated
    await months.send(number, "continue_exam")
    assert months.facts(number).state is State.REGISTERED


async def test_a_date_moved_earlier_rings_earlier(months: Months) -> None:
    number = await months.registered()
    sooner = months.today + timedelta(days=40)
    months.move(sooner)
    order_ = FollowCalendar(by="管理丁", role=Role.ADMINISTRATOR, reason="redate")
    await months.submitter.submit(number, [order_], await months.now())
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
    await months.submitter.submit(number, [order_], await months.now())
    assert months.facts(number).state is State.REGISTERED


async def test_a_protected_case_passes_its_exit_untouched_and_rests_when_certified(months: Months) -> None:
    number = await months.registered(**STUDENT)
    await months.until(months.exit + timedelta(days=3))
    await months.send(number, "hold_exam", result="passed", paper="GJTK-2026-0001", session="S-1")
    await months.send(number, "certify")
    await months.send(number, "approve", by=REVIEWER)
    assert months.facts(number).state is State.CERTIFIED
    await months.until(months.exit + timedelta(days=12))
    handle = months.environment.client.get_workflow_handle(case_id(number))
    assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    assert "exit_notice" not in months.letters(number)


async def test_every_step_of_an_exit_is_on_record_on_its_day(months: Months) -> None:
    number = await months.registered()
    await months.until(months.exit + timedelta(days=60))
    opened = months.today.isoformat()
    on = [(months.exit + timedelta(days=days)).isoformat() for days in (0, 23, 29, 31)]
    assert months.ledger(number) == [
        (opened, "announce", CLERK),
        (opened, "register", CLERK),
        (on[0], "exit", "日历"),
        (on[1], "reminder", "日历"),
        (on[2], "reminder", "日历"),
        (on[3], "escalate", "日历"),
    ]
    letters = ["announcement", "registration_receipt", "exit_notice", "choice_reminder", "choice_reminder"]
    assert months.letters(number) == letters
    assert months.deliveries(number) == len(letters)
    with months.database.reading() as connection:
        assert verify(connection).findings == []


async def test_an_unanswered_choice_waits_without_an_event(months: Months) -> None:
    """An escalated case waits for a person, months if need be, and its history does not grow."""
    number = await months.registered()
    await months.until(months.exit + timedelta(days=31))
    before, steps = await months.events(number), months.ledger(number)
    await months.until(months.exit + timedelta(days=200))
    assert months.ledger(number) == steps
    assert await months.events(number) <= before + 10
    assert before <= 60
    await months.send(number, "request_refund", evidence="意愿选择书")
    await months.send(number, "approve", by=REVIEWER)
    assert months.facts(number).state is State.REFUNDING


async def test_a_case_rests_after_the_quiet_days_and_not_before(months: Months) -> None:
    number = await months.registered()
    await months.send(number, "hold_exam", result="failed", paper="GJTK-2026-0001", session="S-1")
    await months.until(months.today + timedelta(days=3))
    await months.send(number, "correct", address="长沙市")  # quiet days count from the last step
    await months.until(months.today + timedelta(days=9))
    assert await months.status(number) is WorkflowExecutionStatus.RUNNING
    await months.until(months.today + timedelta(days=11))
    assert await months.status(number) is WorkflowExecutionStatus.COMPLETED
    assert months.facts(number).state is State.FAILED


async def test_a_proposal_keeps_a_case_awake(months: Months) -> None:
    number = await months.registered()
    await months.send(number, "hold_exam", result="passed", paper="GJTK-2026-0001", session="S-1")
    await months.send(number, "certify")
    await months.until(months.exit + timedelta(days=60))
    assert await months.status(number) is WorkflowExecutionStatus.RUNNING
    await months.send(number, "approve", by=REVIEWER)
    assert months.facts(number).state is State.CERTIFIED  # after the exit: the exam was held


async def test_one_who_was_only_announced_is_closed_by_the_exit_where_policy_says_so_and_rests(months: Months) -> None:
    with months.database.writing() as connection:
        set_policies(connection, Policies(announced_at_exit="close"))
    number, _ = await months.submitter.open([command_from("announce", person(1), by=CLERK)], await months.now())
    await months.until(months.exit)
    assert months.facts(number).state is State.CLOSED
    assert months.letters(number) == ["announcement", "closure_notice"]
    await months.until(months.exit + timedelta(days=8))
    assert await months.status(number) is WorkflowExecutionStatus.COMPLETED


async def test_an_access_occupation_never_exits_and_its_registered_case_rests_until_the_exam(months: Months) -> None:
    number = await months.registered(occupation="保安员")
    await months.until(months.exit + timedelta(days=60))
    assert months.facts(number).state is State.REGISTERED
    assert [trigger for _, trigger, _ in months.ledger(number)] == ["announce", "register"]
    assert await months.status(number) is WorkflowExecutionStatus.COMPLETED
    await months.send(number, "hold_exam", result="absent", session="S-1")
    assert months.facts(number).state is State.FAILED


async def test_a_date_moved_later_twice_and_back_rings_once_on_the_last_date(months: Months) -> None:
    number = await months.registered()
    for days in (200, 300, 150):
        months.move(months.today + timedelta(days=days))
        await months.told(number)
    await months.until(months.today + timedelta(days=149))
    assert months.facts(number).state is State.REGISTERED
    await months.until(months.today + timedelta(days=150))
    assert months.facts(number).state is State.CHOOSING
    assert [trigger for _, trigger, _ in months.ledger(number)].count("exit") == 1


async def test_a_reinstated_case_is_asked_again_on_the_new_date(months: Months) -> None:
    number = await months.registered()
    await months.until(months.exit + timedelta(days=5))
    later = months.exit + timedelta(days=60)
    months.move(later)
    await months.told(number)
    assert months.facts(number).choice.deadline is None
    await months.until(later)
    held = months.facts(number)
    assert (held.state, held.choice.deadline) == (State.CHOOSING, later + timedelta(days=30))
    triggers = [trigger for _, trigger, _ in months.ledger(number)]
    assert triggers == ["announce", "register", "exit", "reinstate", "exit"]
    await months.until(later + timedelta(days=31))
    assert months.facts(number).choice.escalated
    assert months.letters(number).count("choice_reminder") == 2
