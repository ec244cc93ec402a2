"""An engine for whoever at the desk needs one: the running one, the configured one, or one of our own for a while."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from desk.watching.health import free_address
from engine.server.embedded import EmbeddedServer, engine_target, is_starting
from engine.server.options import ServerOptions
from engine.server.process import tied
from services.place import Place, Working, live_place, rehearsal_place, visiting
from settings import PROJECT, Settings
from storage.scratch import Scratch
from worker import working

_LOOK_SECONDS, _STARTING_LOOKS = 0.2, 150


@asynccontextmanager
async def rehearsing(settings: Settings, directory: Path | None = None) -> AsyncIterator[tuple[Place, Working]]:
    """A rehearsal on a real server of its own, in `directory` (kept) or a temporary one (removed)."""
    scratch = Scratch("rehearsal")
    try:
        home = directory or scratch.path
        own = settings.model_copy(update={"data_dir": home})
        options = ServerOptions(directory=home / "temporal", namespaces=(settings.rehearsal_namespace,))
        async with EmbeddedServer(options) as server:
            place = rehearsal_place(own, home, server.target)
            async with working(place) as running_place:
                yield place, running_place
    finally:
        scratch.close()


@asynccontextmanager
async def live(settings: Settings, helpers: int = 0) -> AsyncIterator[tuple[Place, Working]]:
    """The live place: through the running engine (`./run up`, or a configured one), else on one of our own.

    `helpers`: worker processes beside the one in here, on an engine of our own, for long work.
    """
    target = await _engine(settings)
    if target:
        place = live_place(settings, target)
        async with visiting(place) as visited:
            yield place, visited
        return
    options = ServerOptions(directory=settings.server_dir, namespaces=(settings.temporal_namespace,))
    async with EmbeddedServer(options) as server:
        place = live_place(settings, server.target)
        async with working(place) as running_place:
            processes = [start_worker(server.target) for _ in range(helpers)]
            try:
                yield place, running_place
            finally:
                for process in processes:
                    process.terminate()
                for process in processes:
                    await asyncio.to_thread(process.wait)


async def _engine(settings: Settings) -> str | None:
    """The engine that answers now, or will in a moment: one that somebody is just starting is waited for."""
    target = engine_target(settings)
    for _ in range(_STARTING_LOOKS):
        if target or not is_starting(settings.server_dir):
            break
        await asyncio.sleep(_LOOK_SECONDS)
        target = engine_target(settings)
    return target


def start_console(target: str, port: int) -> subprocess.Popen[bytes]:
    """One process of the console, on loopback; as a worker, it does not outlive whoever started it."""
    command = [sys.executable, "-P", "-m", "desk.web", "--port", str(port), "--target", target]
    return subprocess.Popen(tied(command), process_group=0, cwd=PROJECT)


def start_worker(target: str, measures: str = "") -> subprocess.Popen[bytes]:
    """One worker process of the live place: Ctrl-C is for whoever started it, and it does not outlive them.

    `measures`: host:port where it tells the SDK's figures; any free one if nobody asks for them.
    """
    measures = measures or free_address()
    command = [sys.executable, "-P", "-m", "desk.cli", "worker", "--target", target, "--measures", measures]
    return subprocess.Popen(tied(command), process_group=0, env={**os.environ, "PYTHONPATH": str(PROJECT)})
