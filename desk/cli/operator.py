"""`operator`: the register of people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import typer

from desk.cli.acting import act, told, told_waiting
from desk.cli.kept import keep
from desk.cli.output import AS_JSON, fail, people, say_json, table
from desk.cli.second_factor import second_factor
from desk.cli.signed import PASSWORD_STDIN, Signed, ask_password, here, signed, signed_to_read, with_what
from desk.cli.token import token
from services.acting.doing import Private
from services.acts import Waiting
from services.people import find_person, initialise, list_people, open_register
from services.place import live_database
from services.sessions import own_sessions, revoke
from settings import Settings
from states.business_dates import SHANGHAI
from states.office import commands as c
from states.office.people import ACCOUNT_STATE_NAMES, STAFF_ROLES, Account
from states.words import ROLE_NAMES, Role

app = typer.Typer(no_args_is_help=True, help="人员：登记、角色、中心范围、锁定、离职、口令")
app.command("second-factor")(second_factor)
app.add_typer(token, name="token")

_REASON = typer.Option("", "--reason", help="原因，记入机构台账")
_STAFF_NUMBER = typer.Option("", "--staff-number", help="工号")
_NAME = typer.Argument(..., metavar="NAME", help="姓名")
_ROLE_WORDS = {word: role for role in STAFF_ROLES for word in (role.value, ROLE_NAMES[role])}


@app.command()
def init(
    name: str = _NAME,
    staff_number: str = _STAFF_NUMBER,
    password_stdin: bool = PASSWORD_STDIN,
    second_factor: bool = typer.Option(
        True, "--second-factor/--no-second-factor", help="复核、财务、管理员登录是否须用动态码（政策，记入台账）"
    ),
    as_json: bool = AS_JSON,
) -> None:
    """登记第一名管理员并登录；仅在尚无任何人员时可用。"""
    settings, now = Settings(), datetime.now(SHANGHAI)
    database = live_database(settings)
    password = ask_password(stdin=password_stdin, as_json=as_json, twice=True)
    account = initialise(settings, database, name=name, password=password, now=now, staff_number=staff_number)
    from services.signing_in import sign_in

    register = open_register(settings, database)
    session = sign_in(register, account.name, password, address=here(), client=with_what(), now=now)
    keep(settings, account.name, session.token)
    if not second_factor:
        switched_off = c.SetSignIn(changes={"second_factor": ""}, reason="初始化时选择不用动态码")
        act(Signed(register, session.actor, session.token, now), switched_off)
    _say(account, f"已登记管理员 {account.name} 并登录", as_json)


@app.command()
def add(
    name: str = _NAME,
    role: list[str] = typer.Option([], "--role", help="角色，可重复或以逗号分隔：经办、复核、财务、督导、管理员"),
    centre: list[str] = typer.Option([], "--centre", help="中心代码，可重复或以逗号分隔"),
    all_centres: bool = typer.Option(False, "--all-centres", help="全部中心"),
    staff_number: str = _STAFF_NUMBER,
    password_stdin: bool = PASSWORD_STDIN,
    reason: str = _REASON,
    as_json: bool = AS_JSON,
) -> None:
    """添加人员；角色另行授予，已有两名管理员后授予角色须由另一名管理员复核。"""
    roles, centres = _roles(role, as_json), _parts(centre)
    now = signed(Settings())
    password = ask_password(stdin=password_stdin, as_json=as_json, twice=True)
    reach = None if all_centres else tuple(centres)
    command = c.AddOperator(name=name, staff_number=staff_number, centres=reach, reason=reason)
    added: Any = act(now, command, Private(password=password))
    account: Account = added.result
    if not roles:
        _say(account, f"已添加 {account.name}，尚无角色", as_json)
        return
    given: Any = act(now, c.GiveRoles(account=account.id, roles=roles, reason=reason))
    if isinstance(given, Waiting):
        told_waiting(given, as_json)
        return
    _say(given.result, f"已添加 {_sentence(given.result)}", as_json)


@app.command("list")
def list_(as_json: bool = AS_JSON) -> None:
    """全部人员。"""
    found = list_people(signed_to_read(Settings()).register)
    if as_json:
        say_json([_shape(account) for account in found])
        return
    rows = [
        (
            a.name,
            a.staff_number,
            _named(a),
            _reach(a),
            ACCOUNT_STATE_NAMES[a.state],
            "已设置" if a.second_factor else "",
        )
        for a in found
    ]
    table("人员", ("姓名", "工号", "角色", "中心", "状态", "动态码"), rows)


@app.command()
def show(name: str = _NAME, as_json: bool = AS_JSON) -> None:
    """一名人员的登记。"""
    account = find_person(signed_to_read(Settings()).register, name)
    if as_json:
        say_json(_shape(account))
    else:
        table(account.name, ("项目", "值"), [(key, value) for key, value in _shape(account).items()])


@app.command("roles")
def roles_(
    name: str = _NAME,
    roles: list[str] = typer.Argument(None, metavar="ROLE…", help="经办、复核、财务、督导、管理员；不写即撤去全部角色"),
    reason: str = _REASON,
    as_json: bool = AS_JSON,
) -> None:
    """授予一名人员恰好这些角色。"""
    now = signed(Settings())
    command = c.GiveRoles(account=_id(now, name), roles=_roles(roles or [], as_json), reason=reason)
    told(act(now, command), as_json, f"{name} 的角色已更新")


@app.command()
def centres(
    name: str = _NAME,
    codes: list[str] = typer.Argument(None, metavar="CENTRE…", help="中心代码；all 为全部中心；不写即撤去全部"),
    reason: str = _REASON,
    as_json: bool = AS_JSON,
) -> None:
    """设定一名人员可及的中心。"""
    now, chosen = signed(Settings()), _parts(codes or [])
    reach = None if chosen == ["all"] else tuple(chosen)
    told(
        act(now, c.SetCentres(account=_id(now, name), centres=reach, reason=reason)),
        as_json,
        f"{name} 的中心范围已更新",
    )


@app.command()
def lock(name: str = _NAME, reason: str = _REASON, as_json: bool = AS_JSON) -> None:
    """锁定：立即结束其全部登录，直到解锁。"""
    now = signed(Settings())
    told(act(now, c.LockOperator(account=_id(now, name), reason=reason)), as_json, f"{name} 已锁定")


@app.command()
def unlock(name: str = _NAME, reason: str = _REASON, as_json: bool = AS_JSON) -> None:
    """解锁。"""
    now = signed(Settings())
    told(act(now, c.UnlockOperator(account=_id(now, name), reason=reason)), as_json, f"{name} 已解锁")


@app.command()
def leave(name: str = _NAME, reason: str = _REASON, as_json: bool = AS_JSON) -> None:
    """登记离职：账户留存备查，不再能办理任何事项。"""
    now = signed(Settings())
    told(act(now, c.LeaveOperator(account=_id(now, name), reason=reason)), as_json, f"{name} 已登记离职")


@app.command()
def reset(
    name: str = _NAME, password_stdin: bool = PASSWORD_STDIN, reason: str = _REASON, as_json: bool = AS_JSON
) -> None:
    """重置口令和动态码，并结束其全部登录；已有两名管理员后须由另一名管理员复核。"""
    now = signed(Settings())
    account = _id(now, name)
    password = ask_password(stdin=password_stdin, as_json=as_json, twice=True)
    found = act(now, c.ResetOperator(account=account, reason=reason), Private(password=password))
    told(found, as_json, f"{name} 的口令已重置")


@app.command()
def password(password_stdin: bool = PASSWORD_STDIN, as_json: bool = AS_JSON) -> None:
    """修改本人口令（--password-stdin 时：第一行原口令，第二行新口令）。"""
    now = signed(Settings())
    old = ask_password(stdin=password_stdin, as_json=as_json)
    new = ask_password(stdin=password_stdin, as_json=as_json, twice=True)
    told(act(now, c.ChangePassword(), Private(password=old, new_password=new)), as_json, "口令已修改")


@app.command()
def sessions(as_json: bool = AS_JSON) -> None:
    """本人的有效登录：何时、从何处。"""
    now = signed_to_read(Settings())
    found = own_sessions(now.register, now.actor)
    if as_json:
        names = ("id", "created_at", "seen_at", "address", "client")
        own = now.actor.session
        say_json([{name: getattr(one, name) for name in names} | {"here": one.id == own} for one in found])
        return
    rows = [
        (one.id, one.created_at, one.seen_at, one.address, one.client, "本次" if one.id == now.actor.session else "")
        for one in found
    ]
    table("本人的登录", ("编号", "登录于", "最近使用", "从何处", "用什么", ""), rows)


@app.command("end-session")
def end_session(
    id_: str = typer.Argument("", metavar="[ID]", help="编号，见 operator sessions；不写即结束本次以外的全部"),
    as_json: bool = AS_JSON,
) -> None:
    """结束本人的一个其他登录，或其他全部登录。"""
    now = signed(Settings())
    ended = revoke(now.register, now.actor, now.now, session=id_)
    if as_json:
        say_json({"ended": ended})
    else:
        people.print(f"已结束 {ended} 个登录")


@app.command("end-sessions")
def end_sessions(name: str = _NAME, reason: str = _REASON, as_json: bool = AS_JSON) -> None:
    """结束一名人员的全部登录。"""
    now = signed(Settings())
    told(act(now, c.EndSessions(account=_id(now, name), reason=reason)), as_json, f"{name} 的登录已全部结束")


def _id(now: Signed, name: str) -> str:
    """The account of this name; also one whose seal is broken, which only a reset mends."""
    from services.people import account_id

    return account_id(now.register, name)


def _roles(words: list[str], as_json: bool) -> tuple[Role, ...]:
    parts = _parts(words)
    if unknown := [part for part in parts if part not in _ROLE_WORDS]:
        known = "、".join(ROLE_NAMES[role] for role in STAFF_ROLES)
        fail(f"没有角色“{'、'.join(unknown)}”（可用：{known}）", code=2, as_json=as_json, error="UnknownRole")
    return tuple(dict.fromkeys(_ROLE_WORDS[part] for part in parts))


def _parts(words: list[str]) -> list[str]:
    return [part for word in words for part in word.replace("，", ",").replace("、", ",").split(",") if part]


def _shape(account: Account) -> dict[str, Any]:
    return {
        "account": account.id,
        "name": account.name,
        "staff_number": account.staff_number,
        "roles": sorted(account.roles),
        "centres": None if account.centres is None else sorted(account.centres),
        "state": account.state.value,
        "second_factor": account.second_factor,
        "created_at": account.created_at,
        "created_by": account.created_by,
        "changed_at": account.changed_at,
        "changed_by": account.changed_by,
    }


def _named(account: Account) -> str:
    return "、".join(ROLE_NAMES[role] for role in STAFF_ROLES if role in account.roles)


def _reach(account: Account) -> str:
    return "全部" if account.centres is None else "、".join(sorted(account.centres))


def _sentence(account: Account) -> str:
    return f"{account.name}（{_named(account) or '尚无角色'}；中心：{_reach(account) or '无'}）"


def _say(account: Account, sentence: str, as_json: bool) -> None:
    if as_json:
        say_json(_shape(account))
    else:
        people.print(sentence, markup=False)
