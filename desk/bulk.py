"""Bulk runs from the desk: begin one, follow it, say how it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from desk.engines import live
from engine.client import nudge_run
from engine.settings import Settings
from records.database import Database
from records.runs import RUNNING, counts, not_done, run_of, run_status
from states.business_dates import SHANGHAI
from worker import live_database

Told = Callable[[str, int, int], None]
_LOOK_SECONDS = 0.3
_SHOWN = 1000
_LONG = 500  # items from which a second worker process is worth its start


def new_run_id() -> str:
    """Sorts by time, and is never given twice."""
    return f"{datetime.now(SHANGHAI):%Y%m%d%H%M%S}-{uuid4().hex[:8]}"


async def carry_out(settings: Settings, run: str, told: Told) -> dict[str, Any]:
    """Starts (or goes on with) `run` and follows it until it is over or paused; how it stands then."""
    async with live(settings, helpers=_helpers(settings, run)) as (_, place):
        await nudge_run(place.client, run)
        await _follow(place.database, run, told)
        await asyncio.to_thread(place.letters_filed)
        return standing(place.database, run)


def _helpers(settings: Settings, run: str) -> int:
    """More than this process for a long run, if there are the cores."""
    with live_database(settings).reading() as connection:
        long = counts(connection, run)["pending"] > _LONG
    return settings.worker_processes - 1 if long else 0


async def _follow(database: Database, run: str, told: Told) -> None:
    while True:
        now, status = await asyncio.to_thread(_look, database, run)
        told("", now["selected"] - now["pending"], now["selected"])
        if status not in (RUNNING, "cancelling"):
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _look(database: Database, run: str) -> tuple[dict[str, int], str]:
    with database.reading() as connection:
        return counts(connection, run), run_status(connection, run)


def standing(database: Database, run: str) -> dict[str, Any]:
    """`{"run", "kind", "title", "by", "at", "status", "selected", "done", "skipped", "failed", "pending", "failures"}`.

    `failures` are the first thousand, each `{"position", "label", "case", "error", "message"}`. Raises KeyError.
    """
    with database.reading() as connection:
        found = run_of(connection, run)
        if found is None:
            raise KeyError(run)
        return {
            "run": found.id,
            "kind": found.kind,
            "title": found.title,
            "by": found.by,
            "at": found.at,
            "status": found.status,
            **counts(connection, run),
            "failures": not_done(connection, run, _SHOWN),
        }
