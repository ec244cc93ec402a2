"""The daily sweep: every case that waits is compared with its workflow, and started again if need be."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from engine.wire.messages import SWEEP, SWEEP_CASES

_TIMEOUT = timedelta(hours=6)  # a province's cases, a few milliseconds each, on a slow machine
_HEARTBEAT = timedelta(minutes=2)
_AGAIN = RetryPolicy(initial_interval=timedelta(seconds=10), maximum_interval=timedelta(minutes=10))


@workflow.defn(name=SWEEP)
class SweepWorkflow:
    """One sweep; the schedule starts the next."""

    @workflow.run
    async def run(self) -> None:
        """Returns once all waiting cases have been looked at."""
        await workflow.execute_activity(
            SWEEP_CASES, start_to_close_timeout=_TIMEOUT, heartbeat_timeout=_HEARTBEAT, retry_policy=_AGAIN
        )
