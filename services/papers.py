"""Letters as they would be, and as they were: previews on a case, and printing again."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from letters.kinds import kind_of
from letters.model import Letter
from records.case.documents import letters_of
from records.office.centres import registered
from records.office.world import policies
from records.runs.items import NewItem, Plan
from records.store.database import Database
from services.cases import reach, reached
from services.composing import Composer
from services.people import StaffRegister
from services.place import live_place, open_renderer
from services.runs import begin_run
from settings import Settings
from states.business_dates import business_date
from states.case.commands import FollowCalendar
from states.case.steps import Step
from states.office.people import Actor


class Reprintable(NamedTuple):
    """Letters that are on file: their kind's title, and each one's id with its case."""

    title: str
    letters: tuple[tuple[int, str], ...]


def preview(settings: Settings, database: Database, actor: Actor, number: str, kind: str, now: datetime) -> Letter:
    """A kind of letter on a case as it stands; nothing is recorded, the letter is marked 演练.

    Raises UnknownCase, or the LetterFailure.
    """
    with database.reading() as connection:
        facts = reached(connection, actor, number)
        terms, centre = policies(connection), registered(connection)[facts.centre].centre
    step = Step(
        revision=facts.revision, command=FollowCalendar(), trigger=None, source=facts.state, dest=facts.state,
        on=business_date(now), facts=facts,
    )  # fmt: skip
    data = Composer(rehearsal=True).letter(kind, facts, step, centre, 0, terms)
    return open_renderer(live_place(settings, "")).preview(data)


def reprintable(
    database: Database, actor: Actor, kind: str, *, first: date, last: date, centre: str = ""
) -> Reprintable:
    """The letters of a kind from these business days, of the centres that `actor` reaches. Raises UnknownKind."""
    title = kind_of(kind).title
    with database.reading() as connection:
        found = letters_of(connection, kind=kind, centre=centre, first=first, last=last)
        ours = set(reach(connection, actor, [case for _, case in found]))
    return Reprintable(title, tuple((id_, case) for id_, case in found if case in ours))


def begin_reprint(register: StaffRegister, actor: Actor, found: Reprintable, now: datetime) -> str:
    """Registers a run that prints these letters again, as they were, into the outbox; its id."""
    items = [NewItem(str(id_), case) for id_, case in found.letters]
    return begin_run(register, actor, kind="reprint", title=f"重印{found.title}", items=items, plan=Plan(), now=now)
