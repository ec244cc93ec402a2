"""A bulk run, durable: page after page until nothing is left. What is on a page, only the database knows."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from engine.wire.messages import BULK_RUN, NUDGE, RUN_PAGE, BulkStart

_PAGE_TIMEOUT = timedelta(minutes=10)
_HEARTBEAT = timedelta(seconds=10)
_AGAIN = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=10))


@workflow.defn(name=BULK_RUN)
class BulkRunWorkflow:
    """Does one page at a time; a paused run waits for a nudge."""

    @workflow.init
    def __init__(self, start: BulkStart) -> None:
        self._nudged = False

    @workflow.run
    async def run(self, start: BulkStart) -> str:
        """The status that the run ended in: done or cancelled."""
        while True:
            self._nudged = False
            status: str = await workflow.execute_activity(
                RUN_PAGE,
                start.run,
                result_type=str,
                start_to_close_timeout=_PAGE_TIMEOUT,
                heartbeat_timeout=_HEARTBEAT,
                retry_policy=_AGAIN,
            )
            if status in ("done", "cancelled"):
                return status
            if status == "paused":
                await workflow.wait_condition(lambda: self._nudged)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(start)

    @workflow.signal(name=NUDGE)
    def nudge(self) -> None:
        """The run's status has changed: look again."""
        self._nudged = True
