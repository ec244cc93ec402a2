"""Receivers told of changed cases: one workflow while any is behind, none when all have been told."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from engine.wire.messages import NUDGE, TELL_WEBHOOKS, WEBHOOKS, Told

_TIMEOUT = timedelta(minutes=30)  # a hundred slow receivers, a hundred events each
_HEARTBEAT = timedelta(seconds=60)
_AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))


@workflow.defn(name=WEBHOOKS)
class WebhooksWorkflow:
    """Looks, waits until the next attempt is due or something new was recorded, and looks again."""

    @workflow.init
    def __init__(self) -> None:
        self._nudged = False

    @workflow.run
    async def run(self) -> None:
        """Returns once every active receiver has been told everything."""
        while True:
            self._nudged = False
            told: Told = await workflow.execute_activity(
                TELL_WEBHOOKS,
                result_type=Told,
                start_to_close_timeout=_TIMEOUT,
                heartbeat_timeout=_HEARTBEAT,
                retry_policy=_AGAIN,
            )
            if told.next_at is None and not self._nudged:
                return
            if told.next_at is not None:
                span = max(told.next_at - workflow.now(), timedelta(0))
                with suppress(TimeoutError):
                    await workflow.wait_condition(lambda: self._nudged, timeout=span)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new()

    @workflow.signal(name=NUDGE)
    def nudge(self) -> None:
        """Something was recorded, or somebody resumed or rewound a receiver."""
        self._nudged = True
