"""`worker`: one worker process, as `up` starts one for every core and a service manager on other machines."""

from __future__ import annotations

import typer

from engine.loop import run as run_loop
from settings import Settings


def worker(
    target: str = typer.Option("", "--target", metavar="HOST:PORT", help="Temporal 的地址；缺省按设置"),
    measures: str = typer.Option(
        "", "--measures", metavar="HOST:PORT", help="由 up 指定：在此提供 SDK 指标", hidden=True
    ),
) -> None:
    """运行一个工作进程，直到收到停止信号；手上的案件先办完。"""
    from desk.cli.output import fail
    from desk.serving import serve
    from desk.watching.logs import configure
    from engine.server.embedded import engine_target
    from services.place import live_place

    settings = Settings()
    found = target or engine_target(settings)
    if not found:
        fail("没有运行中的引擎：请先 ./run up，或设置 JIANDING_TEMPORAL_ADDRESS，或用 --target 指明", error="NoEngine")
    configure(settings)
    run_loop(serve(live_place(settings, found), measures=measures))
