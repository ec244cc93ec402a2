"""`up` as people type it: it brings a killed server back, and two of them do not spoil each other's address."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from engine.server.embedded import Address, running
from services.place import live_place, visiting
from settings import Settings
from states.words import State
from tests.desk.typed import command, environment, typed
from tests.workflows.cases import announcing, now

QUIETLY = {"JIANDING_WORKER_PROCESSES": "1", "JIANDING_HEALTH_ADDRESS": "127.0.0.1:0"}


@asynccontextmanager
async def up(data: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """`./run up --json`, once it has said that everything runs; the process, and what it said."""
    process = await asyncio.create_subprocess_exec(
        *command("up", "--port", "0", "--engine-port", "0", "--json"),
        env=environment(data, **QUIETLY), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        told = json.loads(await asyncio.wait_for(process.stdout.readuntil(b"}"), 90))
        assert told["workers"] == 1
        yield process, told
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), 60)


async def until(there: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await there():
            await asyncio.sleep(0.1)


def address(data: Path) -> Address:
    found = running(data / "temporal")
    assert found is not None
    return found


async def test_a_killed_server_comes_back_where_it_was_and_commands_go_on(tmp_path: Path) -> None:
    async with up(tmp_path) as (process, _):
        before = address(tmp_path)
        os.kill(before.pid, signal.SIGKILL)

        async def is_back() -> bool:
            found = running(tmp_path / "temporal")
            return found is not None and found.pid != before.pid

        await until(is_back)
        assert address(tmp_path).target == before.target
        async with visiting(live_place(Settings(data_dir=tmp_path), before.target)) as here:
            receipt = await here.submitter.submit("4301002026900001", [announcing(1)], now())
        assert receipt.state is State.ANNOUNCED
    assert process.returncode == 0 and process.stderr is not None
    told = (await process.stderr.read()).decode()
    assert "引擎已退出" in told and "引擎已重新启动" in told and "Traceback" not in told


async def test_a_second_up_is_refused_in_a_sentence_and_leaves_the_first_alone(tmp_path: Path) -> None:
    async with up(tmp_path):
        before = address(tmp_path)
        second = await asyncio.to_thread(typed, tmp_path, "up", "--port", "0", "--engine-port", "0", "--json")
        assert second.code == 1 and second.json["error"] == "AlreadyRunning" and "Traceback" not in second.err
        assert address(tmp_path) == before
    assert running(tmp_path / "temporal") is None
