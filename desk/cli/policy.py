"""`policy` and `hold`: what an office sets for itself, and a supervisor's hold on issuing."""

from __future__ import annotations

from typing import Any, cast, get_args

import typer

from desk.cli.acting import act, told, told_waiting
from desk.cli.output import AS_JSON, fail, say_json, table
from desk.cli.signed import signed
from services.acts import Waiting
from services.place import live_to_read
from services.policies import changing, in_force
from settings import Settings
from states.office.commands import HoldScope, PlaceHold, ReleaseHold
from states.office.refusals import BadPolicy

policy = typer.Typer(no_args_is_help=True, help="政策：选择期限、提醒、默认结果、登录规定等")
hold = typer.Typer(no_args_is_help=True, help="督导暂缓发证（80号·四）")
_REASON = typer.Option("", "--reason", help="原因，记入机构台账")


@policy.command()
def show(as_json: bool = AS_JSON) -> None:
    """现行政策。"""
    _shown(in_force(live_to_read(Settings())), as_json)


@policy.command("set")
def set_(
    pairs: list[str] = typer.Argument(..., metavar="KEY=VALUE…", help="例如 choice_days=45 reminders=7,1"),
    reason: str = _REASON,
    as_json: bool = AS_JSON,
) -> None:
    """修改政策，对此后的每一项办理生效。"""
    changes = _pairs(pairs, as_json)
    now = signed(Settings())
    try:
        done = [act(now, command) for command in changing(changes, reason)]
    except BadPolicy as wrong:
        fail(wrong.message, code=2, as_json=as_json, error=wrong.name)
    waiting = [one for one in done if isinstance(one, Waiting)]
    if waiting:
        told_waiting(waiting[0], as_json)
    else:
        _shown(in_force(now.database), as_json)


def _pairs(pairs: list[str], as_json: bool) -> dict[str, str]:
    changes: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            fail(f"“{pair}”应写作 项目=值", code=2, as_json=as_json, error="BadPolicy")
        changes[key] = value
    return changes


def _shown(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        say_json(found)
    else:
        table("政策", ("项目", "值"), list(found.items()))


@hold.command()
def place(
    scope: str = typer.Argument(..., help="centre、occupation 或 case"),
    value: str = typer.Argument(..., help="中心代码、职业名称或案件编号"),
    reason: str = typer.Option(..., "--reason", help="为什么暂缓"),
    as_json: bool = AS_JSON,
) -> None:
    """暂缓发证。"""
    command = PlaceHold(scope=_scope(scope, as_json), value=value, reason=reason)
    told(act(signed(Settings()), command), as_json, f"{value} 已暂缓发证", scope=scope, value=value, reason=reason)


@hold.command()
def release(
    scope: str = typer.Argument(..., help="centre、occupation 或 case"),
    value: str = typer.Argument(..., help="中心代码、职业名称或案件编号"),
    reason: str = _REASON,
    as_json: bool = AS_JSON,
) -> None:
    """解除暂缓；有另一名督导时须由其复核。"""
    found = act(signed(Settings()), ReleaseHold(scope=_scope(scope, as_json), value=value, reason=reason))
    released = 0 if isinstance(found, Waiting) else found.result
    told(found, as_json, f"{value} 已解除暂缓", scope=scope, value=value, released=released)


@hold.command("list")
def list_(as_json: bool = AS_JSON) -> None:
    """尚未解除的暂缓。"""
    from services.holds import holds

    rows = [{"scope": one.scope, "value": one.value, "reason": one.reason} for one in holds(live_to_read(Settings()))]
    if as_json:
        say_json(rows)
    else:
        table("暂缓发证", ("范围", "对象", "原因"), [list(row.values()) for row in rows])


def _scope(scope: str, as_json: bool) -> HoldScope:
    if scope not in get_args(HoldScope):
        fail(f"没有范围“{scope}”（可用：centre、occupation、case）", code=2, as_json=as_json, error="UnknownScope")
    return cast(HoldScope, scope)
