"""A whole workflow in the sandbox, with every payload and failure sealed on its way."""

from datetime import timedelta

import pytest
from temporalio import activity, workflow
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from engine.server.embedded import EmbeddedServer
from engine.wire.converter import data_converter
from engine.wire.keys import Keyring
from engine.wire.messages import Receipt
from states.words import State

SANDBOX = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules("msgspec", "engine", "states", "tests")
)


@activity.defn
async def record(receipt: Receipt) -> Receipt:
    return Receipt(State.REGISTERED, receipt.revision + 1, (("certificate", "秘密"),))


@workflow.defn
class Sealed:
    def __init__(self) -> None:
        self.receipt = Receipt(State.ANNOUNCED, 0)

    @workflow.run
    async def run(self, rounds: int) -> Receipt:
        await workflow.wait_condition(lambda: self.receipt.revision > 0)
        await workflow.sleep(timedelta(milliseconds=10))
        if rounds:
            workflow.continue_as_new(0)
        return self.receipt

    @workflow.update
    async def submit(self, receipt: Receipt) -> Receipt:
        if receipt.revision < 0:
            raise ApplicationError("秘密", {"name": "秘密"}, type="Refused", non_retryable=True)
        self.receipt = await workflow.execute_local_activity(
            record, receipt, start_to_close_timeout=timedelta(seconds=5)
        )
        return self.receipt

    @workflow.query
    def facts(self) -> Receipt:
        return self.receipt


async def _connect(server: EmbeddedServer, keyring: Keyring | None) -> Client:
    return await Client.connect(server.target, namespace="jianding", data_converter=data_converter(keyring))


def _worker(client: Client) -> Worker:
    """Without a cache: every step replays the history, and has to unseal it again."""
    return Worker(
        client,
        task_queue="sealed",
        workflows=[Sealed],
        activities=[record],
        workflow_runner=SANDBOX,
        max_cached_workflows=0,
    )


def _start(client: Client, workflow_id: str) -> WithStartWorkflowOperation[Sealed, Receipt]:
    return WithStartWorkflowOperation(
        Sealed.run,
        1,
        id=workflow_id,
        task_queue="sealed",
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def test_nothing_readable_is_in_the_history(dev_server: EmbeddedServer, keyring: Keyring) -> None:
    client = await _connect(dev_server, keyring)
    async with _worker(client):
        handle = client.get_workflow_handle_for(Sealed.run, "sealed-1")
        first = Receipt(State.ANNOUNCED, 1, (("announcement", "秘密"),))
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await client.execute_update_with_start_workflow(
                Sealed.submit, Receipt(State.ANNOUNCED, -1), start_workflow_operation=_start(client, "sealed-1")
            )
        assert isinstance(failed.value.cause, ApplicationError)
        assert (failed.value.cause.type, failed.value.cause.details) == ("Refused", ({"name": "秘密"},))
        answer = await client.execute_update_with_start_workflow(
            Sealed.submit, first, start_workflow_operation=_start(client, "sealed-1")
        )
        assert answer == await handle.query(Sealed.facts) == Receipt(State.REGISTERED, 2, (("certificate", "秘密"),))
        history = await handle.fetch_history()
        raw = b"".join(event.SerializeToString() for event in history.events)
        assert "秘密".encode() not in raw


async def test_a_command_from_somebody_without_the_key_changes_nothing(
    dev_server: EmbeddedServer, keyring: Keyring
) -> None:
    client, stranger = await _connect(dev_server, keyring), await _connect(dev_server, None)
    async with _worker(client):
        handle = await client.start_workflow(Sealed.run, 1, id="sealed-2", task_queue="sealed")
        with pytest.raises(WorkflowUpdateFailedError):
            await stranger.get_workflow_handle_for(Sealed.run, "sealed-2").execute_update(
                Sealed.submit, Receipt(State.CERTIFIED, 1), rpc_timeout=timedelta(seconds=2)
            )
        assert (await handle.query(Sealed.facts, rpc_timeout=timedelta(seconds=10))).revision == 0
        await handle.terminate()


async def test_it_runs_on_a_clock_that_can_be_moved(time_skipping: WorkflowEnvironment) -> None:
    client = time_skipping.client
    async with _worker(client):
        await client.execute_update_with_start_workflow(
            Sealed.submit, Receipt(State.ANNOUNCED, 1), start_workflow_operation=_start(client, "sealed-3")
        )
        before = await time_skipping.get_current_time()
        await time_skipping.sleep(timedelta(days=30))
        assert await time_skipping.get_current_time() - before >= timedelta(days=30)
