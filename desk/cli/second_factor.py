"""`operator second-factor`: one's own authenticator, at the terminal or for a script in two steps."""

from __future__ import annotations

import io
import sys
from datetime import datetime

import typer

from desk.cli.output import AS_JSON, aside, fail, people, say_json
from desk.cli.signed import signed
from services.acting.doing import Private
from services.acts import perform
from services.people import StaffRegister
from services.second_factor import begin_enrolment
from settings import Settings
from states.business_dates import SHANGHAI
from states.office.commands import EnrolSecondFactor
from states.office.people import Actor


def second_factor(
    ticket: str = typer.Option("", "--ticket", help="第二步：第一步得到的 ticket"),
    code: str = typer.Option("", "--code", help="第二步：验证器显示的六位动态码"),
    as_json: bool = AS_JSON,
) -> None:
    """设置本人的动态码（验证器 App，RFC 6238）；脚本分两步：先取密钥和 ticket，再以动态码确认。"""
    now = signed(Settings(), enrolling=True)
    if ticket:
        perform(now.register, now.actor, EnrolSecondFactor(), now.now, Private(ticket=ticket, code=code))
        _said(as_json)
    elif as_json:
        begun = begin_enrolment(now.register, now.actor)
        say_json({"secret": begun.secret, "uri": begun.uri, "ticket": begun.ticket})
    elif sys.stdin.isatty():
        enrol_here(now.register, now.actor)
    else:
        fail("没有终端可显示二维码；脚本请加 --json 取得密钥", code=2, error="NoTerminal")


def enrol_here(register: StaffRegister, actor: Actor) -> None:
    """Shows the secret as a QR code, and asks for a code made from it until one fits."""
    import segno

    begun, picture = begin_enrolment(register, actor), io.StringIO()
    segno.make(begun.uri).terminal(picture, compact=True)
    aside.print(f"请用验证器 App 扫描（或手工录入密钥 {begun.secret}）：", markup=False)
    aside.out(picture.getvalue(), highlight=False)
    code = typer.prompt("验证器显示的动态码", err=True)
    perform(register, actor, EnrolSecondFactor(), datetime.now(SHANGHAI), Private(ticket=begun.ticket, code=code))
    _said(as_json=False)


def _said(as_json: bool) -> None:
    if as_json:
        say_json({"second_factor": True})
    else:
        people.print("动态码已设置；以后登录须一并提供")
