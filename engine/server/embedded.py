"""The embedded Temporal server: one program, one directory, started and stopped with us.

Whether one runs is told by a lock that the server process itself holds open, so neither a kill -9 nor a reused process
id can mislead; the address beside it says where.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.service import ConnectConfig, RPCError, ServiceClient

from engine.leaving import settle_before_exit
from engine.server.obtain import Say, say_on_stderr, temporal_program
from engine.server.options import ServerOptions
from engine.server.process import spawn, stop
from settings import Settings
from storage.atomic_write import atomic_write
from storage.locking import try_lock
from storage.private_folder import private_folder

_GRACE_SECONDS = 10.0
_POLL_SECONDS = 0.05
_PORT_TRIES = 3
_LOCK_TRIES = 4


class ServerNotStarted(Exception):
    """The server ended or did not answer in time; the message carries the end of its log."""


class PortTaken(Exception):
    """The port that was asked for belongs to another program."""

    def __init__(self, port: int, instead: str = "--engine-port 0 换任意空闲端口") -> None:
        """`port` is the one both want; `instead` is what to set for another."""
        super().__init__(f"端口 {port} 已被其他程序占用：请停止那个程序，或用 {instead}")
        self.port = port


class AlreadyRunning(Exception):
    """A server already runs on this directory; `address` is where, None while it is still starting."""

    def __init__(self, directory: Path, address: Address | None) -> None:
        """`directory` is the one both want."""
        where = f"（{address.target}，进程 {address.pid}）" if address else "（正在启动）"
        super().__init__(f"{directory} 上已有引擎在运行{where}；请使用它，或先停止它")
        self.address = address


class Address(msgspec.Struct, frozen=True):
    """Where a running server answers."""

    pid: int
    target: str
    ui_url: str | None = None


def running(directory: Path) -> Address | None:
    """The server that runs on `directory` now, whoever started it; what a dead one left behind counts as none."""
    if not (directory / "server.lock").exists():
        return None
    lock = try_lock(directory / "server.lock")
    if lock is not None:
        os.close(lock)
        return None
    return _read_address(directory)


def is_starting(directory: Path) -> bool:
    """Whether somebody is just starting a server there, which does not answer yet."""
    if not (directory / "server.lock").exists():
        return False
    lock = try_lock(directory / "server.lock")
    if lock is not None:
        os.close(lock)
        return False
    return _read_address(directory) is None


def engine_target(settings: Settings) -> str | None:
    """host:port of the engine that answers now: the configured one, or the embedded one if it runs; None if neither."""
    if settings.temporal_address:
        return settings.temporal_address
    address = running(settings.server_dir)
    return address.target if address else None


class EmbeddedServer:
    """`async with EmbeddedServer(options) as server: … server.target`.

    Start it on the main thread: the server ends with the thread that started it (see `engine.server.process`).
    """

    def __init__(self, options: ServerOptions, say: Say = say_on_stderr) -> None:
        """Nothing is started or obtained yet; `say` gets progress lines if the program has to be obtained."""
        self.options = options
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._address: Address | None = None

    @property
    def address(self) -> Address:
        """Where it answers, once started."""
        if self._address is None:
            raise RuntimeError("the embedded server has not been started")
        return self._address

    @property
    def target(self) -> str:
        """host:port for `Client.connect`."""
        return self.address.target

    @property
    def log(self) -> Path:
        """What the server wrote since its start."""
        return self.options.directory / "server.log"

    async def start(self) -> Address:
        """Returns once every namespace answers. Raises AlreadyRunning, NotObtained, PortTaken or ServerNotStarted."""
        settle_before_exit()
        program = await asyncio.to_thread(temporal_program, self._say)
        private_folder(self.options.directory)
        for tries_left in reversed(range(_PORT_TRIES)):
            try:
                return await self._start_once(program)
            except ServerNotStarted:
                if "address already in use" not in self._log_end():
                    raise
                if self.options.port:
                    raise PortTaken(self.options.port) from None
                if not tries_left:  # a free port may be taken by somebody else before the server binds it
                    raise
        raise AssertionError("unreachable")

    async def stop(self) -> None:
        """Ends the server, cleanly if it lets us. Harmless when it is not running."""
        process, self._process = self._process, None
        if process is not None:
            await asyncio.to_thread(stop, process, _GRACE_SECONDS)
            _forget_address(self.options.directory)

    async def ended(self) -> int:
        """Waits until the server ends by itself or by others; its exit code. For whoever must not outlive it."""
        if self._process is None:
            raise RuntimeError("the embedded server has not been started")
        while (code := self._process.poll()) is None:  # noqa: ASYNC110 - a thread in wait() could not be cancelled
            await asyncio.sleep(0.2)
        return code

    async def __aenter__(self) -> Self:
        """Starts."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops."""
        await self.stop()

    async def _start_once(self, program: Path) -> Address:
        port, ui_port = self.options.port or _free_port(), self.options.ui_port or _free_port()
        directory = self.options.directory
        lock = await _lock_of(directory)
        try:
            (directory / "server.json").unlink(missing_ok=True)
            arguments = self.options.arguments(port, ui_port)
            self._process = spawn(program, arguments, self.log, keep_open=lock)
        finally:
            os.close(lock)  # from here on only the server holds it
        try:
            await self._healthy(f"127.0.0.1:{port}", self._process)
        except BaseException:
            await self.stop()
            raise
        ui_url = f"http://127.0.0.1:{ui_port}" if self.options.ui else None
        self._address = Address(self._process.pid, f"127.0.0.1:{port}", ui_url)
        _write_address(directory, self._address)
        return self._address

    async def _healthy(self, target: str, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + self.options.patience_seconds
        while not (self._says_it_listens(target) and await _answers(target, self.options.namespaces)):
            if process.poll() is not None:
                raise ServerNotStarted(f"引擎启动后即退出（代码 {process.returncode}）：{self._log_end()}")
            if time.monotonic() > deadline:
                raise ServerNotStarted(f"引擎在 {self.options.patience_seconds:.0f} 秒内没有应答：{self._log_end()}")
            await asyncio.sleep(_POLL_SECONDS)

    def _says_it_listens(self, target: str) -> bool:
        """Or else another server that has our port would answer in its place, until ours gives up."""
        port = target.split(":")[1]
        return re.search(rf"Server:\s+\S+:{port}\b", self.log.read_text(errors="replace")) is not None

    def _log_end(self) -> str:
        try:
            return self.log.read_text(errors="replace")[-2000:].strip() or "日志为空"
        except OSError as error:
            return str(error)


async def _lock_of(directory: Path) -> int:
    for _ in range(_LOCK_TRIES):
        lock = try_lock(directory / "server.lock")
        if lock is not None:
            return lock
        await asyncio.sleep(_POLL_SECONDS)  # it may only be somebody's glance in `running`
    raise AlreadyRunning(directory, _read_address(directory))


async def _answers(target: str, namespaces: tuple[str, ...]) -> bool:
    """Whether the frontend is healthy and knows every namespace."""
    patience = timedelta(seconds=5)
    try:
        service = await ServiceClient.connect(ConnectConfig(target_host=target))
        if not await service.check_health(timeout=patience):
            return False
        for namespace in namespaces:
            request = DescribeNamespaceRequest(namespace=namespace)
            await service.workflow_service.describe_namespace(request, timeout=patience)
    except (RPCError, RuntimeError):
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _read_address(directory: Path) -> Address | None:
    try:
        return msgspec.json.decode((directory / "server.json").read_bytes(), type=Address)
    except (OSError, msgspec.DecodeError):
        return None


def _write_address(directory: Path, address: Address) -> None:
    atomic_write(directory / "server.json", msgspec.json.encode(address))


def _forget_address(directory: Path) -> None:
    """Removes the address of a server that has ended, unless a newer one runs there by now: then it is that one's."""
    lock = try_lock(directory / "server.lock")
    if lock is None:
        return
    try:
        (directory / "server.json").unlink(missing_ok=True)
    finally:
        os.close(lock)
