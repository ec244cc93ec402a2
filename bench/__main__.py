"""`./run bench`: the side-by-side measurements."""

from __future__ import annotations

from typing import Any

import typer

from bench.measuring import PARTS, UNASKED, measure
from bench.stage import QUICK, Sizes
from desk.cli.output import AS_JSON, aside, fail, people, say_json, table
from engine.loop import run as run_loop


def bench(
    only: str = typer.Option("", "--only", help="只测这几项，逗号分隔：lifecycle,exit_day,letters,import,torture…"),
    rounds: int = typer.Option(5, "--rounds", min=1, help="每一方测几轮，取中位数"),
    quick: bool = typer.Option(False, "--quick", help="只试跑，数字不作数"),
    kills: int = typer.Option(200, "--kills", min=1, help="torture：强杀多少次"),
    full: bool = typer.Option(False, "--full", help="另测 5,000 与 20,000 件的退出日，并中途强杀（约一小时）"),
    peers: bool = typer.Option(True, "--peers/--no-peers", help="是否与 WeasyPrint、DBOS 对比"),
    as_json: bool = AS_JSON,
) -> None:
    """Measures ours against what it stands on, in one run, in turns; rates per second and their ratios."""
    parts = only.split(",") if only else [part for part in PARTS if part not in UNASKED]
    if unknown := set(parts) - set(PARTS):
        fail(f"没有测量项 {'、'.join(sorted(unknown))}（可用：{'、'.join(PARTS)}）", code=2, as_json=as_json)
    sizes = QUICK if quick else Sizes(rounds=rounds, kills=kills)
    found = run_loop(measure(parts, sizes, aside.print, full=full, peers=peers))
    if as_json:
        say_json(found)
    else:
        _show(found)
    if found.get("torture", {}).get("wrong"):
        raise typer.Exit(1)


def _show(found: dict[str, Any]) -> None:
    people.print("  ".join(f"{name} {value}" for name, value in found.pop("machine").items()))
    for part, figures in found.items():
        table(part, ("项目", "数值"), list(figures.items()))


if __name__ == "__main__":
    typer.run(bench)
