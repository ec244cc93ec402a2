"""Whoever reaches the server's port but has no key: reads one case's history, and sends its bytes elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import RawValue

from engine.wire.client import case_id
from engine.wire.messages import SUBMIT
from services.place import Place, Working
from tests.caseload import REVIEWER
from tests.workflows.cases import announcing, facts, now, send


async def opened(running: Working, n: int) -> str:
    """A case with a certificate proposed and not yet approved."""
    number, _ = await running.submitter.open([announcing(n)], now())
    await send(running.submitter, number, "register", fee_fen=28000)
    await send(running.submitter, number, "withdraw")
    return number


async def approval_of(stranger: Client, number: str) -> Payload:
    """The sealed bytes of the last command that the case accepted, as anybody at the port can read them."""
    left = await stranger.get_workflow_handle(case_id(number)).fetch_history()
    accepted = [event.workflow_execution_update_accepted_event_attributes for event in left.events]
    inputs = [list(a.accepted_request.input.args.payloads) for a in accepted if a.accepted_request.input.name == SUBMIT]
    return inputs[-1][0]


async def test_an_approval_read_from_one_case_approves_no_other(place: Place, running: Working) -> None:
    stranger = await Client.connect(place.target, namespace=place.namespace)
    approved, other = await opened(running, 1), await opened(running, 2)
    await send(running.submitter, approved, "approve", by=REVIEWER)
    stolen, before = await approval_of(stranger, approved), facts(running.database, other)
    with pytest.raises(WorkflowUpdateFailedError):
        await stranger.get_workflow_handle(case_id(other)).execute_update(
            SUBMIT, RawValue(stolen), rpc_timeout=timedelta(seconds=5)
        )
    assert facts(running.database, other) == before and before.pending is not None
    await send(running.submitter, other, "approve", by=REVIEWER)
    assert facts(running.database, other).pending is None


async def test_sent_to_its_own_case_again_it_does_nothing_twice(place: Place, running: Working) -> None:
    stranger = await Client.connect(place.target, namespace=place.namespace)
    number = await opened(running, 1)
    await send(running.submitter, number, "correct", address="长沙市一号")
    stolen, before = await approval_of(stranger, number), facts(running.database, number)
    await stranger.get_workflow_handle(case_id(number)).execute_update(SUBMIT, RawValue(stolen), result_type=RawValue)
    assert facts(running.database, number) == before
