"""One worker process: works until it is told to stop, and outlives a server that goes away and comes back."""

from __future__ import annotations

import asyncio
import logging
import signal

from temporalio.client import Client

from engine.loop import collect_rarely
from services.place import Place, connect_patiently
from worker import working

log = logging.getLogger(__name__)


async def serve(place: Place) -> None:
    """Works for `place` until SIGINT or SIGTERM; what is in hand is finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    client = await _connected(place, stop)
    if client is None:
        return
    async with working(place, client=client):
        collect_rarely()
        await stop.wait()


async def _connected(place: Place, stop: asyncio.Event) -> Client | None:
    """A client as soon as the server answers; None if told to stop before."""
    connecting, stopping = asyncio.create_task(connect_patiently(place, log.warning)), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((connecting, stopping), return_when=asyncio.FIRST_COMPLETED)
        return connecting.result() if connecting.done() else None
    finally:
        connecting.cancel()
        stopping.cancel()
