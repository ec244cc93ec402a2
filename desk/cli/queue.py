"""`queue` and `calendar`: what waits for whom, and the days that nobody works."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import typer

from desk.cli.output import AS_JSON, fail, people, say_json, table
from settings import Settings
from states.business_dates import SHANGHAI, business_date
from states.words import STATE_NAMES, Role, State

queue = typer.Typer(no_args_is_help=True, help="待办：按期限排列的队列")
calendar = typer.Typer(no_args_is_help=True, help="工作日历：在公布的节假日之上")


@queue.command("list")
def list_(
    name: str = typer.Argument(
        "", metavar="[QUEUE]", help="待我办理、待复核、即将退出、逾期未选择、到期未办、投递失败、退费失败"
    ),
    role: str = typer.Option("clerk", "--role", help="待我办理：以什么角色"),
    by: str = typer.Option("", "--by", help="待复核：不列本人提出的"),
    centre: str = typer.Option("", "--centre"),
    days: int = typer.Option(30, "--days", min=1, help="即将退出：多少天之内"),
    limit: int = typer.Option(50, "--limit", min=1),
    as_json: bool = AS_JSON,
) -> None:
    """All queues with their nearest deadline, or one of them case by case."""
    from records.case.queues import TITLES
    from records.case.queues import queue as ask
    from services.place import live_to_read

    if role not in [known.value for known in Role if known is not Role.CALENDAR]:
        fail(f"没有角色“{role}”", code=2, as_json=as_json, error="InvalidField")
    known = {**{title: slug for slug, title in TITLES.items()}, **{slug: slug for slug in TITLES}}
    if name and name not in known:
        fail(f"没有队列“{name}”（可用：{'、'.join(TITLES.values())}）", code=2, as_json=as_json, error="UnknownQueue")
    asked = {
        "today": business_date(datetime.now(SHANGHAI)),
        "role": Role(role),
        "by": by,
        "centre": centre,
        "days": days,
    }
    with live_to_read(Settings()).reading() as connection:
        if name:
            found = ask(connection, known[name], limit=limit, **asked)  # type: ignore[arg-type]
        else:
            found = {"queues": [_summary(ask(connection, slug, limit=0, **asked)) for slug in TITLES]}  # type: ignore[arg-type]
    if as_json:
        say_json(found)
    elif name:
        _show(found)
    else:
        table("待办", ("队列", "件数", "最近期限"), [(q["title"], q["count"], q["nearest"]) for q in found["queues"]])


def _summary(found: dict[str, Any]) -> dict[str, Any]:
    return {"name": found["queue"], "title": found["title"], "count": found["count"], "nearest": found["nearest"]}


def _show(found: dict[str, Any]) -> None:
    columns = ("案件", "姓名", "状态", "职业", "等级", "中心", "待复核", "期限")
    rows = [
        (
            c["id"],
            c["name"],
            STATE_NAMES[State(c["state"])],
            *(c[k] for k in ("occupation", "level", "centre", "pending", "due")),
        )
        for c in found["cases"]
    ]
    table(f"{found['title']}（共 {found['count']} 件）", columns, rows)


@calendar.command("list")
def list_days(as_json: bool = AS_JSON) -> None:
    """The office's own entries."""
    from records.office.world import holidays
    from services.place import live_to_read

    with live_to_read(Settings()).reading() as connection:
        rows = holidays(connection)
    if as_json:
        say_json(rows)
    else:
        table("工作日历", ("日期", "", "名称", "录入", "时间"), [_entry(row) for row in rows])


def _entry(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["day"], "上班" if row["workday"] else "放假", row["name"], row["by"], row["at"]


@calendar.command("set")
def set_day(
    day: str,
    workday: bool = typer.Option(..., "--workday/--holiday", help="上班，或放假"),
    name: str = typer.Option("", "--name", help="例如 春节、春节调休"),
    by: str = typer.Option("管理员", "--by"),
    as_json: bool = AS_JSON,
) -> None:
    """Says of a day whether it is worked; deadlines mind it where the policy workday_deadlines is on."""
    from records.office.world import set_holiday
    from services.place import live_database

    on = _day(day, as_json)
    with live_database(Settings()).writing() as connection:
        set_holiday(connection, day=on, workday=workday, name=name, by=by, at=datetime.now(SHANGHAI))
    _said({"day": on.isoformat(), "workday": workday, "name": name}, f"{on} {'上班' if workday else '放假'}", as_json)


@calendar.command("clear")
def clear_day(day: str, as_json: bool = AS_JSON) -> None:
    """Leaves a day to the published calendar again."""
    from records.office.world import clear_holiday
    from services.place import live_database

    on = _day(day, as_json)
    with live_database(Settings()).writing() as connection:
        cleared = clear_holiday(connection, on)
    if not cleared:
        fail(f"{on} 没有录入", as_json=as_json, error="UnknownDay")
    _said({"day": on.isoformat(), "cleared": True}, f"{on} 按公布的安排", as_json)


def _day(day: str, as_json: bool) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        fail(f"日期“{day}”应写作 2027-02-06", code=2, as_json=as_json, error="BadDate")


def _said(found: dict[str, Any], sentence: str, as_json: bool) -> None:
    if as_json:
        say_json(found)
    else:
        people.print(sentence)
