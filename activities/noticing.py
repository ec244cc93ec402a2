"""Noticing that something waits, without asking all the time: a process that recorded something looks once, and wakes
the workflow that serves it only where there is something to do. Where nothing is recorded nothing happens.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from datetime import UTC, datetime

from temporalio.client import Client

from engine.wire.client import EngineUnavailable, nudge_delivery, nudge_webhooks
from records.post.outbox import next_due, still_sending
from records.store.database import Database
from records.webhooks.subscriptions import any_behind

_GATHER_SECONDS = 1.0
_AGAIN_SECONDS = 5.0

log = logging.getLogger(__name__)


class Noticer(ABC):
    """One for each worker process of a live place, and each kind of thing that may wait."""

    def __init__(self, database: Database, client: Client) -> None:
        self._database = database
        self._client = client
        self._something = asyncio.Event()
        self._something.set()  # whatever an earlier process left waiting

    def notice(self) -> None:
        """Something has been recorded."""
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
                log.exception("what waits could not be looked at")
                self._something.set()
                await asyncio.sleep(_AGAIN_SECONDS)
            await asyncio.sleep(_GATHER_SECONDS)

    @abstractmethod
    async def _announce(self) -> None:
        """Looks, and wakes the workflow where it has to be."""


class LettersNoticer(Noticer):
    """Wakes the delivery, for a moment that it has not announced yet."""

    _announced: datetime | None = None

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


class WebhooksNoticer(Noticer):
    """Wakes whoever tells receivers of changed cases, where one has not been told of the last."""

    async def _announce(self) -> None:
        if await asyncio.to_thread(self._behind):
            await nudge_webhooks(self._client)

    def _behind(self) -> bool:
        with self._database.reading() as connection:
            return any_behind(connection)
