"""`login`, `logout`, `whoami`: who acts at this terminal."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import typer

from desk.cli.kept import forget, keep, kept
from desk.cli.output import AS_JSON, aside, people, say_json
from desk.cli.signed import PASSWORD_STDIN, ask_password, here, signed, token_of, with_what
from desk.cli.whose import chosen
from services.people import StaffRegister, open_register
from services.place import live_database
from services.sessions import sign_out, terms
from settings import Settings
from states.business_dates import SHANGHAI
from states.office.people import Actor
from states.office.refusals import NotSignedIn, SecondFactorNeeded
from states.words import ROLE_NAMES

_CODE = typer.Option("", "--code", help="动态码（六位）；已设置动态码的账户须提供")


def login(
    name: str = typer.Argument(..., metavar="NAME", help="姓名"),
    password_stdin: bool = PASSWORD_STDIN,
    code: str = _CODE,
    as_json: bool = AS_JSON,
) -> None:
    """登录；再次登录即重新验证身份。会话保存在本终端用户自己的配置目录（0600）。"""
    settings = Settings()
    register = open_register(settings, live_database(settings))
    password = ask_password(stdin=password_stdin, as_json=as_json)
    session = _sign_in(register, name, password, code)
    if old := token_of(kept(settings), session.actor.name):
        sign_out(register, old, datetime.now(SHANGHAI))
    keep(settings, session.actor.name, session.token)
    if session.must_enrol and sys.stdin.isatty() and not as_json:
        from desk.cli.second_factor import enrol_here

        enrol_here(register, session.actor)
    shown = {**_shown(session.actor), "ends_at": session.ends_at.isoformat(), "must_enrol": session.must_enrol}
    _said(shown, f"已登录：{_sentence(session.actor)}", as_json)
    if session.must_enrol and not sys.stdin.isatty():
        aside.print("该账户的角色须用动态码，请先设置：./run operator second-factor", markup=False, soft_wrap=True)


def _sign_in(register: StaffRegister, name: str, password: str, code: str) -> Any:
    from services.signing_in import sign_in

    address, client = here(), with_what()
    try:
        return sign_in(register, name, password, code, address=address, client=client, now=datetime.now(SHANGHAI))
    except SecondFactorNeeded:
        if code or not sys.stdin.isatty():
            raise
    code = typer.prompt("动态码", err=True)
    return sign_in(register, name, password, code, address=address, client=client, now=datetime.now(SHANGHAI))


def logout(
    everyone: bool = typer.Option(False, "--all", help="本终端保存的所有会话"),
    as_json: bool = AS_JSON,
) -> None:
    """退出登录：会话立即失效，本终端不再保存。"""
    settings = Settings()
    held = kept(settings)
    names = list(held.tokens) if everyone else [chosen.get() or held.current]
    known = {name: token for name in names if (token := token_of(held, name))}
    if not known:
        raise NotSignedIn
    register = open_register(settings, live_database(settings))
    for name, token in known.items():
        sign_out(register, token, datetime.now(SHANGHAI))
        forget(settings, name)
    _said({"signed_out": list(known)}, f"已退出：{'、'.join(known)}", as_json)


def whoami(as_json: bool = AS_JSON) -> None:
    """当前以谁的身份办理，范围和有效期；本终端还保存了谁的会话。"""
    settings = Settings()
    now = signed(settings, enrolling=True)
    shown = _shown(now.actor) | {
        "authenticated_at": now.actor.authenticated_at.isoformat() if now.actor.authenticated_at else None,
        "idle_minutes": terms(now.register).idle_minutes,
        "kept": sorted(kept(settings).tokens),
    }
    _said(shown, _sentence(now.actor), as_json)


def _shown(actor: Actor) -> dict[str, Any]:
    return {
        "account": actor.account,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "centres": None if actor.centres is None else sorted(actor.centres),
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
    }


def _sentence(actor: Actor) -> str:
    roles = "、".join(ROLE_NAMES[role] for role in sorted(actor.roles)) or "尚无角色"
    centres = "全部中心" if actor.centres is None else "、".join(sorted(actor.centres)) or "尚无中心"
    return f"{actor.name}（{roles}；{centres}）"


def _said(found: dict[str, Any], sentence: str, as_json: bool) -> None:
    if as_json:
        say_json(found)
    else:
        people.print(sentence, markup=False)
