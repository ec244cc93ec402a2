"""How the pages get their way to the cases: one Temporal client for the process, found again when it was away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from desk.web.house import House
from services.place import connect_patiently, open_renderer
from services.submit import Submitter

log = structlog.get_logger(__name__)


@asynccontextmanager
async def with_engine(house: House) -> AsyncIterator[None]:
    """Connects while the pages already answer; until then they show, and say that they cannot act yet."""
    task = asyncio.create_task(_connected(house))
    try:
        yield
    finally:
        task.cancel()


async def _connected(house: House) -> None:
    client = await connect_patiently(house.place, lambda said: log.warning("engine away", said=said))
    renderer = await asyncio.to_thread(open_renderer, house.place)
    rehearsal = house.place.rehearsal
    house.client = client
    house.submitter = Submitter(house.database, client, rehearsal=rehearsal, unprintable=renderer.unprintable)
