"""Noticing that letters wait, without asking all the time: a process that recorded some looks once, and wakes the
delivery only for a moment that it has not announced yet. Where nothing is recorded nothing happens.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from temporalio.client import Client

from engine.wire.client import EngineUnavailable, nudge_delivery
from records.post.outbox import next_due, still_sending
from records.store.database import Database

_GATHER_SECONDS = 1.0
_AGAIN_SECONDS = 5.0

log = logging.getLogger(__name__)


class Noticer:
    """One for each worker process of a live place."""

    def __init__(self, database: Database, client: Client) -> None:
        self._database = database
        self._client = client
        self._something = asyncio.Event()
        self._something.set()  # whatever an earlier process left waiting
        self._announced: datetime | None = None

    def notice(self) -> None:
        """Letters have been recorded."""
        self._something.set()

    async def watch(self) -> None:
        """Runs until it is cancelled."""
        while True:
            await self._something.wait()
            self._something.clear()
            try:
                await self._announce()
            except EngineUnavailable:
                self._something.set()
                await asyncio.sleep(_AGAIN_SECONDS)
            except Exception:  # a locked database must not end the watch
                log.exception("the outbox could not be looked at")
                self._something.set()
                await asyncio.sleep(_AGAIN_SECONDS)
            await asyncio.sleep(_GATHER_SECONDS)

    async def _announce(self) -> None:
        waiting = await asyncio.to_thread(self._waiting)
        if waiting is None:
            return
        known = self._announced
        if known is not None and datetime.now(UTC) < known <= waiting:
            return  # the delivery wakes then, and looks by itself for what comes after
        await nudge_delivery(self._client)
        self._announced = waiting

    def _waiting(self) -> datetime | None:
        with self._database.reading() as connection:
            return next_due(connection) or (datetime.now(UTC) if still_sending(connection) else None)
