"""`rehearse`: the exit day beforehand."""

from __future__ import annotations

from datetime import date

import typer

from desk.output import AS_JSON, fail, people, say_json, table
from engine.settings import Settings


def rehearse(
    on: str = typer.Option(..., "--on", metavar="DATE", help="哪一天，写作 2020-12-31"),
    as_json: bool = AS_JSON,
) -> None:
    """What the exit day will do to the live caseload, without touching it."""
    from desk.rehearsal import rehearse as forecast
    from worker import live_database

    try:
        day = date.fromisoformat(on)
    except ValueError:
        fail(f"日期“{on}”应写作 2020-12-31", code=2, as_json=as_json)
    with live_database(Settings()).reading() as connection:
        found = forecast(connection, day)
    if as_json:
        say_json(found)
        return
    table(f"{day} 将发生", ("事项", "件数"), list(found["outcomes"].items()))
    table("将出具的文书", ("文书", "份数"), list(found["documents"].items()))
    table("各鉴定中心", ("中心", "件数"), list(found["centres"].items()))
    people.print(f"如全部选择退费，应退 {found['refund_liability_fen'] / 100:.2f} 元")
