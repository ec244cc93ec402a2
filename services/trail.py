"""Who did what, when: the ledgers searched, and taken out of the system as a table, which is itself written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import msgspec

from records.ledger.office import RecordedAct
from records.ledger.trail import Sought, Step, office_steps, steps
from records.store.database import Database
from services.acts import within
from services.people import StaffRegister
from services.rosters.escaping import guarded
from states.office.commands import Export
from states.office.people import Actor

PAGE = 50
MOST_EXPORTED = 50_000
T = TypeVar("T", Step, RecordedAct)


class Leaf(NamedTuple):
    """Some lines of a trail, and where the next begin (None: these are the last)."""

    lines: Sequence[Any]
    after: int | None


def trail_of_cases(database: Database, actor: Actor, sought: Sought, before: int | None, limit: int = PAGE) -> Leaf:
    """What happened to cases that `actor` reaches."""
    with database.reading() as connection:
        found = steps(connection, actor.centres, sought, before=before, limit=limit + 1)
    return _leaf(found, limit, lambda one: one.id)


def trail_of_office(database: Database, actor: Actor, sought: Sought, before: int | None, limit: int = PAGE) -> Leaf:
    """What people did to the office, as far as it concerns `actor`."""
    with database.reading() as connection:
        found = office_steps(connection, actor.centres, sought, before=before, limit=limit + 1)
    return _leaf(found, limit, lambda one: one.number)


def exported_trail(register: StaffRegister, actor: Actor, sought: Sought, *, office: bool, now: datetime) -> str:
    """The trail as CSV for a spreadsheet, the newest 50,000 lines; that it was taken is an act of its own.

    Neither what was said in a command nor anybody's name but those of staff is in it. Raises as `acts.within` does.
    """
    with register.database.writing() as connection:
        look = office_steps if office else steps
        found: Sequence[Any] = look(connection, actor.centres, sought, before=None, limit=MOST_EXPORTED)
        what = "机构台账" if office else "案件台账"
        chosen = msgspec.json.encode(sought).decode()
        act = Export(what=what, chosen=chosen, rows=len(found), centres=tuple(sorted(actor.centres or ())))
        within(connection, register.key, actor, act, now)
    return _table(RecordedAct._fields if office else Step.__struct_fields__, found)


def _leaf(found: list[T], limit: int, place: Callable[[T], int]) -> Leaf:
    lines = found[:limit]
    return Leaf(lines, place(lines[-1]) if len(found) > limit else None)


def _table(columns: Iterable[str], lines: Sequence[Any]) -> str:
    """With a byte order mark, so that a spreadsheet reads it as what it is; nothing in it computes."""
    names, out = tuple(columns), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([_cell(getattr(one, name)) for name in names] for one in lines)
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return guarded(value if isinstance(value, str) else msgspec.json.encode(value).decode())
