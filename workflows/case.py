"""One case, durable: ordering, waiting and recording around `states.judge`. No rule lives here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec.structs import replace
from temporalio import workflow
from temporalio.common import RetryPolicy

from engine.wire.client import as_application_error
from engine.wire.messages import (
    CASE_WORKFLOW,
    FACTS,
    RECORD,
    STANDING,
    SUBMIT,
    CaseStanding,
    CaseStart,
    Outcome,
    Receipt,
    Submission,
)
from states.business_dates import midnight
from states.case.commands import AnyCommand, FollowCalendar
from states.case.context import Context
from states.case.deadlines import next_wake
from states.case.facts import CaseFacts
from states.case.falling_due import CALENDAR
from states.case.judge import judge
from states.case.recording import Recording
from states.case.steps import Judgement
from states.refusals import DuplicateCase, NotThisCase, Refusal
from states.words import Role, State
from workflows.clock import Alarm, BusinessClock

_RECORD_TIMEOUT = timedelta(seconds=30)
_RECORD_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=10))


@workflow.defn(name=CASE_WORKFLOW)
class CaseWorkflow:
    """Listens to one update, `submit`; wakes for the nearest deadline; rests when nothing is left to wait for."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        self._facts = start.facts or CaseFacts(number=start.number)
        self._context = start.context or Context()
        self._clock = BusinessClock(rehearsal=start.rehearsal, told=start.told)
        self._alarm = Alarm()
        self._turn = asyncio.Lock()
        self._accepted = start.continued
        self._stirred = True

    @workflow.run
    async def run(self, start: CaseStart) -> None:
        """Waits, acts on deadlines, and ends at rest. A case whose first command was refused ends at once."""
        await asyncio.sleep(0)  # the update that came with the start is judged first
        while self._accepted and not self._at_rest():
            self._alarm.set(self._wake_at())
            await workflow.wait_condition(self._has_something_to_do)
            self._stirred = False
            if self._alarm.answer():
                await self._follow_calendar()
            if workflow.info().is_continue_as_new_suggested() and workflow.all_handlers_finished():
                workflow.continue_as_new(self._continued())
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update(name=SUBMIT)
    async def submit(self, submission: Submission) -> Receipt:
        """Judges and records the commands, all or nothing. Fails with the Refusal's name and data."""
        self._accepted = True
        try:
            async with self._turn:
                self._clock.tell(submission.at)
                documents = await self._apply(submission.commands, submission.context)
                return Receipt(self._facts.state, self._facts.revision, documents)
        except Refusal as refusal:
            raise as_application_error(refusal) from None
        finally:
            self._stirred = True

    @submit.validator
    def _may_submit(self, submission: Submission) -> None:
        try:
            if submission.case != self._facts.number:
                raise NotThisCase(case=submission.case, reached=self._facts.number)
            judge(self._facts, submission.commands, submission.context, self._clock.today(submission.at))
        except Refusal as refusal:
            raise as_application_error(refusal) from None

    @workflow.query(name=FACTS)
    def facts(self) -> CaseFacts:
        """What the workflow holds, to be compared with the database."""
        return self._facts

    @workflow.query(name=STANDING)
    def standing(self) -> CaseStanding:
        """Where the workflow stands and when it wakes, to be compared with the database."""
        return CaseStanding(self._facts.revision, self._facts.state, self._alarm.at)

    async def _follow_calendar(self) -> None:
        async with self._turn:
            await self._apply((), self._context)

    async def _apply(self, commands: Sequence[AnyCommand], context: Context) -> tuple[tuple[str, str], ...]:
        """Decide, record, adopt; once more if the database turns out to be ahead of us."""
        while True:
            judgement = judge(self._facts, commands, context, self._clock.today())
            if not judgement.steps:
                self._facts, self._context = judgement.facts, context  # the date may have moved without a step
                return ()
            outcome = await self._record(judgement, context)
            if outcome.duplicate:
                raise DuplicateCase(existing=outcome.duplicate)
            if not outcome.superseded:
                self._adopt(judgement.facts, context, outcome)
                return outcome.documents
            self._facts = outcome.facts or self._facts
            context = outcome.context or context
            # A timer that rings for a date that was moved: the new one goes on record too, or queues would not know it.
            if not commands and self._facts.exit_date != context.exit_date:
                commands = (FollowCalendar(by=CALENDAR, role=Role.CALENDAR, reason="redate"),)

    async def _record(self, judgement: Judgement, context: Context) -> Outcome:
        recording = Recording(
            number=self._facts.number,
            before=self._facts.revision,
            facts=judgement.facts,
            steps=judgement.steps,
            context=context,
            at=self._clock.reading(),
        )
        outcome: Outcome = await workflow.execute_local_activity(
            RECORD,
            recording,
            result_type=Outcome,
            start_to_close_timeout=_RECORD_TIMEOUT,
            retry_policy=_RECORD_RETRY,
        )
        return outcome

    def _adopt(self, facts: CaseFacts, context: Context, outcome: Outcome) -> None:
        self._facts = replace(facts, certificate=outcome.certificate) if outcome.certificate else facts
        self._context = context

    def _has_something_to_do(self) -> bool:
        return self._alarm.rung or (self._stirred and workflow.all_handlers_finished())

    def _waits_for_nothing(self) -> bool:
        return self._facts.pending is None and next_wake(self._facts, self._context.policies) is None

    def _rest_day(self) -> date:
        settled = self._facts.settled_on or self._clock.today()
        return settled + timedelta(days=self._context.policies.rest_days)

    def _at_rest(self) -> bool:
        """Nothing to wait for, and quiet long enough; a rehearsed case does not wait out the quiet days."""
        if not workflow.all_handlers_finished():
            return False
        if self._facts.state is State.NEW and self._facts.pending is None:  # refused by the record, or declined
            return True
        quiet = self._clock.rehearsal or self._clock.today() >= self._rest_day()
        return quiet and self._waits_for_nothing()

    def _wake_at(self) -> datetime | None:
        if self._clock.rehearsal:  # a rehearsal waits for ticks, not for time
            return None
        wake = next_wake(self._facts, self._context.policies)
        if wake is None and self._facts.pending is None:
            wake = self._rest_day()
        return midnight(wake) if wake else None

    def _continued(self) -> CaseStart:
        return CaseStart(
            number=self._facts.number,
            facts=self._facts,
            context=self._context,
            rehearsal=self._clock.rehearsal,
            told=self._clock.told,
            continued=True,
        )
