"""`rehearse`: the exit day beforehand, and afterwards what was foretold against what happened."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import typer

from desk.cli.output import AS_JSON, fail, people, say_json, table
from settings import Settings
from states.business_dates import SHANGHAI


def rehearse(
    on: str = typer.Option("", "--on", metavar="DATE", help="哪一天，写作 2020-12-31"),
    compare: bool = typer.Option(False, "--compare", help="退出日之后：与最近一次预演逐案核对"),
    as_json: bool = AS_JSON,
) -> None:
    """预演退出日对在办案件的影响，不动任何案件；或在其后核对是否如此。"""
    if not on and not compare:
        fail("请用 --on 写明哪一天，或用 --compare 核对", code=2, as_json=as_json, error="NoDate")
    try:
        day = date.fromisoformat(on) if on else None
    except ValueError:
        fail(f"日期“{on}”应写作 2020-12-31", code=2, as_json=as_json, error="BadDate")
    if compare:
        _compare(day, as_json)
    elif day is not None:
        _foretell(day, as_json)


def _foretell(day: date, as_json: bool) -> None:
    from services.forecasting import foretell
    from services.place import live_database

    found = foretell(live_database(Settings()), day, datetime.now(SHANGHAI))
    if as_json:
        say_json(found)
        return
    table(f"{day} 将发生", ("事项", "件数"), list(found["outcomes"].items()))
    table("将出具的文书", ("文书", "份数"), list(found["documents"].items()))
    rows = [(code, *(c.get(key, 0) for key in ("cases", "exits", "letters"))) for code, c in found["centres"].items()]
    table("各鉴定中心", ("中心", "件数", "退出", "文书"), rows)
    people.print(f"如全部选择退费，应退 {found['refund_liability_fen'] / 100:.2f} 元；事后可用 --compare 逐案核对")


def _compare(day: date | None, as_json: bool) -> None:
    from services.forecasting import against_forecast
    from services.place import live_to_read

    found = against_forecast(live_to_read(Settings()), day)
    if found is None:
        fail("没有可核对的预演；请先用 --on 预演", as_json=as_json, error="NoForecast")
    if as_json:
        say_json(found)
    else:
        _show(found)
    if found["unexplained"] or found["outstanding"]:
        raise typer.Exit(1)


def _show(found: dict[str, Any]) -> None:
    people.print(
        f"{found['on']} 的预演（{found['forecast_at']}）：{found['cases']} 件 = 相符 {found['as_forecast']} "
        f"+ 期间有变 {found['changed']} + 尚未发生 {found['outstanding']} + 不明 {found['unexplained']}"
    )
    for title, totals in (("事项", found["triggers"]), ("文书", found["letters"])):
        names = sorted({*totals["foretold"], *totals["found"]})
        rows = [(name or "—", totals["foretold"].get(name, 0), totals["found"].get(name, 0)) for name in names]
        table(title, (title, "预计", "实际"), rows)
    if found["differences"]:
        columns = ("案件", "预计", "实际", "说明")
        table("差异", columns, [list(one.values()) for one in found["differences"][:200]])
