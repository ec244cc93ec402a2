"""The exit calendar as people look at it: batches and occupations, days left, who is affected, how the day goes."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from records.case.listing import within
from records.case.tables import CASES, DOCUMENTS
from records.office.world import catalog_in_force
from records.post.tables import DELIVERIES
from records.store.database import Database
from states.office.people import Actor
from states.words import State

WAITING = (State.ANNOUNCED, State.REGISTERED)


class ExitDay(NamedTuple):
    """One date on which occupations leave: how many, how many days from now, and the cases that it will ask."""

    on: date
    occupations: tuple[str, ...]
    days_left: int
    cases: int
    by_state: dict[str, int]
    by_centre: dict[str, int]


class Drain(NamedTuple):
    """How an exit day goes: cases asked, to go, escalated or closed; letters written, set, sent, in trouble."""

    asked: int
    to_go: int
    letters: int
    letters_set: int
    letters_left: int
    letters_in_trouble: int


def exit_days(database: Database, actor: Actor, today: date) -> list[ExitDay]:
    """Every date of the calendar, nearest future first, then the past."""
    with database.reading() as connection:
        catalog = catalog_in_force(connection)
        by_date: dict[date, list[str]] = {}
        for row in catalog.occupations:
            if row.exit_date is not None:
                by_date.setdefault(row.exit_date, []).append(row.occupation)
        c = CASES.c
        open_to_exit = c.state.in_([state.value for state in WAITING]) & (c.cohort == "none") & within(actor.centres)
        query = select(c.exit_date, c.state, c.centre, func.count()).where(open_to_exit)
        counted = connection.execute(query.group_by(c.exit_date, c.state, c.centre)).all()
    days = [_day(on, names, [row for row in counted if row[0] == on], today) for on, names in by_date.items()]
    return sorted(days, key=lambda day: (day.days_left < 0, abs(day.days_left)))


def _day(on: date, names: list[str], counted: list[tuple[date, str, str, int]], today: date) -> ExitDay:
    states: dict[str, int] = {}
    centres: dict[str, int] = {}
    for _, state, centre, cases in counted:
        states[state] = states.get(state, 0) + int(cases)
        centres[centre] = centres.get(centre, 0) + int(cases)
    return ExitDay(on, tuple(names), (on - today).days, sum(states.values()), states, dict(sorted(centres.items())))


def drain(database: Database, actor: Actor, on: date) -> Drain:
    """How far the exit of `on` has come, counted in the database."""
    c, d = CASES.c, DELIVERIES.c
    ours = (c.exit_date == on) & within(actor.centres)
    notices = (DOCUMENTS.c.kind == "exit_notice") & (DOCUMENTS.c.on_date >= on)
    with database.reading() as connection:

        def cases(where: object) -> int:
            query = select(func.count()).select_from(CASES).where(ours, where)  # type: ignore[arg-type]
            return int(connection.execute(query).scalar_one())

        asked = cases(c.state == State.CHOOSING.value)
        to_go = cases(c.state.in_([state.value for state in WAITING]) & (c.cohort == "none") & (c.next_wake_on == on))
        letters = (
            select(func.count(), func.count(DOCUMENTS.c.path), func.count(d.id).filter(d.status == "sent"),
                   func.count(d.id).filter(d.status.in_(("failed", "uncertain", "returned"))))
            .join_from(DOCUMENTS, CASES, c.number == DOCUMENTS.c.case_number)
            .outerjoin(DELIVERIES, (d.case_number == DOCUMENTS.c.case_number) & (d.revision == DOCUMENTS.c.revision)
                       & (d.ordinal == DOCUMENTS.c.ordinal))
            .where(notices, ours)
        )  # fmt: skip
        written, made, sent, troubled = connection.execute(letters).one()
    return Drain(asked, to_go, int(written), int(made), int(sent), int(troubled))
