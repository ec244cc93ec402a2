"""The schedule that starts the daily sweep."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
)
from temporalio.service import RPCError

from engine.wire.client import EngineUnavailable
from engine.wire.messages import OFFICE_QUEUE, SWEEP

SCHEDULE_ID = "daily-sweep"
_HOUR, _MINUTE = 2, 30  # by Asia/Shanghai: after the exits of midnight, before anybody comes to work


async def ensure_sweeps(client: Client) -> bool:
    """Makes the schedule unless it is there; whether it was missing, and a first sweep was started just now.

    Safe from any number of workers at once. Raises EngineUnavailable.
    """
    try:
        await client.create_schedule(SCHEDULE_ID, _schedule(), trigger_immediately=True)
    except ScheduleAlreadyRunningError:
        return False
    except RPCError as error:
        raise EngineUnavailable(f"巡查计划没有建立（{error.status.name}），稍后再试") from error
    return True


def _schedule() -> Schedule:
    when = ScheduleCalendarSpec(hour=[ScheduleRange(_HOUR)], minute=[ScheduleRange(_MINUTE)])
    return Schedule(
        action=ScheduleActionStartWorkflow(SWEEP, id="sweep", task_queue=OFFICE_QUEUE),
        spec=ScheduleSpec(calendars=[when], time_zone_name="Asia/Shanghai"),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(days=1)),
    )
