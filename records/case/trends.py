"""The caseload as a supervisor watches it: where cases went, what lies ahead, money, letters, answers, time taken."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, case, func, select

from records.case.listing import within
from records.case.tables import CASES
from records.ledger.tables import LEDGER
from records.post.tables import DELIVERIES

Centres = frozenset[str] | None
_MOVED = LEDGER.c.source != LEDGER.c.dest
_OF_CASE = LEDGER.c.case_number == CASES.c.number


class Counted(NamedTuple):
    """How many fell under two headings, e.g. a day and a state."""

    row: str
    column: str
    times: int


class Money(NamedTuple):
    """What one centre owes in refunds, and what it has paid; in fen."""

    centre: str
    owed_fen: int
    paid_fen: int


class Stay(NamedTuple):
    """How long cases of a centre stayed in a state before they left it: how many, and days in all."""

    centre: str
    state: str
    cases: int
    days: int


def arrivals(connection: Connection, centres: Centres, first: date) -> list[Counted]:
    """By business day since `first` and by state: how many cases came to it."""
    query = select(LEDGER.c.on_date, LEDGER.c.dest, func.count()).join(CASES, _OF_CASE)
    query = query.where(within(centres), _MOVED, LEDGER.c.on_date >= first)
    return _counted(connection, query.group_by(LEDGER.c.on_date, LEDGER.c.dest))


def exits_ahead(connection: Connection, centres: Centres, today: date) -> list[Counted]:
    """By exit date after `today` and by state: how many cases stand before it."""
    query = select(CASES.c.exit_date, CASES.c.state, func.count())
    query = query.where(within(centres), CASES.c.exit_date > today, CASES.c.next_wake_on.is_not(None))
    return _counted(connection, query.group_by(CASES.c.exit_date, CASES.c.state))


def refunds(connection: Connection, centres: Centres) -> list[Money]:
    """By centre: what is owed to candidates, and what was paid back."""
    owed = func.sum(case((CASES.c.refund_open, CASES.c.refund_fen), else_=0))
    paid = func.sum(case((CASES.c.refund_open.is_(False), CASES.c.refund_fen), else_=0))
    query = select(CASES.c.centre, owed, paid).where(within(centres), CASES.c.refund_fen > 0)
    rows = connection.execute(query.group_by(CASES.c.centre).order_by(CASES.c.centre))
    return [Money(centre, int(one), int(two)) for centre, one, two in rows]


def letters_by_fate(connection: Connection, centres: Centres) -> list[Counted]:
    """By channel and status of delivery: how many letters."""
    query = select(DELIVERIES.c.channel, DELIVERIES.c.status, func.count())
    query = query.join(CASES, DELIVERIES.c.case_number == CASES.c.number).where(within(centres))
    return _counted(connection, query.group_by(DELIVERIES.c.channel, DELIVERIES.c.status))


def answers(connection: Connection, centres: Centres, triggers: tuple[str, ...]) -> list[Counted]:
    """By answer to the choice, and by who gave it (`calendar`: nobody, it was the default): how often."""
    query = select(LEDGER.c.trigger, LEDGER.c.role, func.count()).join(CASES, _OF_CASE)
    query = query.where(within(centres), LEDGER.c.source == "choosing", LEDGER.c.trigger.in_(triggers))
    return _counted(connection, query.group_by(LEDGER.c.trigger, LEDGER.c.role))


def stays(connection: Connection, centres: Centres) -> list[Stay]:
    """How long cases stayed in each state that they have left, by centre."""
    over = {"partition_by": LEDGER.c.case_number, "order_by": LEDGER.c.revision}
    left = func.lead(LEDGER.c.on_date, type_=LEDGER.c.on_date.type).over(**over)
    moves = select(CASES.c.centre, LEDGER.c.dest, LEDGER.c.on_date, left.label("left_on"))
    moves = moves.join(CASES, _OF_CASE).where(and_(within(centres), _MOVED))
    each = moves.subquery()
    query = select(each.c.centre, each.c.dest, each.c.on_date, each.c.left_on, func.count())
    query = query.where(each.c.left_on.is_not(None)).group_by(*each.c)
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for centre, state, came, went, count in connection.execute(query):
        cases, days = found.get((centre, state), (0, 0))
        found[centre, state] = cases + count, days + count * (went - came).days
    return [Stay(centre, state, cases, days) for (centre, state), (cases, days) in sorted(found.items())]


def _counted(connection: Connection, query: Any) -> list[Counted]:
    return [Counted(str(row), str(column), int(count)) for row, column, count in connection.execute(query)]
