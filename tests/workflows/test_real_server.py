"""A case on the real server: opened, reached, revived, raced; and what it costs there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowUpdateRPCTimeoutOrCancelledError

from engine.wire.client import EngineUnavailable, case_id, facts_of
from records.office.world import policies, set_policies
from services.command_input import command_from
from services.place import Place, Working, visiting
from states.refusals import DuplicateCase, ProposalPending, Refusal, RegistrationClosed, WrongState
from states.words import State
from tests.caseload import CLERK, STUDENT
from tests.workflows.cases import (
    NAME,
    PASSED,
    announcing,
    exit_ahead,
    facts,
    history,
    kinds,
    lifecycle,
    now,
    payloads,
    person,
    revisions,
    send,
)
from worker import working

Record = Callable[[str, Any], None]


@pytest.mark.parametrize("occupation", ["电工", "保安员"], ids=["exit-ahead", "access"])
async def test_a_whole_lifecycle_costs_what_was_promised(
    running: Working, client: Client, occupation: str, record_property: Record
) -> None:
    exit_ahead(running.database)
    number = await lifecycle(running.submitter, occupation=occupation)
    handle = client.get_workflow_handle(case_id(number))
    info = (await handle.describe()).raw_description.workflow_execution_info
    costs = (info.history_length, info.state_transition_count, info.history_size_bytes)
    record_property("events, transitions, bytes", costs)
    print(f"{occupation}: {costs[0]} events, {costs[1]} transitions, {costs[2]} bytes")
    assert info.history_length <= 35
    assert info.state_transition_count <= 10
    assert info.history_size_bytes <= 12 * 1024
    left = await history(client, number)
    assert not [kind for kind in kinds(left) if kind.endswith(("TASK_FAILED", "TASK_TIMED_OUT"))]
    assert await facts_of(client, number) == facts(running.database, number)


async def test_nothing_personal_is_in_a_history_in_the_clear(running: Working, client: Client) -> None:
    """Nor in a refusal that the record gave, which leaves a failure in the history."""
    number = await lifecycle(running.submitter)
    await asyncio.gather(
        *(send(running.submitter, number, "report_loss", evidence=f"{NAME}遗失声明") for _ in range(2)),
        return_exceptions=True,
    )
    left = await history(client, number)
    raw = b"".join(event.SerializeToString() for event in left.events)
    secrets = [NAME, person(1)["id_number"], CLERK, "保安员", "遗失声明"]
    assert [secret for secret in secrets if secret.encode() in raw] == []
    found = list(payloads(left))
    assert [encoding for encoding, _ in found].count("binary/encrypted") >= 10
    # the SDK's own note beside a local activity: sequence, type, times
    plain = [data for encoding, data in found if encoding != "binary/encrypted"]
    assert set().union(*(msgspec.json.decode(data) for data in plain)) <= _MARKER


_MARKER = {
    "activation_index",
    "activity_id",
    "activity_type",
    "attempt",
    "backoff",
    "complete_time",
    "original_schedule_time",
    "seq",
}


async def test_a_refused_first_command_leaves_nothing_behind(running: Working, client: Client) -> None:
    number = "4301002026999999"
    with pytest.raises(WrongState):
        await running.submitter.submit(number, [command_from("certify", {}, by=CLERK)], now(), occupation="保安员")
    described = await client.get_workflow_handle(case_id(number)).describe()
    assert described.status is WorkflowExecutionStatus.COMPLETED
    assert facts(running.database, number) is None
    assert revisions(running.database, number) == []


async def test_a_refused_announcement_of_an_exited_occupation_leaves_nothing_behind(running: Working) -> None:
    exit_ahead(running.database, days=0)  # the exit day itself is already out
    with pytest.raises(Refusal):
        await running.submitter.open([announcing(1, occupation="电工")], now())
    number, _ = await running.submitter.open([announcing(1, occupation="电工", **STUDENT)], now())
    assert revisions(running.database, number) == [1]


async def test_a_command_is_judged_by_its_day_whatever_the_timer_knows(running: Working) -> None:
    """The date was moved to today and nobody told the case: its next command meets the exit all the same."""
    exit_ahead(running.database)
    number, _ = await running.submitter.open([announcing(1, occupation="电工")], now())
    exit_ahead(running.database, days=0)
    with pytest.raises(RegistrationClosed):
        await send(running.submitter, number, "register", fee_fen=1)


async def test_a_rested_case_is_revived_by_its_next_command(running: Working, client: Client) -> None:
    with running.database.writing() as connection:
        set_policies(connection, msgspec.structs.replace(policies(connection), rest_days=0))
    number = await lifecycle(running.submitter)
    first = await client.get_workflow_handle(case_id(number)).describe()
    assert first.status is WorkflowExecutionStatus.COMPLETED  # rested at once
    sent = command_from("report_loss", {}, by=CLERK)
    receipt = await running.submitter.submit(number, [sent], now())
    second = await client.get_workflow_handle(case_id(number)).describe()
    assert receipt.revision == 6
    assert second.run_id != first.run_id
    held = await facts_of(client, number)
    assert held is not None and held.pending is not None
    assert held == facts(running.database, number)


async def test_a_refused_command_does_not_keep_a_rested_case_awake(running: Working, client: Client) -> None:
    with running.database.writing() as connection:
        set_policies(connection, msgspec.structs.replace(policies(connection), rest_days=0))
    number = await lifecycle(running.submitter)
    with pytest.raises(WrongState):
        await send(running.submitter, number, "certify")
    described = await client.get_workflow_handle(case_id(number)).describe()
    assert described.status is WorkflowExecutionStatus.COMPLETED
    assert revisions(running.database, number) == [1, 2, 3, 4, 5]


async def test_of_two_proposals_at_once_one_wins(running: Working) -> None:
    number, _ = await running.submitter.open([announcing(1), command_from("register", {"fee_fen": 1}, by=CLERK)], now())
    answers = await asyncio.gather(
        *(send(running.submitter, number, "withdraw") for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ProposalPending", "Receipt"]
    assert any(isinstance(answer, ProposalPending) for answer in answers)
    assert revisions(running.database, number) == [1, 2, 3]


async def test_of_two_exams_at_once_the_second_is_judged_on_the_first(running: Working, client: Client) -> None:
    number, _ = await running.submitter.open([announcing(1), command_from("register", {"fee_fen": 1}, by=CLERK)], now())
    results = ("passed", "failed")
    answers = await asyncio.gather(
        *(
            send(running.submitter, number, "hold_exam", result=r, paper=PASSED["paper"], session="S-1")
            for r in results
        ),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Receipt", "WrongState"]
    kept = facts(running.database, number)
    assert kept is not None and kept.revision == 3
    assert await facts_of(client, number) == kept


async def test_the_same_person_cannot_be_announced_twice_even_at_once(running: Working) -> None:
    answers = await asyncio.gather(
        *(running.submitter.open([announcing(7)], now()) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(answer, DuplicateCase) for answer in answers) == 2


async def test_a_command_sent_twice_is_done_once(running: Working) -> None:
    number, _ = await running.submitter.open([announcing(1)], now())
    sent = command_from("register", {"fee_fen": 1}, by=CLERK)
    receipts = await asyncio.gather(*(running.submitter.submit(number, [sent], now()) for _ in range(5)))
    again = await running.submitter.submit(number, [sent], now())
    assert {receipt.revision for receipt in (*receipts, again)} == {2}
    assert {receipt.documents for receipt in receipts} == {again.documents}
    assert revisions(running.database, number) == [1, 2]


async def test_a_command_sent_again_to_a_rested_case_is_still_done_once(running: Working) -> None:
    """The server may still know the update's id and answer for it; if not, the facts know the command's."""
    with running.database.writing() as connection:
        set_policies(connection, msgspec.structs.replace(policies(connection), rest_days=0))
    number = await lifecycle(running.submitter)
    lost = command_from("report_loss", {}, by=CLERK)
    declined = command_from("decline", {"reason": "已寻回"}, by="复核乙")
    await running.submitter.submit(number, [lost], now())
    await running.submitter.submit(number, [declined], now())  # and rests again
    again = await running.submitter.submit(number, [lost], now())
    assert again.revision in {6, 7}
    assert revisions(running.database, number) == [1, 2, 3, 4, 5, 6, 7]


async def test_without_a_worker_the_door_says_so(place: Place, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.wire.client._LONGEST", 2.0)
    number, row = "4301002026900001", [announcing(1)]
    async with visiting(place) as here:
        with pytest.raises(EngineUnavailable):
            await here.submitter.submit(number, row, now())
        async with working(place):
            receipt = await here.submitter.submit(number, row, now())
        assert receipt.revision == 1
        assert revisions(here.database, number) == [1]


async def test_a_caller_that_gives_up_is_not_told_that_the_engine_is_down(place: Place) -> None:
    async with visiting(place) as here:
        asked = asyncio.create_task(here.submitter.submit("4301002026900001", [announcing(1)], now()))
        await asyncio.wait({asked}, timeout=1.0)
        asked.cancel()
        with pytest.raises((asyncio.CancelledError, WorkflowUpdateRPCTimeoutOrCancelledError)):
            await asked


async def test_a_row_announces_and_registers_all_or_nothing(running: Working) -> None:
    with pytest.raises(Refusal):
        await running.submitter.open([announcing(3), command_from("register", {"fee_fen": -1}, by=CLERK)], now())
    number, receipt = await running.submitter.open(
        [announcing(3), command_from("register", {"fee_fen": 5}, by=CLERK)], now()
    )
    assert (receipt.state, receipt.revision) == (State.REGISTERED, 2)
    assert number
