"""`centre`: the register of appraisal centres."""

from __future__ import annotations

from typing import Any

import msgspec
import typer

from desk.cli.acting import act, told
from desk.cli.output import AS_JSON, fail, say_json, table
from desk.cli.signed import signed
from services.centres import centre_of, list_centres
from services.place import live_to_read
from settings import Settings
from states.office.commands import AddCentre, ChangeCentre, CloseCentre
from states.reference.centres import COLUMN_NAMES

app = typer.Typer(no_args_is_help=True, help="鉴定中心：登记、变更、关闭")

_CODE = typer.Argument(..., metavar="CODE", help="六位行政区划代码")
_KNOWN = "、".join(f"{key}（{name}）" for key, name in COLUMN_NAMES.items())
_PAIRS = typer.Argument(None, metavar="KEY=VALUE…", help=_KNOWN)
_REASON = typer.Option("", "--reason", help="依据，记入机构台账")


@app.command("list")
def list_(as_json: bool = AS_JSON) -> None:
    """全部鉴定中心，含已关闭的。"""
    found = list_centres(live_to_read(Settings()))
    if as_json:
        say_json([msgspec.to_builtins(one) for one in found])
        return
    rows = [(one.code, one.name, one.short, one.phone, one.closed_on or "", one.successor) for one in found]
    table("鉴定中心", ("代码", "名称", "简称", "电话", "关闭于", "接收"), rows)


@app.command()
def show(code: str = _CODE, as_json: bool = AS_JSON) -> None:
    """一个鉴定中心的登记。"""
    found: dict[str, Any] = msgspec.to_builtins(centre_of(live_to_read(Settings()), code))
    if as_json:
        say_json(found)
    else:
        table(code, ("项目", "值"), [(COLUMN_NAMES.get(key, key), value) for key, value in found.items()])


@app.command()
def add(code: str = _CODE, pairs: list[str] = _PAIRS, reason: str = _REASON, as_json: bool = AS_JSON) -> None:
    """登记一个鉴定中心。"""
    command = AddCentre(code=code, columns=_columns(pairs, as_json), reason=reason)
    told(act(signed(Settings()), command), as_json, f"鉴定中心 {code} 已登记")


@app.command()
def change(code: str = _CODE, pairs: list[str] = _PAIRS, reason: str = _REASON, as_json: bool = AS_JSON) -> None:
    """变更一个鉴定中心的资料；此前出具的文书和证书不变。"""
    command = ChangeCentre(code=code, columns=_columns(pairs, as_json), reason=reason)
    told(act(signed(Settings()), command), as_json, f"鉴定中心 {code} 已变更")


@app.command()
def close(
    code: str = _CODE,
    successor: str = typer.Option("", "--successor", help="接收其在办案件的鉴定中心"),
    reason: str = _REASON,
    as_json: bool = AS_JSON,
) -> None:
    """关闭一个鉴定中心：不再受理新案件；在办案件另以 transfer_centre 移交。"""
    command = CloseCentre(code=code, successor=successor, reason=reason)
    told(act(signed(Settings()), command), as_json, f"鉴定中心 {code} 已关闭")


def _columns(pairs: list[str] | None, as_json: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    keys = {**{name: key for key, name in COLUMN_NAMES.items()}, **{key: key for key in COLUMN_NAMES}}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not equals or name not in keys:
            known = "、".join(COLUMN_NAMES)
            fail(f"“{pair}”应写作 项目=值（可用：{known}）", code=2, as_json=as_json, error="InvalidField")
        found[keys[name]] = value
    return found
