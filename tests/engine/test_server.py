"""The embedded server starts, stops, survives being killed, and never loses what it acknowledged."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from temporalio.client import Client

from engine.server.embedded import AlreadyRunning, EmbeddedServer, PortTaken, running
from engine.server.obtain import say_on_stderr, temporal_program
from engine.server.options import DYNAMIC_CONFIG, ServerOptions

PATIENCE = 15


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text() if sys.platform == "linux" else True


async def _until_dead(pid: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while _alive(pid):
            await asyncio.sleep(0.05)


async def _open_case(server: EmbeddedServer, number: str) -> None:
    client = await Client.connect(server.target, namespace="jianding")
    await client.start_workflow("CaseWorkflow", id=f"case-{number}", task_queue="cases")


async def _is_open(server: EmbeddedServer, number: str) -> bool:
    client = await Client.connect(server.target, namespace="jianding")
    description = await client.get_workflow_handle(f"case-{number}").describe()
    return description.status is not None and description.status.name == "RUNNING"


async def test_a_started_server_knows_both_namespaces_and_is_found_by_others(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    async with EmbeddedServer(ServerOptions(tmp_path)) as server:
        for namespace in ("jianding", "jianding-rehearsal"):
            client = await Client.connect(server.target, namespace=namespace)
            assert [found async for found in client.list_workflows()] == []
        assert running(tmp_path) == server.address
    assert running(tmp_path) is None


async def test_what_it_knew_is_there_after_a_restart(tmp_path: Path) -> None:
    options = ServerOptions(tmp_path)
    async with EmbeddedServer(options) as server:
        await _open_case(server, "1")
    async with EmbeddedServer(options) as server:
        assert await _is_open(server, "1")


async def test_what_it_acknowledged_survives_kill_9_and_nothing_stale_is_in_the_way(tmp_path: Path) -> None:
    options = ServerOptions(tmp_path)
    server = EmbeddedServer(options)
    address = await server.start()
    await _open_case(server, "1")
    os.kill(address.pid, signal.SIGKILL)
    async with asyncio.timeout(PATIENCE):
        assert await server.ended() == -signal.SIGKILL
    assert running(tmp_path) is None
    async with EmbeddedServer(options) as again:
        assert await _is_open(again, "1")


async def test_a_second_server_on_the_same_data_is_refused_and_told_where_the_first_is(tmp_path: Path) -> None:
    async with EmbeddedServer(ServerOptions(tmp_path)) as server:
        with pytest.raises(AlreadyRunning) as refused:
            await EmbeddedServer(ServerOptions(tmp_path)).start()
        assert refused.value.address == server.address


async def test_a_server_that_cannot_start_says_why_and_leaves_nothing_running(tmp_path: Path) -> None:
    async with EmbeddedServer(ServerOptions(tmp_path / "a", database=None)) as first:
        taken = int(first.target.split(":")[1])
        with pytest.raises(PortTaken, match=str(taken)):
            await EmbeddedServer(ServerOptions(tmp_path / "b", port=taken)).start()
    assert running(tmp_path / "b") is None


async def test_stopping_twice_is_harmless(tmp_path: Path) -> None:
    server = EmbeddedServer(ServerOptions(tmp_path, database=None))
    pid = (await server.start()).pid
    await server.stop()
    await server.stop()
    assert not _alive(pid)


async def test_an_older_server_that_is_stopped_leaves_the_address_of_the_newer_one(tmp_path: Path) -> None:
    older = EmbeddedServer(ServerOptions(tmp_path, database=None))
    os.kill((await older.start()).pid, signal.SIGKILL)
    await older.ended()
    async with EmbeddedServer(ServerOptions(tmp_path, database=None)) as newer:
        await older.stop()
        assert running(tmp_path) == newer.address


_PARENT = """
import asyncio, sys, time
from pathlib import Path
from engine.server.embedded import EmbeddedServer, ServerOptions
print(asyncio.run(EmbeddedServer(ServerOptions(Path(sys.argv[1]), database=None)).start()).pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
async def test_the_server_ends_when_we_are_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    await _until_dead(pid)
    async with asyncio.timeout(10):  # a killed process lets go of its lock with its last thread, a moment later
        while running(tmp_path) is not None:
            await asyncio.sleep(0.05)


async def test_ctrl_c_in_the_terminal_is_ours_to_handle(tmp_path: Path) -> None:
    async with EmbeddedServer(ServerOptions(tmp_path, database=None)) as server:
        assert os.getpgid(server.address.pid) == server.address.pid != os.getpgid(0)


async def test_search_attributes_and_the_web_interface_are_there_when_asked_for(tmp_path: Path) -> None:
    options = ServerOptions(tmp_path, database=None, ui=True, search_attributes={"CaseState": "Keyword"})
    async with EmbeddedServer(options) as server:
        client = await Client.connect(server.target, namespace="jianding")
        assert [found async for found in client.list_workflows("CaseState = 'choosing'")] == []
        assert server.address.ui_url


def test_the_embedded_default_is_durable_private_and_raised_above_the_limits_of_a_shared_server() -> None:
    arguments = " ".join(ServerOptions(Path("/data")).arguments(7000, 8000))
    assert "--sqlite-pragma journal_mode=wal --sqlite-pragma synchronous=full" in arguments
    assert "--ip 127.0.0.1 --port 7000" in arguments and "--headless" in arguments
    assert all(f"--dynamic-config-value {name}={value}" in arguments for name, value in DYNAMIC_CONFIG.items())


def test_the_server_knows_every_setting_that_it_is_given() -> None:
    program = temporal_program(say_on_stderr).read_bytes()  # it says nothing about a name that it does not know
    assert [name for name in DYNAMIC_CONFIG if name.encode() not in program] == []
