"""A person's day: the queues of their roles, page by page, and which case is in whose hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_

from records.case.context import case_facts
from records.case.listing import CasePage, within
from records.case.queues import QUEUES, Queue, Standing, View, queue_page, standing
from records.case.taken_up import InHand, in_hand, let_go, take
from records.store.database import Database
from services.browsing import PAGE, Filters, narrowed
from states.office.people import Actor
from states.office.refusals import UnknownCase
from states.words import Role


class Desk(NamedTuple):
    """One queue as it stands for somebody."""

    name: str
    title: str
    standing: Standing


class QueuePage(NamedTuple):
    """Some cases of a queue, and who has which of them in hand."""

    page: CasePage
    hands: dict[str, InHand]


def queues_of(actor: Actor) -> dict[str, Queue]:
    """The queues that stand on this person's desk."""
    return {name: one for name, one in QUEUES.items() if not actor.roles.isdisjoint(one.roles)}


def desks(database: Database, actor: Actor, today: date) -> list[Desk]:
    """Every queue of this person, with how much is in it: counted, never estimated."""
    with database.reading() as connection:
        return [
            Desk(name, one.title, standing(connection, name, _view(actor, one, today), actor.centres))
            for name, one in queues_of(actor).items()
        ]


def open_queue(database: Database, actor: Actor, name: str, filters: Filters, now: datetime, after: str) -> QueuePage:
    """A page of the queue `name`. Raises KeyError for one that is not this person's."""
    view = _view(actor, queues_of(actor)[name], now.date())
    with database.reading() as connection:
        where = and_(within(actor.centres), narrowed(filters))
        page = queue_page(connection, name, view, where, limit=PAGE, after=after)
        return QueuePage(page, in_hand(connection, [line.number for line in page.lines], now))


def take_up(database: Database, actor: Actor, number: str, now: datetime) -> InHand | None:
    """Takes a case in hand for half an hour; who has it already, if somebody else does. Raises UnknownCase."""
    with database.writing() as connection:
        facts = case_facts(connection, number)
        if facts is None or not actor.reaches(facts.centre):
            raise UnknownCase(case=number)
        if take(connection, number, actor.account, actor.name, now):
            return None
        return in_hand(connection, [number], now).get(number)


def lay_down(database: Database, actor: Actor, number: str) -> None:
    """Lets go of a case that this person has in hand."""
    with database.writing() as connection:
        let_go(connection, number, actor.account)


def _view(actor: Actor, one: Queue, today: date) -> View:
    """In the first of the queue's roles that this person has."""
    role = next((role for role in one.roles if role in actor.roles), Role.CLERK)
    return View(today, role, (actor.account, actor.name))
