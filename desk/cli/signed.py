"""Who acts at this terminal: the session that `./run login` keeps, the one that --as names, or JIANDING_TOKEN."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from datetime import datetime
from typing import NamedTuple

import typer

from desk.cli.kept import Kept, kept
from desk.cli.output import fail
from desk.cli.whose import chosen
from records.store.database import Database
from services.people import StaffRegister, open_register
from services.place import live_database, live_to_read
from services.sessions import actor_of
from settings import Settings
from states.business_dates import SHANGHAI
from states.office.names import folded
from states.office.people import Actor
from states.office.refusals import NotSignedIn

TOKEN_VARIABLE = "JIANDING_TOKEN"  # noqa: S105  the name of a variable, not a token
PASSWORD_STDIN = typer.Option(False, "--password-stdin", help="口令从标准输入读取（第一行），供脚本使用")


class Signed(NamedTuple):
    """Somebody at work: the register, who they are, by which token, and the moment of this command."""

    register: StaffRegister
    actor: Actor
    token: str
    now: datetime

    @property
    def database(self) -> Database:
        """The live database."""
        return self.register.database


def signed(settings: Settings, *, enrolling: bool = False) -> Signed:
    """Whoever acts here, for a command that changes something. Raises NotSignedIn and what `actor_of` refuses."""
    return _signed(settings, live_database(settings), enrolling=enrolling)


def signed_to_read(settings: Settings) -> Signed:
    """Whoever acts here, for a command that only looks."""
    return _signed(settings, live_to_read(settings), enrolling=False)


def _signed(settings: Settings, database: Database, *, enrolling: bool) -> Signed:
    register, now = open_register(settings, database), datetime.now(SHANGHAI)
    token = token_here(settings)
    return Signed(register, actor_of(register, token, now, enrolling=enrolling), token, now)


def token_here(settings: Settings) -> str:
    """The token that counts for this command. Raises NotSignedIn."""
    name = chosen.get()
    token = "" if name else os.environ.get(TOKEN_VARIABLE, "")
    token = token or token_of(kept(settings), name)
    if not token:
        raise NotSignedIn(name=name)
    return token


def token_of(held: Kept, name: str) -> str:
    """The token kept for `name`, however it is spaced; without a name the current one. Empty if there is none."""
    wanted = folded(name or held.current)
    return next((token for kept_name, token in held.tokens.items() if folded(kept_name) == wanted), "")


def here() -> str:
    """Where this terminal is, for the list of sessions and for counting failures."""
    return f"terminal:{getpass.getuser()}"


def with_what() -> str:
    """With what they come, for the list of sessions."""
    return f"命令行 {socket.gethostname()}"


def ask_password(*, stdin: bool, as_json: bool, twice: bool = False) -> str:
    """The password: the first line of standard input, or typed unseen."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        fail("没有终端可输入口令；脚本请加 --password-stdin", code=2, as_json=as_json, error="NoPassword")
    password: str = typer.prompt("口令", hide_input=True, confirmation_prompt=twice, err=True)
    return password
