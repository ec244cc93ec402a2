"""Moving an exit date: who is affected and how, then the calendar itself and every affected case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from desk.engines import live
from desk.season import Season
from engine.settings import Settings
from records.claims import claim_of
from records.reading import case_facts, cases_of, context_for
from records.world import catalog_in_force
from states.business_dates import SHANGHAI, business_date
from states.commands import FollowCalendar
from states.decide import judge
from states.words import Role
from worker import live_database


class Redating(NamedTuple):
    """What an administrator decided."""

    to: date
    batch: str
    occupation: str
    by: str
    reason: str


def affected(settings: Settings, plan: Redating) -> dict[str, Any]:
    """Every live case of the moved occupations, and what the new date does to it today: nothing is written."""
    from msgspec.structs import replace

    database, today = live_database(settings), business_date(datetime.now(SHANGHAI))
    with database.reading() as connection:
        now = catalog_in_force(connection)
        then = now.redated(to=plan.to, batch=plan.batch or None, occupation=plan.occupation or None)
        pairs = zip(now.occupations, then.occupations, strict=True)
        moved = [old.occupation for old, new in pairs if old.exit_date != new.exit_date]
        cases = []
        for number in cases_of(connection, moved):
            facts = case_facts(connection, number)
            if facts is None:
                continue
            context = replace(context_for(connection, claim_of(facts)), exit_date=plan.to)
            order = FollowCalendar(by=plan.by, role=Role.ADMINISTRATOR, reason="redate")
            steps = judge(facts, [order], context, today).steps
            triggers = [step.trigger.value for step in steps if step.trigger]
            cases.append({"id": number, "effect": triggers[-1] if triggers else "rearmed" if steps else "unaffected"})
    return {"to": plan.to.isoformat(), "occupations": moved, "cases": cases}


async def tell(settings: Settings, plan: Redating, at: datetime) -> int:
    """Puts the new date in force, on record, and tells every affected case; how many."""
    async with live(settings) as (_, place):
        season = Season(place)
        return len(await season.redate(to=plan.to, at=at, by=plan.by, batch=plan.batch, occupation=plan.occupation))
