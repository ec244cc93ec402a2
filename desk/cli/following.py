"""Following a bulk run at the terminal until it is over or paused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from desk.engines import live
from engine.wire.client import nudge_run
from records.store.database import Database
from services.place import live_to_read
from services.runs import RunStanding, progress, standing
from settings import Settings

Told = Callable[[str, int, int], None]
_LOOK_SECONDS = 0.3
_LONG = 500  # items from which a second worker process is worth its start


async def carry_out(settings: Settings, run: str, told: Told) -> RunStanding:
    """Starts (or goes on with) `run` and follows it until it is over or paused; how it stands then."""
    async with live(settings, helpers=_helpers(settings, run)) as (_, place):
        await nudge_run(place.client, run)
        await _follow(place.database, run, told)
        await asyncio.to_thread(place.letters_filed)
        return standing(place.database, run)


def _helpers(settings: Settings, run: str) -> int:
    """More than this process for a long run, if there are the cores."""
    long = progress(live_to_read(settings), run).pending > _LONG
    return settings.worker_processes - 1 if long else 0


async def _follow(database: Database, run: str, told: Told) -> None:
    while True:
        now = await asyncio.to_thread(progress, database, run)
        told("", now.selected - now.pending, now.selected)
        if now.status not in ("running", "cancelling"):
            return
        await asyncio.sleep(_LOOK_SECONDS)
