"""`up`: the engine and its workers, kept running until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from desk.cli.output import AS_JSON, aside, people, say_json
from engine.loop import run as run_loop
from settings import Settings

if TYPE_CHECKING:
    from desk.supervising import Kept, Server
    from desk.watching.health import Watched
    from desk.watching.metrics import Worker


def up(
    port: int = typer.Option(8300, "--port", min=0, max=65535, help="网页端口；0 为任意空闲端口"),
    engine_port: int = typer.Option(7233, "--engine-port", min=0, max=65535, help="引擎端口；0 为任意空闲端口"),
    web: bool = typer.Option(True, "--web/--no-web", help="是否启动网页界面"),
    demo: bool = typer.Option(False, "--demo", help="用演练数据打开网页界面：一个走完的退出季，每个角色一个账户"),
    cases: int = typer.Option(60, "--cases", min=1, help="--demo 的考生人数"),
    out: Path | None = typer.Option(None, "--out", help="--demo 的数据文件夹（缺省为数据目录旁的 demo-desk）"),
    rehearsal: Path | None = typer.Option(None, "--rehearsal", help="打开一次演练（demo 的输出文件夹），只看不办"),
    as_json: bool = AS_JSON,
) -> None:
    """启动引擎、网页界面和每核一个工作进程；按 Ctrl-C 干净地停止。自行退出的会重新启动，多次不成则报错。"""
    from desk.watching.logs import configure

    settings = Settings()
    configure(settings)
    if demo:
        from desk.cli.exhibition import exhibit

        folder = (out or settings.data_dir.with_name("demo-desk")).absolute()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        run_loop(exhibit(settings, folder, port, cases, as_json))
        return
    run_loop(_up(settings, engine_port, _Web(port) if web and not rehearsal else None, rehearsal, as_json))
    if not as_json:
        people.print("已停止")


class _Web(NamedTuple):
    """Where the pages are to be served."""

    port: int

    @property
    def url(self) -> str:
        """As a browser on this machine asks for it."""
        return f"http://127.0.0.1:{self.port}"


class _Begun(NamedTuple):
    """What `up` tells, once everything runs."""

    engine: str
    ui: str | None
    workers: int
    health: str | None = None
    web: str | None = None

    @classmethod
    def of(cls, settings: Settings, server: Server | None, rehearsal: Path | None) -> _Begun:
        """A rehearsal is only looked at: it has no workers."""
        workers = 0 if rehearsal else settings.worker_processes
        if server is None or server.now is None:
            return cls(settings.temporal_address or "", None, workers)
        namespace = settings.rehearsal_namespace if rehearsal else settings.temporal_namespace
        return cls(server.now.target, f"{server.now.address.ui_url}/namespaces/{namespace}", workers)


async def _up(settings: Settings, port: int, web: _Web | None, rehearsal: Path | None, as_json: bool) -> None:
    """Workers are stopped before the engine they talk to; what cannot be kept running stops everything."""
    from desk.supervising import Kept, keep
    from desk.watching.health import Health, bind, free_address
    from desk.watching.metrics import Worker

    web = _listening(web)  # before anything is started
    listening = None if rehearsal else bind(settings)
    stop, stop_engine = _told_to_stop(), asyncio.Event()
    server = None if settings.temporal_address and not rehearsal else _server(settings, port, rehearsal)
    async with asyncio.TaskGroup() as outer:
        if server is not None:
            engine = Kept("引擎", server.start, str(server.make(0, 0).log))
            await _either(server.up, outer.create_task(keep(engine, stop_engine, _say)))
        begun = _Begun.of(settings, server, rehearsal)
        workers = [Worker(str(n), free_address()) for n in range(1, begun.workers + 1)]
        health = Health(_watched(settings, begun, workers), listening) if listening else None
        async with asyncio.TaskGroup() as inner:
            for one in [*_beside(begun, server, workers), *_pages(begun, server, web)]:
                inner.create_task(keep(one, stop, _say))
            watching = inner.create_task(health.serve()) if health else None
            _tell(begun._replace(health=health.url if health else None, web=web.url if web else None), as_json)
            await stop.wait()
            if watching:
                watching.cancel()
        stop_engine.set()


def _listening(web: _Web | None) -> _Web | None:
    """Where the pages will be, a free port in place of 0. Raises PortTaken."""
    from engine.server.embedded import PortTaken

    if web is None:
        return None
    try:
        with socket.create_server(("127.0.0.1", web.port)) as probe:
            return _Web(int(probe.getsockname()[1]))
    except OSError as taken:
        raise PortTaken(web.port, "--port 0 换任意空闲端口") from taken


def _watched(settings: Settings, begun: _Begun, workers: Sequence[Worker]) -> Watched:
    from desk.watching.health import Watched, answers
    from services.place import live_place

    return Watched(lambda: live_place(settings, begun.engine), lambda: answers(begun.engine), lambda: workers)


def _server(settings: Settings, port: int, rehearsal: Path | None) -> Server:
    from desk.supervising import Server
    from engine.server.embedded import EmbeddedServer
    from engine.server.options import ServerOptions

    directory = rehearsal / "temporal" if rehearsal else settings.server_dir
    namespace = settings.rehearsal_namespace if rehearsal else settings.temporal_namespace

    def make(again: int, ui: int) -> EmbeddedServer:
        options = ServerOptions(directory=directory, namespaces=(namespace,), port=again or port, ui=True, ui_port=ui)
        return EmbeddedServer(options)

    return Server(make)


def _beside(begun: _Begun, server: Server | None, workers: Sequence[Worker]) -> list[Kept]:
    """What runs beside the engine, each in a process of its own, not started while the engine is away."""
    from desk.engines import start_worker
    from desk.supervising import Kept, Process, Running

    async def start(worker: Worker) -> Running:
        if server is not None:
            await server.up.wait()
        return Process(start_worker(begun.engine, worker.address))

    return [Kept(f"工作进程 {worker.name}", partial(start, worker), "以上日志") for worker in workers]


def _pages(begun: _Begun, server: Server | None, web: _Web | None) -> list[Kept]:
    """The console, in a process of its own; none where it is not wanted."""
    from desk.engines import start_console
    from desk.supervising import Kept, Process, Running

    if web is None:
        return []

    async def start() -> Running:
        if server is not None:
            await server.up.wait()
        return Process(start_console(begun.engine, web.port))

    return [Kept("网页界面", start, "以上日志")]


def _say(line: str) -> None:
    aside.print(line, style="yellow", markup=False, soft_wrap=True)


def _tell(begun: _Begun, as_json: bool) -> None:
    if as_json:
        say_json(begun._asdict())
        return
    ui = f"，Web UI {begun.ui}" if begun.ui else ""
    people.print(f"引擎 {begun.engine}{ui}", soft_wrap=True, markup=False)
    if begun.web:
        people.print(f"网页界面 {begun.web}", soft_wrap=True, markup=False, style="bold")
    if begun.health:
        people.print(f"健康与指标 {begun.health}/healthz /readyz /metrics", soft_wrap=True, markup=False)
    people.print(f"{begun.workers} 个工作进程；按 Ctrl-C 停止" if begun.workers else "按 Ctrl-C 停止")


def _told_to_stop() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop


async def _either(ready: asyncio.Event, task: asyncio.Task[None]) -> None:
    """Returns once `ready`; raises what ended `task` before."""
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait((waiting, task), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        await task
