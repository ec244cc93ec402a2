"""Lists and views of cases, and what falls due."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from records.case.context import case_facts, world
from records.case.tables import CASES, DOCUMENTS
from records.ledger.tables import LEDGER
from states.case.deadlines import deadlines
from states.words import State

LIVE_STATES = ("announced", "registered", "choosing")  # what an exit may still change
# What a moved exit may change: also those whom the exit closed, who are then asked whether they come back.
MOVABLE = or_(CASES.c.state.in_(LIVE_STATES), and_(CASES.c.state == "closed", CASES.c.ending == "exited"))


def next_wake(connection: Connection) -> date | None:
    """The first business date on which some case has something to do."""
    found: date | None = connection.execute(select(func.min(CASES.c.next_wake_on))).scalar_one()
    return found


def due_cases(connection: Connection, day: date) -> list[str]:
    """The numbers of all cases that have something to do by `day`."""
    return list(connection.execute(select(CASES.c.number).where(CASES.c.next_wake_on <= day)).scalars())


def cases_of(connection: Connection, occupations: list[str]) -> list[str]:
    """The numbers of all cases that a moved exit of `occupations` may change."""
    moved = MOVABLE & CASES.c.occupation.in_(occupations)
    return list(connection.execute(select(CASES.c.number).where(moved)).scalars())


def list_cases(
    connection: Connection,
    *,
    state: str = "",
    centre: str = "",
    occupation: str = "",
    pending: bool = False,
    limit: int,
    centres: frozenset[str] | None = None,
) -> list[dict[str, Any]]:
    """Cases as rows, newest number first; `centres`: only of these."""
    query = select(CASES).order_by(CASES.c.number.desc()).limit(limit)
    for column, value in ((CASES.c.state, state), (CASES.c.centre, centre), (CASES.c.occupation, occupation)):
        if value:
            query = query.where(column == value)
    if centres is not None:
        query = query.where(CASES.c.centre.in_(centres))
    if pending:
        query = query.where(CASES.c.pending.is_not(None))
    return [dict(row) for row in connection.execute(query).mappings()]


def case_view(connection: Connection, number: str) -> dict[str, Any] | None:
    """The `case show` shape of design §8, or None for a number that is not on record."""
    facts = case_facts(connection, number)
    if facts is None:
        return None
    return {
        "id": number,
        "state": None if facts.state is State.NEW else facts.state.value,
        "revision": facts.revision,
        "occupation": facts.occupation,
        "level": facts.level,
        "exit_date": facts.exit_date.isoformat() if facts.exit_date else None,
        "pending": facts.pending.command if facts.pending else None,
        "escalated": facts.choice.escalated,
        "deadlines": [
            {"kind": deadline.kind.value, "on": deadline.on.isoformat()}
            for deadline in deadlines(facts, world(connection).policies)
        ],
        "documents": documents(connection, number),
        "timeline": timeline(connection, number),
    }


def documents(connection: Connection, number: str) -> list[dict[str, Any]]:
    """The documents of a case in the order they were produced; `path` is null until the letter is set."""
    columns = ("kind", "number", "path", "sha256", "template_version")
    query = select(*(DOCUMENTS.c[name] for name in columns)).where(DOCUMENTS.c.case_number == number)
    return [dict(row) for row in connection.execute(query.order_by(DOCUMENTS.c.id)).mappings()]


def timeline(connection: Connection, number: str) -> list[dict[str, Any]]:
    """What happened to a case, revision by revision."""
    query = select(LEDGER).where(LEDGER.c.case_number == number).order_by(LEDGER.c.revision)
    return [
        {
            "revision": row["revision"],
            "at": row["at"],
            "by": row["by"],
            "command": row["command"],
            "trigger": row["trigger"],
            "from": row["source"],
            "to": row["dest"],
        }
        for row in connection.execute(query).mappings()
    ]
