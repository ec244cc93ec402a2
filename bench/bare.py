"""The least that Temporal can do for the same commands: one workflow, one no-op local activity a command, no sandbox.

`python -m bench.bare --target HOST:PORT` is one worker process of it.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from engine.leaving import settle_before_exit
from engine.slots import AT_ONCE

NAMESPACE, QUEUE = "bare", "bare"
LAST = "approve"
_TIMEOUT = timedelta(seconds=30)


@activity.defn
async def nothing(command: dict[str, Any]) -> str:
    """No effect."""
    return "done"


@workflow.defn(sandboxed=False)
class BareCase:
    """Takes commands until the last one, or waits for its one timer."""

    def __init__(self) -> None:
        self._over = False
        self._commands = 0

    @workflow.run
    async def run(self, instant: float) -> int:
        """`instant` (Unix seconds) > 0: a timer, one local activity, the end. Otherwise the commands decide."""
        if instant > 0:
            await workflow.sleep(instant - workflow.now().timestamp())
            await workflow.execute_local_activity(nothing, {"do": "exit"}, start_to_close_timeout=_TIMEOUT)
            return 1
        await workflow.wait_condition(lambda: self._over and workflow.all_handlers_finished())
        return self._commands

    @workflow.update
    async def submit(self, command: dict[str, Any]) -> str:
        """One command, one local activity."""
        answer: str = await workflow.execute_local_activity(nothing, command, start_to_close_timeout=_TIMEOUT)
        self._commands += 1
        self._over = command["do"] == LAST
        return answer

    @submit.validator
    def _may_submit(self, command: dict[str, Any]) -> None:
        if self._over:
            raise ValueError("over")


async def send(client: Client, case: str, command: dict[str, Any], command_id: str) -> None:
    """As our submitter does: update-with-start, under an id of the command's own."""
    operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        BareCase.run, 0.0, id=case, task_queue=QUEUE, id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING
    )
    await client.execute_update_with_start_workflow(
        BareCase.submit, command, start_workflow_operation=operation, id=command_id
    )


async def serve(target: str) -> None:
    """One worker, with the slots that ours has."""
    settle_before_exit()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with Worker(
        await Client.connect(target, namespace=NAMESPACE),
        task_queue=QUEUE,
        workflows=[BareCase],
        activities=[nothing],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=2000,
        max_concurrent_workflow_tasks=AT_ONCE,
        max_concurrent_local_activities=200,
    ):
        await stop.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    asyncio.run(serve(parser.parse_args().target))
