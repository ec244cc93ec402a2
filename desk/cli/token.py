"""`operator token`: service tokens, which programs show in JIANDING_TOKEN."""

from __future__ import annotations

from typing import Any

import typer

from desk.cli.acting import act, told
from desk.cli.output import AS_JSON, aside, fail, people, say_json, table
from desk.cli.signed import signed, signed_to_read
from services.people import list_people
from services.service_tokens import list_tokens
from settings import Settings
from states.office import commands as c
from states.office.people import SCOPE_NAMES, Scope
from states.words import Role

_SCOPES = "、".join(f"{scope.value}（{SCOPE_NAMES[scope]}）" for scope in Scope)
token = typer.Typer(no_args_is_help=True, help="服务令牌：供程序使用（环境变量 JIANDING_TOKEN）")


@token.command()
def create(
    name: str = typer.Argument(..., help="用途，例如 夜间打印"),
    scope: list[str] = typer.Option(..., "--scope", help=_SCOPES),
    centre: list[str] = typer.Option([], "--centre", help="只限这些中心；缺省同本人"),
    days: int = typer.Option(90, "--days", min=1, help="有效天数"),
    as_json: bool = AS_JSON,
) -> None:
    """签发代表本人的服务令牌；令牌只显示这一次。不能用于须重新验证身份的事项。"""
    words = [part for word in scope for part in word.split(",") if part]
    if unknown := [word for word in words if word not in [one.value for one in Scope]]:
        fail(f"没有范围“{'、'.join(unknown)}”", code=2, as_json=as_json, error="UnknownScope")
    command = c.CreateToken(
        name=name, scopes=tuple(Scope(word) for word in words), days=days, centres=tuple(centre) or None
    )
    found: Any = act(signed(Settings()), command)
    made = found.result
    if as_json:
        say_json({"id": made.id, "token": made.token, "expires_at": made.expires_at})
        return
    aside.print(f"令牌 {made.id}，{made.expires_at[:10]} 到期；只显示这一次：", markup=False)
    people.print(made.token, markup=False, soft_wrap=True)


@token.command("list")
def list_(as_json: bool = AS_JSON) -> None:
    """服务令牌：本人的；管理员可见全部。"""
    now = signed_to_read(Settings())
    names = {account.id: account.name for account in list_people(now.register)}
    everybody = Role.ADMINISTRATOR in now.actor.roles
    found = [one for one in list_tokens(now.register) if everybody or one.account_id == now.actor.account]
    rows = [
        {
            "id": one.id, "name": one.name, "owner": names.get(one.account_id, ""), "scopes": one.scopes.split(","),
            "centres": one.centres.split(",") if one.centres else None, "expires_at": one.expires_at,
            "revoked_at": one.revoked_at, "used_at": one.used_at or None,
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = ("编号", "用途", "所有人", "范围", "到期", "撤销", "最近使用")
    keys = ("id", "name", "owner", "scopes", "expires_at", "revoked_at", "used_at")
    table("服务令牌", columns, [[_cell(row[key]) for key in keys] for row in rows])


def _cell(value: Any) -> Any:
    return "、".join(value) if isinstance(value, list) else value


@token.command()
def revoke(
    id_: str = typer.Argument(..., metavar="ID", help="令牌编号，见 operator token list"), as_json: bool = AS_JSON
) -> None:
    """撤销服务令牌，立即失效。"""
    told(act(signed(Settings()), c.RevokeToken(token=id_)), as_json, f"令牌 {id_} 已撤销")
