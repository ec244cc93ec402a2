"""One worker process: works until it is told to stop, and outlives a server that goes away and comes back."""

from __future__ import annotations

import asyncio
import logging
import signal

from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from desk.watching.health import Health, Watched, answers, bind, free_address
from desk.watching.metrics import Worker
from engine.loop import collect_rarely
from services.place import Place, connect_patiently
from worker import working

log = logging.getLogger(__name__)


async def serve(place: Place, *, measures: str = "") -> None:
    """Works for `place` until SIGINT or SIGTERM; what is in hand is finished first.

    `measures`: host:port on which `up` asks for the SDK's figures; without it this process is watched by itself, at
    `health_address`.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    address = measures or free_address()
    watching = None if measures else _watched(place, address)
    try:
        client = await _connected(place, _runtime(address), stop)
        if client is None:
            return
        async with working(place, client=client):
            log.info("working for %s", place.namespace)
            collect_rarely()
            await stop.wait()
    finally:
        if watching:
            watching.cancel()


def _runtime(address: str) -> Runtime:
    """The SDK's own figures at `address`, in seconds as Prometheus has them."""
    metrics = PrometheusConfig(bind_address=address, counters_total_suffix=True, durations_as_seconds=True)
    return Runtime(telemetry=TelemetryConfig(metrics=metrics))


def _watched(place: Place, address: str) -> asyncio.Task[None] | None:
    listening = bind(place.settings)
    if listening is None:
        return None
    watched = Watched(lambda: place, lambda: answers(place.target), lambda: (Worker("1", address),))
    health = Health(watched, listening)
    log.info("health and metrics at %s", health.url)
    return asyncio.create_task(health.serve())


async def _connected(place: Place, runtime: Runtime, stop: asyncio.Event) -> Client | None:
    """A client as soon as the server answers; None if told to stop before."""
    connecting = asyncio.create_task(connect_patiently(place, log.warning, runtime=runtime))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((connecting, stopping), return_when=asyncio.FIRST_COMPLETED)
        return connecting.result() if connecting.done() else None
    finally:
        connecting.cancel()
        stopping.cancel()
