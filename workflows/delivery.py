"""The outbox, drained: one workflow while letters wait, none when none do. Which letters, only the database knows."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from engine.messages import DELIVER, DELIVERY, NUDGE, Drained

_TIMEOUT = timedelta(minutes=10)
_HEARTBEAT = timedelta(seconds=60)
_AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))


@workflow.defn(name=DELIVERY)
class DeliveryWorkflow:
    """Sends what is due, waits for what will be, and ends when nothing waits."""

    @workflow.init
    def __init__(self) -> None:
        self._nudged = False

    @workflow.run
    async def run(self) -> None:
        """Returns once the outbox is empty; a nudge that comes at that moment is still seen."""
        while True:
            self._nudged = False
            drained: Drained = await workflow.execute_activity(
                DELIVER,
                result_type=Drained,
                start_to_close_timeout=_TIMEOUT,
                heartbeat_timeout=_HEARTBEAT,
                retry_policy=_AGAIN,
            )
            if drained.next_at is None and not self._nudged:
                return
            if drained.next_at is not None:
                await self._wait(max(drained.next_at - workflow.now(), timedelta(0)))
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new()

    async def _wait(self, span: timedelta) -> None:
        try:
            await workflow.wait_condition(lambda: self._nudged, timeout=span)
        except TimeoutError:
            return

    @workflow.signal(name=NUDGE)
    def nudge(self) -> None:
        """Something new waits, perhaps for an earlier moment."""
        self._nudged = True
