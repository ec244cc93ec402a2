"""Moving an exit date: who is affected and how, then the calendar itself and every affected case."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, select

from records.case.context import Claim, context_for, decode_facts
from records.case.reading import MOVABLE, cases_of
from records.case.tables import CASES
from records.office.world import catalog_in_force, redate
from records.runs.items import NewItem, Plan, plan_run
from records.store.database import Database
from services.runs import new_run_id
from states.case.commands import FollowCalendar
from states.case.context import Context
from states.case.judge import judge
from states.words import Role

_PAGE = 1000


class Redating(NamedTuple):
    """What an administrator decided."""

    to: date | None
    batch: str
    occupation: str
    by: str
    reason: str


def affected(connection: Connection, plan: Redating, today: date) -> dict[str, Any]:
    """Every live case of the moved occupations, and what the new date does to it today: nothing is written.

    `{"to", "occupations", "cases": [{"id", "effect"}], "effects": {effect: count}}`; an effect is `rearmed`,
    `reinstate`, `exit` (at once), or `unaffected`. Raises UnknownOccupation or CatalogRefused.
    """
    now = catalog_in_force(connection)
    then = now.redated(to=plan.to, batch=plan.batch or None, occupation=plan.occupation or None)
    pairs = zip(now.occupations, then.occupations, strict=True)
    moved = [old.occupation for old, new in pairs if old.exit_date != new.exit_date]
    contexts = {name: _context(connection, name, plan.to) for name in moved}
    command = FollowCalendar(by=plan.by, role=Role.ADMINISTRATOR, reason="redate")
    live = MOVABLE & CASES.c.occupation.in_(moved)
    query = select(CASES.c.facts).where(live).order_by(CASES.c.number)
    cases = []
    for stored in connection.execution_options(yield_per=_PAGE).execute(query).scalars():
        facts = decode_facts(stored)
        steps = judge(facts, [command], contexts[facts.occupation], today).steps
        triggers = [step.trigger.value for step in steps if step.trigger]
        effect = triggers[-1] if triggers else "rearmed" if steps else "unaffected"
        cases.append({"id": facts.number, "effect": effect})
    effects = dict(Counter(case["effect"] for case in cases))
    return {"to": plan.to.isoformat() if plan.to else None, "occupations": moved, "cases": cases, "effects": effects}


def _context(connection: Connection, occupation: str, to: date | None) -> Context:
    """Neither duplicates nor holds matter to the calendar."""
    return replace(context_for(connection, Claim("", occupation, "", "", 0, "")), exit_date=to)


def begin(database: Database, plan: Redating, at: datetime) -> str:
    """Puts the new date in force and selects every affected case for telling, in one transaction; the run's id.

    From then on every command is judged by the new date; the run re-arms the timers. Raises as `affected` does.
    """
    run = new_run_id()
    command = FollowCalendar(by=plan.by, role=Role.ADMINISTRATOR, reason="redate")
    title = (
        f"{plan.occupation or f'第{plan.batch}批'}退出日期改为{plan.to}"
        if plan.to
        else f"{plan.occupation or f'第{plan.batch}批'}改为准入类，不退出"
    )
    with database.writing() as connection:
        moved = redate(
            connection, to=plan.to, at=at, by=plan.by, reason=plan.reason, batch=plan.batch, occupation=plan.occupation
        )
        items = (NewItem(number, number) for number in cases_of(connection, moved))
        plan_run(
            connection, id_=run, kind="redate", title=title, by=plan.by, at=at.isoformat(), items=items,
            plan=Plan((command,)),
        )  # fmt: skip
    return run
