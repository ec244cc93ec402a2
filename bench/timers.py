"""Timers that fall due together: set in time, on any machine, and waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from temporalio.client import Client
from temporalio.service import RPCError

from bench.stage import Stage, gathered

WARM_SECONDS = 10.0  # two worker processes that load faces and renderer at once
# For ten seconds after its last poll the server believes in a worker that is gone, and keeps its tasks for it.
_FORGOTTEN_SECONDS = 4.0  # with the seconds above
_SLACK_SECONDS = 15.0  # worker processes start, somebody else uses the machine
_WITH_A_TIMER = 5  # events


class TooSlow(Exception):
    """Not all timers were set in the time allowed."""


async def prepared(
    stage: Stage, client: Client, cases: int, set_timers: Callable[[float], Awaitable[list[str]]]
) -> float:
    """The instant for which all timers are set; on a machine that was too slow for it, another one.

    Raises TooSlow if three are not enough.
    """
    for _ in range(3):
        began = time.time()
        instant = _instant(stage, cases)
        ids = await set_timers(instant)
        now = time.time()
        # The next one allows for how long this one took; half as long again, as a machine has other things to do.
        stage.pace = cases / (now - began) / 1.5
        if now < instant - WARM_SECONDS - _FORGOTTEN_SECONDS:
            return instant
        stage.say(f"{cases} timers took {now - began:.0f} s to set: too late, once more")
        await gathered([_terminated(client, id_) for id_ in ids], stage.sizes.in_flight)
    raise TooSlow("this machine is too slow to set so many timers in the time allowed")


def _terminated(client: Client, id_: str) -> Callable[[], Awaitable[None]]:
    async def one() -> None:
        with suppress(RPCError):  # it may have come to its end by itself
            await client.get_workflow_handle(id_).terminate()

    return one


async def timers_set(client: Client, ids: list[str], in_flight: int) -> None:
    """Returns once every one of these workflows has done its first task, which sets its timer."""

    def job(id_: str) -> Callable[[], Awaitable[None]]:
        async def one() -> None:
            while (await client.get_workflow_handle(id_).describe()).history_length < _WITH_A_TIMER:
                await asyncio.sleep(0.2)

        return one

    await gathered([job(id_) for id_ in ids], in_flight)


def _instant(stage: Stage, cases: int) -> float:
    """When it happens: late enough for all timers to be set and for the workers to be forgotten."""
    return time.time() + WARM_SECONDS + _FORGOTTEN_SECONDS + _SLACK_SECONDS + cases / stage.pace


async def sleep_until(instant: float) -> None:
    """Seconds since the epoch."""
    await asyncio.sleep(max(0.0, instant - time.time()))
