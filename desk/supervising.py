"""Keeping what `up` started: whatever ends by itself is started again, ever more slowly, and given up in the end."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

from engine.server.embedded import EmbeddedServer
from engine.server.process import GivenUp
from engine.server.process import stop as stop_process

T = TypeVar("T")
Say = Callable[[str], None]
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before each start after one that did not live long; after the last of them it is given up."""
_LONG_ENOUGH = 15.0  # seconds of life after which an end counts as the first again
_GRACE_SECONDS = 30.0  # what a worker has in hand is finished first
_LOOK_SECONDS = 0.2


class Running(Protocol):
    """Something that runs until it ends or is stopped."""

    async def ended(self) -> int:
        """Waits for its end; the exit code."""
        ...

    async def stop(self) -> None:
        """Ends it, cleanly if it lets us."""
        ...


@dataclass
class Process:
    """A child process of ours as something that runs."""

    popen: subprocess.Popen[bytes]

    async def ended(self) -> int:
        """Waits for its end; the exit code."""
        while (code := self.popen.poll()) is None:  # noqa: ASYNC110 - a thread in wait() could not be cancelled
            await asyncio.sleep(_LOOK_SECONDS)
        return code

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL if that is not enough."""
        await asyncio.to_thread(stop_process, self.popen, _GRACE_SECONDS)


class Kept(NamedTuple):
    """One thing to be kept running: its name for people, how it is started, and where it says why it ended."""

    title: str
    start: Callable[[], Coroutine[Any, Any, Running]]
    look: str


@dataclass
class Server:
    """The embedded server as something to be kept, every start on the port of the first; `up`: whether it answers."""

    make: Callable[[int, int], EmbeddedServer]
    up: asyncio.Event = field(default_factory=asyncio.Event)
    now: EmbeddedServer | None = None

    async def start(self) -> Running:
        """Starts the server, or its successor. Raises as `EmbeddedServer.start` does."""
        self.up.clear()
        ports = (0, 0) if self.now is None else _ports(self.now)
        server = self.make(*ports)
        await server.start()
        self.now = server
        self.up.set()
        return _Watched(server, self.up)


@dataclass
class _Watched:
    """A server that says when it is away, so that nobody starts workers meanwhile."""

    server: EmbeddedServer
    up: asyncio.Event

    async def ended(self) -> int:
        code = await self.server.ended()
        self.up.clear()
        return code

    async def stop(self) -> None:
        await self.server.stop()


def _ports(server: EmbeddedServer) -> tuple[int, int]:
    ui = server.address.ui_url
    return int(server.target.rpartition(":")[2]), int(ui.rpartition(":")[2]) if ui else 0


async def keep(kept: Kept, stop: asyncio.Event, say: Say, pauses: Sequence[float] = PAUSES) -> None:
    """Keeps it running until `stop` is set or this is cancelled. Raises GivenUp, or what its first start raised."""
    running = await _unless(stop, kept.start())
    short = 0
    while running is not None:
        begun = time.monotonic()
        code = await _its_end(running, stop)
        if code is None:
            return
        short = 0 if time.monotonic() - begun > _LONG_ENOUGH else short
        running, short = await _again(kept, f"已退出（代码 {code}）", short, stop, say, pauses)


async def _its_end(running: Running, stop: asyncio.Event) -> int | None:
    """The exit code, if it ended by itself; None once we ended it."""
    code: int | None = None
    try:
        code = await _unless(stop, running.ended())
    finally:
        if code is None:
            await running.stop()
    return code


async def _again(
    kept: Kept, why: str, short: int, stop: asyncio.Event, say: Say, pauses: Sequence[float]
) -> tuple[Running | None, int]:
    """The next one that runs, None if told to stop first; with how many lives in succession were short."""
    while short < len(pauses):
        say(f"{kept.title}{why}，{pauses[short]:.0f} 秒后重新启动")
        await _unless(stop, asyncio.sleep(pauses[short]))
        if stop.is_set():
            break
        short += 1
        try:
            running = await _unless(stop, kept.start())
        except Exception as error:  # a start that fails is a very short life
            why = f"未能启动（{error}）"
            continue
        if running is not None:
            say(f"{kept.title}已重新启动")
        return running, short
    if stop.is_set():
        return None, short
    raise GivenUp(f"{kept.title}{why}，已重新启动 {len(pauses)} 次仍不能运行，不再尝试；原因见{kept.look}")


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` comes to; None, and it is cancelled, if `stop` is set first."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        stopping.cancel()
