"""`bulk`: rosters, commands on many cases, moved dates and re-prints while they run, and afterwards."""

from __future__ import annotations

from typing import Any, NoReturn

import typer

from desk.cli.output import AS_JSON, aside, fail, people, progress, say_json, table
from engine.loop import run as run_loop
from engine.wire.client import EngineUnavailable
from settings import Settings

app = typer.Typer(no_args_is_help=True, help="批次：名册导入、批量办理、改期、重印")

STATUS_NAMES = {
    "running": "进行中",
    "paused": "已暂停",
    "cancelling": "正在取消",
    "cancelled": "已取消",
    "done": "已完成",
}


def follow(run: str, title: str, as_json: bool) -> dict[str, Any]:
    """Carries out `run` under a progress bar; how it stands when it is over, paused, or left to go on by itself."""
    from desk.cli.following import carry_out

    try:
        with progress(title) as told:
            return run_loop(carry_out(Settings(), run, told))
    except EngineUnavailable as unavailable:
        fail(str(unavailable), as_json=as_json, error="EngineUnavailable", run=run)
    except KeyboardInterrupt:
        aside.print(f"批次 {run} 已登记，不会丢失；引擎运行时自行继续，查看：./run bulk show {run}")
        raise typer.Exit(1) from None


@app.command("list")
def list_(limit: int = typer.Option(20, "--limit", min=1), as_json: bool = AS_JSON) -> None:
    """The latest runs, newest first."""
    from records.runs.items import counts, runs

    with _database().reading() as connection:
        rows = [{**run._asdict(), **counts(connection, run.id)} for run in runs(connection, limit)]
    if as_json:
        say_json([{"run": row.pop("id"), **row} for row in rows])
        return
    columns = ("批次", "内容", "经办", "状态", "选中", "已办", "跳过", "失败", "待办")
    keys = ("selected", "done", "skipped", "failed", "pending")
    shown = [(r["id"], r["title"], r["by"], STATUS_NAMES[r["status"]], *(r[key] for key in keys)) for r in rows]
    table("批次", columns, shown)


@app.command()
def show(run: str, as_json: bool = AS_JSON) -> None:
    """How a run stands, and what failed and why."""
    answer(_standing(run, as_json), as_json)


@app.command()
def pause(run: str, as_json: bool = AS_JSON) -> None:
    """Stops a run after the commands under way; `resume` goes on."""
    _move(run, ("running",), "paused", as_json)
    answer(_standing(run, as_json), as_json)


@app.command()
def resume(run: str, as_json: bool = AS_JSON) -> None:
    """Goes on with a run, paused or interrupted, and follows it to its end."""
    _move(run, ("paused", "running"), "running", as_json)
    answer(follow(run, "批次", as_json), as_json)


@app.command()
def cancel(run: str, as_json: bool = AS_JSON) -> None:
    """Ends a run: what is not done is skipped, what is done stays done."""
    _move(run, ("running", "paused", "cancelling"), "cancelling", as_json)
    answer(follow(run, "批次", as_json), as_json)


def answer(standing: dict[str, Any], as_json: bool) -> None:
    """Says how a run stands."""
    if as_json:
        say_json(standing)
        return
    people.print(f"批次 {standing['run']}  {standing['title']}  {STATUS_NAMES[standing['status']]}")
    people.print(
        f"选中 {standing['selected']} = 已办 {standing['done']} + 跳过 {standing['skipped']} "
        f"+ 失败 {standing['failed']} + 待办 {standing['pending']}"
    )
    if standing["failures"]:
        rows = [(f["label"], f["case"], f["message"]) for f in standing["failures"]]
        table("失败", ("项目", "案件", "原因"), rows)


def _database() -> Any:
    from services.place import live_database

    return live_database(Settings())


def _standing(run: str, as_json: bool) -> dict[str, Any]:
    from services.runs import standing

    try:
        return standing(_database(), run)
    except KeyError:
        _unknown(run, as_json)


def _move(run: str, sources: tuple[str, ...], to: str, as_json: bool) -> None:
    from records.runs.items import move, run_of

    with _database().writing() as connection:
        if move(connection, run, sources, to):
            return
        found = run_of(connection, run)
    if found is None:
        _unknown(run, as_json)
    fail(f"批次 {run} {STATUS_NAMES[found.status]}，不能再{_VERBS[to]}", as_json=as_json, error="WrongStatus")


_VERBS = {"paused": "暂停", "running": "继续", "cancelling": "取消"}


def _unknown(run: str, as_json: bool) -> NoReturn:
    fail(f"没有批次 {run}；用 ./run bulk list 查找", as_json=as_json, error="UnknownRun")
