"""`queue` and `calendar`: what waits for whom, and the days that nobody works."""

from __future__ import annotations

from datetime import date
from typing import Any

import typer

from desk.cli.acting import act, told
from desk.cli.output import AS_JSON, fail, say_json, table
from desk.cli.signed import Signed, signed, signed_to_read
from services.place import live_to_read
from settings import Settings
from states.office.commands import ClearHoliday, SetHoliday
from states.office.people import STAFF_ROLES
from states.words import ROLE_NAMES, STATE_NAMES, Role, State

queue = typer.Typer(no_args_is_help=True, help="待办：按期限排列的队列")
calendar = typer.Typer(no_args_is_help=True, help="工作日历：在公布的节假日之上")


@queue.command("list")
def list_(
    name: str = typer.Argument(
        "", metavar="[QUEUE]", help="待我办理、待复核、即将退出、逾期未选择、到期未办、投递失败、退费失败"
    ),
    role: str = typer.Option("", "--role", help="待我办理：以本人的哪个角色；缺省为第一个"),
    centre: str = typer.Option("", "--centre", help="中心代码"),
    days: int = typer.Option(30, "--days", min=1, help="即将退出：多少天之内"),
    limit: int = typer.Option(50, "--limit", min=1, help="最多列多少件"),
    as_json: bool = AS_JSON,
) -> None:
    """各队列的件数和最近期限，或其中一个的逐件清单；待复核不含本人提出的。"""
    from services.queues import UnknownQueue, all_queues, one_queue

    now = signed_to_read(Settings())
    asked = _role(now, role, as_json), centre, days, now.now
    try:
        found = one_queue(now.database, now.actor, name, *asked, limit) if name else None
    except UnknownQueue as unknown:
        fail(unknown.message, code=2, as_json=as_json, error=unknown.name)
    if found is None:
        _show_all(all_queues(now.database, now.actor, *asked), as_json)
    elif as_json:
        say_json(found)
    else:
        _show(found)


def _role(now: Signed, role: str, as_json: bool) -> Role:
    own = [one for one in STAFF_ROLES if one in now.actor.roles]
    meant = [one for one in own if role in ("", one.value, ROLE_NAMES[one])]
    if not meant:
        mine = "、".join(ROLE_NAMES[one] for one in own) or "无"
        fail(f"没有角色“{role}”（本人的角色：{mine}）", code=2, as_json=as_json, error="InvalidField")
    return meant[0]


def _show_all(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        say_json({"queues": [_summary(one) for one in found]})
    else:
        table("待办", ("队列", "件数", "最近期限"), [(q["title"], q["count"], q["nearest"]) for q in found])


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
    """本机构录入的日子。"""
    from services.queues import own_days

    rows = own_days(live_to_read(Settings()))
    if as_json:
        say_json(rows)
    else:
        table("工作日历", ("日期", "", "名称", "录入", "时间"), [_entry(row) for row in rows])


def _entry(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["day"], "上班" if row["workday"] else "放假", row["name"], row["by"], row["at"]


@calendar.command("set")
def set_day(
    day: str = typer.Argument(..., metavar="DATE", help="写作 2027-02-06"),
    workday: bool = typer.Option(..., "--workday/--holiday", help="上班，或放假"),
    name: str = typer.Option("", "--name", help="例如 春节、春节调休"),
    reason: str = typer.Option("", "--reason", help="依据，记入机构台账"),
    as_json: bool = AS_JSON,
) -> None:
    """录入某日上班或放假，优先于公布的安排；政策 workday_deadlines 开启时影响期限。"""
    on = _day(day, as_json)
    done = act(signed(Settings()), SetHoliday(day=on, workday=workday, name=name, reason=reason))
    said = {"day": on.isoformat(), "workday": workday, "name": name}
    told(done, as_json, f"{on} {'上班' if workday else '放假'}", **said)


@calendar.command("clear")
def clear_day(day: str = typer.Argument(..., metavar="DATE", help="写作 2027-02-06"), as_json: bool = AS_JSON) -> None:
    """删去录入，该日回到公布的安排。"""
    on = _day(day, as_json)
    done = act(signed(Settings()), ClearHoliday(day=on))
    told(done, as_json, f"{on} 按公布的安排", day=on.isoformat(), cleared=True)


def _day(day: str, as_json: bool) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        fail(f"日期“{day}”应写作 2027-02-06", code=2, as_json=as_json, error="BadDate")
