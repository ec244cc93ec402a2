"""The record held against a running engine: what agrees, what is missing, what differs, what is late."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from temporalio.client import Client

from engine.wire.client import case_id
from services.audit import Audit, audit
from services.place import Place, Working
from tests.workflows.cases import announcing, exit_ahead, lifecycle, now, send


@pytest.fixture
async def waiting(running: Working) -> str:
    """A registered case that waits for its exit, beside one that has its certificate."""
    exit_ahead(running.database)
    await lifecycle(running.submitter, 2, occupation="保安员")
    number, _ = await running.submitter.open([announcing(1, occupation="电工", level=4)], now())
    await send(running.submitter, number, "register", fee_fen=28_000)
    return number


async def audited(place: Place) -> Audit:
    return await audit(place.settings.model_copy(update={"temporal_address": place.target}), None, workflows=True)


def change(running: Working, sql: str, **values: object) -> None:
    with running.database.writing() as connection:
        assert connection.execute(text(sql), values).rowcount


async def test_what_agrees_is_compared_whole_and_signed(place: Place, running: Working, waiting: str) -> None:
    told = await audited(place)
    assert told.ok, told
    assert told.workflows is not None and told.workflows.compared >= 1
    assert (told.workflows.missing, told.workflows.differ) == ((), ())
    assert (await audited(place)).checkpoints.count == 1


async def test_a_case_that_waits_without_a_workflow_is_missing(
    place: Place, running: Working, client: Client, waiting: str
) -> None:
    await client.get_workflow_handle(case_id(waiting)).terminate()
    told = await audited(place)
    assert told.workflows is not None and told.workflows.missing == (waiting,)
    assert not told.ok and told.chain.bad == ()
    assert (await audited(place)).checkpoints.count == 0


async def test_facts_that_differ_in_one_field_differ(place: Place, running: Working, waiting: str) -> None:
    change(running, "UPDATE cases SET facts = replace(facts, '28000', '1') WHERE number = :n", n=waiting)
    told = await audited(place)
    assert told.workflows is not None
    (found,) = told.workflows.differ
    assert (found.case_number, "不同" in found.what) == (waiting, True)
    assert any("事实" in finding.what for finding in told.chain.bad)


async def test_a_deadline_that_is_past_is_told(place: Place, running: Working, waiting: str) -> None:
    change(running, "UPDATE cases SET next_wake_on = '2020-01-01' WHERE number = :n", n=waiting)
    told = await audited(place)
    assert told.workflows is not None
    assert [f.case_number for f in told.workflows.differ if "已过而未办" in f.what] == [waiting]
    assert not told.ok
