"""The sweep's one activity, and the watch that a schedule for it is there.

A schedule that is missing means that the engine's state is new, or was lost: it is made, and does its first sweep at
once. So whatever becomes of the engine, every deadline is armed again within minutes.
"""

from __future__ import annotations

import asyncio
import logging

from temporalio import activity
from temporalio.client import Client

from engine.wire.client import EngineUnavailable
from engine.wire.messages import SWEEP_CASES
from engine.wire.sweeping import ensure_sweeps
from services.rebuild import Rebuilder

log = logging.getLogger(__name__)
_LOOK_SECONDS = 120.0


class Sweeper:
    """For one worker process of a live place."""

    def __init__(self, rebuilder: Rebuilder, client: Client) -> None:
        self._rebuilder = rebuilder
        self._client = client

    @activity.defn(name=SWEEP_CASES)
    async def sweep(self) -> None:
        """Compares every waiting case with its workflow and mends what differs."""
        beating = asyncio.create_task(_beat())
        try:
            found = await self._rebuilder.rebuild()
        finally:
            beating.cancel()
        level = logging.WARNING if found.mended or found.failed else logging.INFO
        log.log(
            level, "sweep: %d waiting, %d missing, %d differing, %d asleep, %d mended, %d failed",
            found.waiting, found.missing, found.differing, found.asleep, found.mended, len(found.failed),
        )  # fmt: skip

    async def watch(self) -> None:
        """Runs until it is cancelled."""
        while True:
            try:
                if await ensure_sweeps(self._client):
                    log.warning("the engine knew no sweep: its state is new, every waiting case is looked at")
            except EngineUnavailable as error:
                log.warning("%s", error)
            await asyncio.sleep(_LOOK_SECONDS)


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(10)
