"""The outbox, drained: one workflow while letters wait, none when none do. Which letters, only the database knows."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from engine.wire.messages import CLOSE_POST, DELIVER, DELIVERY, NUDGE, Drained

_TIMEOUT = timedelta(minutes=10)
_HEARTBEAT = timedelta(seconds=60)
_AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
_POST_TIMEOUT = timedelta(hours=2)  # a province's letters of one day, five milliseconds each, on a slow machine
# Post that cannot be made (an unreadable file) is rarely mended within a minute, and trying again costs as much.
_POST_AGAIN = RetryPolicy(initial_interval=timedelta(minutes=1), maximum_interval=timedelta(hours=1))


@workflow.defn(name=DELIVERY)
class DeliveryWorkflow:
    """Sends what is due, waits for what will be, closes the day's post beside that, and ends when nothing waits."""

    @workflow.init
    def __init__(self) -> None:
        self._nudged = False
        self._post: asyncio.Task[None] | None = None

    @workflow.run
    async def run(self) -> None:
        """Returns once the outbox is empty and printed; a nudge that comes at that moment is still seen."""
        while True:
            self._nudged = False
            drained: Drained = await workflow.execute_activity(
                DELIVER,
                result_type=Drained,
                start_to_close_timeout=_TIMEOUT,
                heartbeat_timeout=_HEARTBEAT,
                retry_policy=_AGAIN,
            )
            if self._post is None and drained.post_at is not None and drained.post_at <= workflow.now():
                self._post = asyncio.create_task(self._close_post())
            waiting = [drained.next_at, None if self._post else drained.post_at]
            wake = min((moment for moment in waiting if moment is not None), default=None)
            if wake is None and self._post is None and not self._nudged:
                return
            await self._wait(wake)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new()  # post under way is begun again: whatever is made stays the same

    async def _close_post(self) -> None:
        await workflow.execute_activity(
            CLOSE_POST,
            start_to_close_timeout=_POST_TIMEOUT,
            heartbeat_timeout=_HEARTBEAT,
            retry_policy=_POST_AGAIN,
        )
        self._post, self._nudged = None, True

    async def _wait(self, until: datetime | None) -> None:
        span = None if until is None else max(until - workflow.now(), timedelta(0))
        try:
            await workflow.wait_condition(lambda: self._nudged, timeout=span)
        except TimeoutError:
            return

    @workflow.signal(name=NUDGE)
    def nudge(self) -> None:
        """Something new waits, perhaps for an earlier moment."""
        self._nudged = True
