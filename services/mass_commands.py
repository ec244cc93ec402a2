"""One command on many cases: which cases, what it would do, and the run that does it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from msgspec.structs import replace
from sqlalchemy import Connection

from records.case.claims import claim_of
from records.case.context import case_facts, context_for
from records.case.selecting import BadFilter, choose
from records.runs.items import NewItem, Plan
from records.store.database import Database
from services.case_filters import meant
from services.cases import as_shown, reach
from services.people import StaffRegister
from services.runs import begin_run
from states.business_dates import business_date
from states.case.asking import asked_of
from states.case.commands import COMMAND_NAMES, OPENING, AnyCommand, Approve, Decline
from states.case.judge import judge
from states.office.people import Actor
from states.refusals import Refusal


def conditions(where: str) -> dict[str, list[str]]:
    """`state=choosing,announced occupation=电工` as filters; names with blanks go in quotes. Raises BadFilter."""
    try:
        words = shlex.split(where)
    except ValueError as wrong:
        raise BadFilter(f"条件“{where}”的引号不成对") from wrong
    found: dict[str, list[str]] = {}
    for word in words:
        name, equals, values = word.partition("=")
        if not (name and equals and values):
            raise BadFilter(f"条件“{word}”应写作 项目=值，例如 state=choosing")
        found.setdefault(name, []).extend(values.split(","))
    if not found:
        raise BadFilter("没有写明条件；至少写一个，例如 state=choosing")
    return found


def chosen(database: Database, actor: Actor, where: str) -> list[str]:
    """The numbers of the cases that `where` says, of those that exist for `actor`. Raises BadFilter."""
    with database.reading() as connection:
        return reach(connection, actor, choose(connection, meant(connection, conditions(where))))


def forecast(database: Database, numbers: Sequence[str], command: AnyCommand, at: datetime) -> dict[str, int]:
    """What the command would come to, by outcome: `accepted` or a refusal's name. Nothing is changed."""
    with database.reading() as connection:
        return dict(Counter(_outcome(connection, number, command, at) for number in numbers))


def _outcome(connection: Connection, number: str, command: AnyCommand, at: datetime) -> str:
    facts = case_facts(connection, number)
    assert facts is not None  # it was chosen on this record
    today = business_date(at)
    try:
        judge(facts, [command], context_for(connection, claim_of(facts), asked_of(facts, [command], today)), today)
    except Refusal as refusal:
        return refusal.name
    return "accepted"


def begin(register: StaffRegister, actor: Actor, numbers: Sequence[str], command: AnyCommand, now: datetime) -> str:
    """Selects `numbers` for the command; the run's id. Raises BadFilter for a command that opens cases."""
    name = str(command.__struct_config__.tag)
    if name in OPENING:
        raise BadFilter(f"“{COMMAND_NAMES[name]}”是立案，请用 ./run import 导入名册")
    items = [NewItem(number, number) for number in numbers]
    if isinstance(command, Approve | Decline):  # each names the facts of its own case, as they are now
        items = _as_shown(register.database, numbers, command)
    title = f"批量{COMMAND_NAMES[name]}"
    return begin_run(register, actor, kind="command", title=title, items=items, plan=Plan((command,)), now=now)


def _as_shown(database: Database, numbers: Sequence[str], command: AnyCommand) -> list[NewItem]:
    with database.reading() as connection:
        held = [(number, case_facts(connection, number)) for number in numbers]
    return [
        NewItem(number, number, (replace(as_shown(command, facts), id=uuid4().hex),))
        for number, facts in held
        if facts is not None
    ]
