"""`bulk`: rosters, commands on many cases, moved dates and re-prints while they run, and afterwards."""

from __future__ import annotations

import msgspec
import typer

from desk.cli.acting import act
from desk.cli.output import AS_JSON, aside, fail, people, progress, say_json, table
from desk.cli.signed import signed, signed_to_read
from services.acting.runs import RUN_STATUS_NAMES
from services.runs import RunStanding, list_runs, standing
from settings import Settings
from states.office.commands import MoveRun

app = typer.Typer(no_args_is_help=True, help="批次：名册导入、批量办理、改期、重印")

_RUN = typer.Argument(..., metavar="RUN", help="批次编号，见 bulk list")
_COUNTED = ("selected", "done", "skipped", "failed", "pending")


def follow(run: str, title: str, as_json: bool) -> RunStanding:
    """Carries out `run` under a progress bar; how it stands when it is over, paused, or left to go on by itself."""
    from desk.cli.following import carry_out
    from engine.loop import run as run_loop
    from engine.wire.client import EngineUnavailable

    try:
        with progress(title) as told:
            return run_loop(carry_out(Settings(), run, told))
    except EngineUnavailable as unavailable:
        fail(str(unavailable), as_json=as_json, error="EngineUnavailable", run=run)
    except KeyboardInterrupt:
        aside.print(f"批次 {run} 已登记，不会丢失；引擎运行时自行继续，查看：./run bulk show {run}")
        raise typer.Exit(1) from None


@app.command("list")
def list_(limit: int = typer.Option(20, "--limit", min=1, help="最多列多少个"), as_json: bool = AS_JSON) -> None:
    """最近的批次，新的在前。"""
    now = signed_to_read(Settings())
    found = list_runs(now.database, now.actor, limit)
    if as_json:
        say_json([_shape(run) for run in found])
        return
    columns = ("批次", "内容", "经办", "状态", "选中", "已办", "跳过", "失败", "待办")
    rows = [(r.run, r.title, r.by, RUN_STATUS_NAMES[r.status], *(getattr(r, key) for key in _COUNTED)) for r in found]
    table("批次", columns, rows)


def _shape(run: RunStanding) -> dict[str, object]:
    return {name: getattr(run, name) for name in run.__struct_fields__ if name != "failures"}


@app.command()
def show(run: str = _RUN, as_json: bool = AS_JSON) -> None:
    """一个批次办到哪里，哪些失败、为什么。"""
    now = signed_to_read(Settings())
    answer(standing(now.database, run, now.actor), as_json)


@app.command()
def pause(run: str = _RUN, as_json: bool = AS_JSON) -> None:
    """暂停：办完手头的即停，可用 resume 继续。"""
    now = signed(Settings())
    act(now, MoveRun(run=run, to="paused"))
    answer(standing(now.database, run), as_json)


@app.command()
def resume(run: str = _RUN, as_json: bool = AS_JSON) -> None:
    """继续一个暂停或中断的批次，直到办完。"""
    act(signed(Settings()), MoveRun(run=run, to="running"))
    answer(follow(run, "批次", as_json), as_json)


@app.command()
def cancel(run: str = _RUN, as_json: bool = AS_JSON) -> None:
    """取消：未办的跳过，已办的不变。"""
    act(signed(Settings()), MoveRun(run=run, to="cancelling"))
    answer(follow(run, "批次", as_json), as_json)


def answer(found: RunStanding, as_json: bool) -> None:
    """Says how a run stands."""
    if as_json:
        say_json(msgspec.to_builtins(found))
        return
    people.print(f"批次 {found.run}  {found.title}  {RUN_STATUS_NAMES[found.status]}", markup=False)
    people.print(
        f"选中 {found.selected} = 已办 {found.done} + 跳过 {found.skipped} + 失败 {found.failed} + 待办 {found.pending}"
    )
    if found.failures:
        table("失败", ("项目", "案件", "原因"), [(f.label, f.case, f.message) for f in found.failures])
