"""What somebody may look at: cases, their files and letters, of the centres that they reach and no others."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, func, select, true

from records.case.file import CaseFile, LetterLine, case_file
from records.case.listing import CasePage, newest, within
from records.case.search import search
from records.case.tables import CASES
from records.store.database import Database
from states.office.people import Actor
from states.words import State

PAGE = 50


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; empty: not by this."""

    state: str = ""
    centre: str = ""
    occupation: str = ""
    pending: bool = False


class StateCount(NamedTuple):
    """How many cases stand in a state."""

    state: State
    cases: int


def list_cases(database: Database, actor: Actor, filters: Filters, after: str = "", limit: int = PAGE) -> CasePage:
    """A page of the cases that `actor` reaches, newest first."""
    with database.reading() as connection:
        return newest(connection, and_(within(actor.centres), narrowed(filters)), limit=limit, after=after)


def count_cases(database: Database, actor: Actor, filters: Filters) -> int:
    """How many there are in all."""
    where = and_(within(actor.centres), narrowed(filters))
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(CASES).where(where)).scalar_one())


def cases_by_state(database: Database, actor: Actor) -> list[StateCount]:
    """How many cases stand where, in the order of the states; those without any left out."""
    query = select(CASES.c.state, func.count()).where(within(actor.centres)).group_by(CASES.c.state)
    with database.reading() as connection:
        found = {state: int(count) for state, count in connection.execute(query)}
    return [StateCount(state, found[state.value]) for state in State if state.value in found]


def find_cases(database: Database, actor: Actor, text: str, after: str = "", limit: int = PAGE) -> CasePage:
    """The cases that `text` may mean."""
    with database.reading() as connection:
        return search(connection, text, actor.centres, limit=limit, after=after)


def open_file(database: Database, actor: Actor, number: str) -> CaseFile | None:
    """The case `number`; None where there is none, or it belongs to a centre that `actor` does not reach."""
    with database.reading() as connection:
        found = case_file(connection, number)
    return found if found is not None and actor.reaches(found.facts.centre) else None


def open_letter(database: Database, actor: Actor, number: str, document: int) -> LetterLine | None:
    """One letter of a case that `actor` reaches."""
    found = open_file(database, actor, number)
    return next((letter for letter in found.letters if letter.id == document), None) if found else None


def reaches_case(connection: Connection, actor: Actor, number: str) -> bool:
    """Whether the case exists for `actor`."""
    centre = connection.execute(select(CASES.c.centre).where(CASES.c.number == number)).scalar_one_or_none()
    return centre is not None and actor.reaches(centre)


def narrowed(filters: Filters) -> Any:
    """What the filters mean to the database."""
    conditions = [
        CASES.c[name] == value
        for name, value in (("state", filters.state), ("centre", filters.centre), ("occupation", filters.occupation))
        if value
    ]
    if filters.pending:
        conditions.append(CASES.c.pending.is_not(None))
    return and_(true(), *conditions)
