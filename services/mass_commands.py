"""One command on many cases: which cases, what it would do, and the run that does it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from records.case.claims import claim_of
from records.case.context import case_facts, context_for
from records.case.selecting import BadFilter
from records.runs.items import NewItem, Plan, plan_run
from records.store.database import Database
from services.runs import new_run_id
from states.business_dates import business_date
from states.case.asking import asked_of
from states.case.commands import COMMAND_NAMES, OPENING, AnyCommand
from states.case.judge import judge
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


def forecast(connection: Connection, numbers: Sequence[str], command: AnyCommand, at: datetime) -> dict[str, int]:
    """What the command would come to, by outcome: `accepted` or a refusal's name. Nothing is changed."""
    found: Counter[str] = Counter()
    for number in numbers:
        facts = case_facts(connection, number)
        if facts is None:
            continue
        try:
            today = business_date(at)
            asked = asked_of(facts, [command], today)
            judge(facts, [command], context_for(connection, claim_of(facts), asked), today)
            found["accepted"] += 1
        except Refusal as refusal:
            found[refusal.name] += 1
    return dict(found)


def begin(database: Database, numbers: Sequence[str], command: AnyCommand, at: datetime) -> str:
    """Selects `numbers` for the command; the run's id."""
    name, run = str(command.__struct_config__.tag), new_run_id()
    if name in OPENING:
        raise BadFilter(f"“{COMMAND_NAMES[name]}”是立案，请用 ./run import 导入名册")
    selection: dict[str, Any] = {"kind": "command", "title": f"批量{COMMAND_NAMES[name]}", "by": command.by}
    with database.writing() as connection:
        items = (NewItem(number, number) for number in numbers)
        plan_run(connection, id_=run, at=at.isoformat(), items=items, plan=Plan((command,)), **selection)
    return run
