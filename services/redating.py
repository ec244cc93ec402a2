"""Moving an exit date, beforehand: who would be affected, and how. Moving it is an act: `services.acting.calendar`."""

from __future__ import annotations

from collections import Counter
from datetime import date

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from records.case.context import Claim, context_for, decode_facts
from records.case.reading import MOVABLE
from records.case.tables import CASES
from records.office.world import catalog_in_force
from records.store.database import Database
from states.case.commands import FollowCalendar
from states.case.context import Context
from states.case.judge import judge
from states.office.commands import Redate
from states.office.refusals import BadCatalog
from states.reference.catalog import CatalogRefused
from states.words import Role

_PAGE = 1000


class AffectedCase(msgspec.Struct, frozen=True):
    """A case of a moved occupation, and what the new date does to it today.

    `effect`: `rearmed`, `reinstate`, `exit` (at once), or `unaffected`.
    """

    id: str
    effect: str


class Affected(msgspec.Struct, frozen=True):
    """What moving an exit date would do: the occupations whose date changes, their live cases, effects counted."""

    to: str | None
    occupations: tuple[str, ...]
    cases: tuple[AffectedCase, ...]
    effects: dict[str, int]


def affected(database: Database, command: Redate, today: date) -> Affected:
    """Every live case of the moved occupations, and what the new date does to it today: nothing is written.

    Raises UnknownOccupation or BadCatalog.
    """
    with database.reading() as connection:
        moved = _moved(connection, command)
        contexts = {name: _context(connection, name, command.to) for name in moved}
        telling = FollowCalendar(by="预演", role=Role.ADMINISTRATOR, reason="redate")
        live = MOVABLE & CASES.c.occupation.in_(moved)
        query = select(CASES.c.facts).where(live).order_by(CASES.c.number)
        cases = []
        for stored in connection.execution_options(yield_per=_PAGE).execute(query).scalars():
            facts = decode_facts(stored)
            steps = judge(facts, [telling], contexts[facts.occupation], today).steps
            triggers = [step.trigger.value for step in steps if step.trigger]
            effect = triggers[-1] if triggers else "rearmed" if steps else "unaffected"
            cases.append(AffectedCase(facts.number, effect))
    effects = dict(Counter(case.effect for case in cases))
    return Affected(command.to.isoformat() if command.to else None, tuple(moved), tuple(cases), effects)


def _moved(connection: Connection, command: Redate) -> list[str]:
    if bool(command.batch) == bool(command.occupation):
        raise BadCatalog(why="请用批次或职业之一指明", problems=[])
    now = catalog_in_force(connection)
    try:
        then = now.redated(to=command.to, batch=command.batch or None, occupation=command.occupation or None)
    except CatalogRefused as refused:
        raise BadCatalog(why="\n".join(refused.problems), problems=refused.problems) from refused
    pairs = zip(now.occupations, then.occupations, strict=True)
    return [old.occupation for old, new in pairs if old.exit_date != new.exit_date]


def _context(connection: Connection, occupation: str, to: date | None) -> Context:
    """Neither duplicates nor holds matter to the calendar."""
    return replace(context_for(connection, Claim("", occupation, "", "", 0, "")), exit_date=to)
