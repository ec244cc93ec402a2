"""`policy` and `hold`: what an office sets for itself, and a supervisor's hold on issuing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import typer

from desk.cli.output import AS_JSON, fail, people, say_json, table
from settings import Settings
from states.business_dates import SHANGHAI
from states.policies import Policies

policy = typer.Typer(no_args_is_help=True, help="政策：选择期限、提醒、默认结果等")
hold = typer.Typer(no_args_is_help=True, help="督导暂缓发证（80号·四）")


@policy.command()
def show(as_json: bool = AS_JSON) -> None:
    """The policies in force."""
    from records.office.world import policies
    from services.place import live_to_read

    with live_to_read(Settings()).reading() as connection:
        _shown(policies(connection), as_json)


@policy.command("set")
def set_(pairs: list[str] = typer.Argument(..., metavar="KEY=VALUE…"), as_json: bool = AS_JSON) -> None:
    """Puts policies in force for every command from now on, e.g. `policy set choice_days=45 reminders=7,1`."""
    from records.office.world import policies, set_policies
    from services.place import live_database

    with live_database(Settings()).writing() as connection:
        values = _plain(policies(connection))
        for pair in pairs:
            key, equals, value = pair.partition("=")
            if not equals or key not in values:
                fail(
                    f"“{pair}”应写作 项目=值（可用：{'、'.join(values)}）",
                    code=2,
                    as_json=as_json,
                    error="UnknownPolicy",
                )
            values[key] = [part for part in value.split(",") if part] if isinstance(values[key], list) else value
        try:
            chosen = msgspec.convert(values, Policies, strict=False)
        except (msgspec.ValidationError, ValueError) as wrong:
            fail(f"政策不合理：{wrong}", code=2, as_json=as_json, error="BadPolicy")
        set_policies(connection, chosen)
    _shown(chosen, as_json)


def _plain(found: Policies) -> dict[str, Any]:
    values = {name: msgspec.to_builtins(getattr(found, name)) for name in Policies.__struct_fields__}
    values.pop("exceptions")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _shown(found: Policies, as_json: bool) -> None:
    if as_json:
        say_json(_plain(found))
    else:
        table("政策", ("项目", "值"), list(_plain(found).items()))


@hold.command()
def place(
    scope: str = typer.Argument(..., help="centre、occupation 或 case"),
    value: str = typer.Argument(..., help="中心代码、职业名称或案件编号"),
    reason: str = typer.Option(..., "--reason"),
    by: str = typer.Option(..., "--by"),
    as_json: bool = AS_JSON,
) -> None:
    """Holds the issuing of certificates."""
    from records.office.world import place_hold
    from services.place import live_database

    if scope not in ("centre", "occupation", "case"):
        fail(f"没有范围“{scope}”（可用：centre、occupation、case）", code=2, as_json=as_json, error="UnknownScope")
    with live_database(Settings()).writing() as connection:
        place_hold(connection, scope=scope, value=value, reason=reason, by=by, at=datetime.now(SHANGHAI))
    _said({"scope": scope, "value": value, "reason": reason}, f"{value} 已暂缓发证", as_json)


@hold.command()
def release(scope: str, value: str, by: str = typer.Option(..., "--by"), as_json: bool = AS_JSON) -> None:
    """Releases the holds on a centre, an occupation or a case."""
    from records.office.world import release_hold
    from services.place import live_database

    with live_database(Settings()).writing() as connection:
        released = release_hold(connection, scope=scope, value=value, by=by, at=datetime.now(SHANGHAI))
    if not released:
        fail(f"{value} 没有暂缓", as_json=as_json, error="NoHold")
    _said({"scope": scope, "value": value, "released": released}, f"{value} 已解除暂缓", as_json)


@hold.command("list")
def list_(as_json: bool = AS_JSON) -> None:
    """The holds that nobody has released."""
    from records.office.world import active_holds
    from services.place import live_to_read

    with live_to_read(Settings()).reading() as connection:
        rows = [
            {"scope": scope, "value": value, "reason": why} for (scope, value), why in active_holds(connection).items()
        ]
    if as_json:
        say_json(rows)
    else:
        table("暂缓发证", ("范围", "对象", "原因"), [list(row.values()) for row in rows])


def _said(found: dict[str, Any], sentence: str, as_json: bool) -> None:
    if as_json:
        say_json(found)
    else:
        people.print(sentence)
