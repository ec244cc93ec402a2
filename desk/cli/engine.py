"""`engine`: the workflows, compared with the record and started again from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from desk.cli.output import AS_JSON, fail, people, progress, say_json, table
from engine.loop import run as run_loop
from settings import Settings

if TYPE_CHECKING:
    from services.rebuild import Rebuilt

app = typer.Typer(no_args_is_help=True, help="引擎：由台账重建")


@app.callback()
def _together() -> None:
    """引擎：由台账重建。"""


@app.command()
def rebuild(
    dry_run: bool = typer.Option(False, "--dry-run", help="只核对，不重启任何工作流"), as_json: bool = AS_JSON
) -> None:
    """逐件核对等待中的案件与其工作流，缺失、落后或睡过期限的由台账重新启动；可随时重复。"""
    with progress("核对案件") as told:
        found = run_loop(_rebuild(dry_run, lambda done: told("", done, 0)))
    if as_json:
        say_json({**found._asdict(), "failed": [finding._asdict() for finding in found.failed]})
    else:
        _show(found, dry_run)
    if found.failed:
        fail(f"{len(found.failed)} 件未能重新启动；每日巡查会再试，也可再执行本命令", as_json=False)


async def _rebuild(dry_run: bool, told: Callable[[int], None]) -> Rebuilt:
    from desk.engines import live
    from services.rebuild import Rebuilder

    async with live(Settings()) as (_, here):
        return await Rebuilder(here.database, here.client, here.submitter).rebuild(dry_run=dry_run, told=told)


def _show(found: Rebuilt, dry_run: bool) -> None:
    people.print(f"等待中的案件 {found.waiting} 件，与工作流一致 {found.agreeing} 件")
    rows = [("缺失", found.missing), ("与台账不一致", found.differing), ("睡过期限", found.asleep)]
    table("核对结果" if dry_run else f"核对结果（已重新启动 {found.mended} 件）", ("情形", "件数"), rows)
    if found.failed:
        table("未能重新启动", ("案件", "原因"), [(finding.number, finding.error) for finding in found.failed])
