"""`demo` and `play`: seasons on the rehearsal clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from desk.cli.output import AS_JSON, aside, fail, people, progress, say_json, table
from engine.loop import run as run_loop
from settings import Settings
from states.words import STATE_NAMES, State


def demo(
    cases: int = typer.Option(60, "--cases", min=1, help="考生人数"),
    out: Path | None = typer.Option(None, "--out", help="输出文件夹（缺省为 ./demo）"),
    as_json: bool = AS_JSON,
) -> None:
    """演示：用虚构考生走完一个退出季，真实的工作流和文书，末尾附对得上的统计表。"""
    folder = _fresh(out or Path("demo"))
    with progress("演练") as told:
        found = run_loop(_demonstrate(folder, cases, told))
    found["folder"] = str(folder)
    if as_json:
        say_json(found)
    else:
        _show(found, folder)
    if not found["adds_up"]:
        raise typer.Exit(1)


async def _demonstrate(folder: Path, cases: int, told: Any) -> dict[str, Any]:
    from desk.engines import rehearsing
    from rehearsal.demo import demonstrate

    async with rehearsing(Settings(), folder) as (_, place):
        return await demonstrate(place, cases, told)


def _fresh(folder: Path) -> Path:
    """`folder`, or the first of its numbered siblings that is empty: nobody's files are ever written over."""
    candidate, n = folder.absolute(), 1
    while candidate.exists() and any(candidate.iterdir()):
        n += 1
        candidate = folder.absolute().with_name(f"{folder.name}-{n}")
    candidate.mkdir(parents=True, exist_ok=True)
    return candidate


def _show(found: dict[str, Any], folder: Path) -> None:
    from letters.kinds import kind_of

    states = [(STATE_NAMES[State(name)], name, count) for name, count in sorted(found["states"].items())]
    table("案件结果", ("状态", "state", "件数"), [*states, ("合计", "", sum(found["states"].values()))])
    kinds = [(kind_of(name).title, name, count) for name, count in sorted(found["letters"].items())]
    table("文书", ("文书", "kind", "份数"), [*kinds, ("合计", "", sum(found["letters"].values()))])
    people.print(f"退费合计 {found['refund_fen'] / 100:.2f} 元；逾期未选择、已转督导 {found['escalated']} 件")
    people.print("结果与人数相符" if found["adds_up"] else "结果与人数不符，请查看上表", style="bold")
    first = next(iter(sorted((folder / "letters").glob("exit_notice/*/*.pdf"))), None)
    people.print(f"文书在 {folder / 'letters'}" + (f"，例如 {first}" if first else ""), soft_wrap=True)
    people.print(f"工作流历史：./run up --rehearsal {folder}，然后打开它给出的 Web UI 地址", soft_wrap=True)


def play(
    scenario: Path = typer.Argument(..., metavar="SCENARIO", help="剧本（YAML），例子在 tests/scenarios"),
    as_json: bool = AS_JSON,
) -> None:
    """按剧本在演练时钟上走一个退出季；预期有一条不符即以 1 退出。"""
    from rehearsal.scenario import BadScenario, load_scenario

    try:
        loaded = load_scenario(scenario)
        with progress("演练") as told:
            found = run_loop(_play(loaded, told))
    except BadScenario as wrong:
        fail(str(wrong), code=2, as_json=as_json, error="BadScenario")
    if as_json:
        say_json(found)
    else:
        columns = ("案件", "状态", "修订", "证书编号", "退费（分）", "待复核", "文书")
        keys = ("state", "revision", "certificate_no", "refund_fen", "pending", "documents")
        table("案件", columns, [(name, *(case[key] for key in keys)) for name, case in found["cases"].items()])
        table(
            "拒绝",
            ("步骤", "案件", "命令", "理由"),
            [(r["step"], r["case"], r["do"], r["message"]) for r in found["refusals"]],
        )
    for failure in found["failures"]:
        aside.print(failure, style="red", markup=False)
    if not found["ok"]:
        raise typer.Exit(1)


async def _play(loaded: Any, told: Any) -> dict[str, Any]:
    from desk.engines import rehearsing
    from rehearsal.play import Play

    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        told("", done, len(loaded.steps))

    async with rehearsing(Settings()) as (_, place):
        return await Play(loaded, place, step).run()
