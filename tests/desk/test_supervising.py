"""What `up` keeps running is started again ever more slowly, and given up in the end."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from desk.supervising import Kept, Process, Running, keep
from engine.server.process import GivenUp

BRIEF = (0.01, 0.01, 0.01)


class Counted:
    """Starts processes that run `code`, and counts them."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.started: list[subprocess.Popen[bytes]] = []
        self.said: list[str] = []

    async def start(self) -> Running:
        self.started.append(subprocess.Popen([sys.executable, "-c", self.code]))
        return Process(self.started[-1])

    @property
    def kept(self) -> Kept:
        return Kept("工作进程", self.start, "日志")


async def test_what_ends_at_once_is_given_up_after_so_many_starts_and_everything_is_told() -> None:
    crashing = Counted("import sys; sys.exit(3)")
    with pytest.raises(GivenUp, match=r"代码 3.*3 次.*日志"):
        await keep(crashing.kept, asyncio.Event(), crashing.said.append, BRIEF)
    assert len(crashing.started) == 1 + len(BRIEF)
    assert len([line for line in crashing.said if "重新启动" in line]) >= len(BRIEF)


async def test_what_is_killed_is_started_again_and_ends_when_told() -> None:
    sleeping, stop = Counted("import time; time.sleep(60)"), asyncio.Event()
    keeping = asyncio.create_task(keep(sleeping.kept, stop, sleeping.said.append, BRIEF))
    async with asyncio.timeout(20):
        while not sleeping.started:
            await asyncio.sleep(0.01)
        sleeping.started[0].kill()
        while len(sleeping.started) < 2:
            await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(keeping, 20)
    assert [process.returncode is not None for process in sleeping.started] == [True, True]


async def test_a_cancelled_keeper_leaves_no_process_behind() -> None:
    sleeping = Counted("import time; time.sleep(60)")
    keeping = asyncio.create_task(keep(sleeping.kept, asyncio.Event(), sleeping.said.append, BRIEF))
    async with asyncio.timeout(20):
        while not sleeping.started:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0)
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    assert sleeping.started[0].returncode is not None


async def test_told_to_stop_while_it_waits_for_the_next_start_it_starts_nothing_more() -> None:
    crashing, stop = Counted("import sys; sys.exit(3)"), asyncio.Event()
    keeping = asyncio.create_task(keep(crashing.kept, stop, crashing.said.append, (600.0,)))
    async with asyncio.timeout(20):
        while not crashing.said:
            await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(keeping, 20)
    assert len(crashing.started) == 1
