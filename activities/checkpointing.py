"""Checkpoints are signed by themselves, and copied to where the office wants them."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from records.store.database import Database
from services.checkpointing import checkpoint_if_due, export
from settings import Settings

log = logging.getLogger(__name__)
_LOOK_SECONDS = 30.0


class Checkpointer:
    """Looks now and then whether a checkpoint is due; of several processes that look, one signs."""

    def __init__(self, settings: Settings, database: Database, look_seconds: float = _LOOK_SECONDS) -> None:
        self._settings = settings
        self._database = database
        self._look_seconds = look_seconds

    async def watch(self) -> None:
        """Goes on until it is cancelled. What goes wrong is logged, and tried again at the next look."""
        copied = False
        while True:
            try:
                if not copied:  # what a process that died has left
                    await asyncio.to_thread(export, self._settings, self._database)
                    copied = True
                await asyncio.to_thread(checkpoint_if_due, self._settings, self._database, datetime.now(UTC))
            except Exception:  # a record that does not verify is told by the ledger's verification; work goes on
                log.exception("no checkpoint could be signed or copied")
                copied = False
            await asyncio.sleep(self._look_seconds)
