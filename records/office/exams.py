"""What the rules ask about exams: papers drawn from the national bank (44号·三), and sessions on record since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, text
from sqlmodel import Field, SQLModel

from records.store.prepared import Prepared
from states.case.context import Draw, Session
from states.case.steps import Step
from states.words import Trigger


class BankDrawRow(SQLModel, table=True):
    """One paper of one draw; occupation empty and level 0: for any. Never changed, never deleted."""

    __tablename__ = "bank_draws"
    paper: str = Field(primary_key=True)
    occupation: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    draw: str
    drawn_on: date | None
    by: str
    at: str


class ExamSessionRow(SQLModel, table=True):
    """One session of one centre, as it was first put on record; `source`: the case that named it, or empty."""

    __tablename__ = "exam_sessions"
    centre: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    held_on: date | None
    site: str
    recorded_on: date
    source: str
    by: str


class NewDraw(NamedTuple):
    """A paper as the bank's draw record has it."""

    paper: str
    occupation: str = ""
    level: int = 0
    draw: str = ""
    drawn_on: date | None = None


class NewSession(NamedTuple):
    """A session as a centre enters it."""

    centre: str
    code: str
    held_on: date | None = None
    site: str = ""


_DRAWS: Any = BankDrawRow.metadata.tables["bank_draws"]
_SESSIONS: Any = ExamSessionRow.metadata.tables["exam_sessions"]
_DRAW = Prepared(
    select(_DRAWS.c.paper, _DRAWS.c.occupation, _DRAWS.c.level).where(_DRAWS.c.paper == bindparam("paper"))
)
_SESSION = Prepared(
    select(_SESSIONS.c.held_on, _SESSIONS.c.site, _SESSIONS.c.recorded_on).where(
        (_SESSIONS.c.centre == bindparam("centre")) & (_SESSIONS.c.code == bindparam("code"))
    )
)
_ENTER_DRAW = text(
    'INSERT INTO bank_draws (paper, occupation, level, draw, drawn_on, "by", at) '
    "VALUES (:paper, :occupation, :level, :draw, :drawn_on, :by, :at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("drawn_on", type_=_DRAWS.c.drawn_on.type))
_ENTER_SESSION = Prepared(
    text(
        'INSERT INTO exam_sessions (centre, code, held_on, site, recorded_on, source, "by") '
        "VALUES (:centre, :code, :held_on, :site, :recorded_on, :source, :by) ON CONFLICT DO NOTHING"
    ).bindparams(*(bindparam(name, type_=_SESSIONS.c.held_on.type) for name in ("held_on", "recorded_on")))
)
_NAMING = frozenset({Trigger.ANNOUNCE, Trigger.REGISTER, Trigger.RESIT, Trigger.POSTPONE, Trigger.HOLD_EXAM})


def enter_draws(connection: Connection, draws: Iterable[NewDraw], *, by: str, at: datetime) -> int:
    """Puts papers into the draw register; how many were new. One already there stays as it was entered first."""
    return sum(
        connection.execute(_ENTER_DRAW, {**draw._asdict(), "by": by, "at": at.isoformat()}).rowcount for draw in draws
    )


def draws_of(connection: Connection, papers: Iterable[str]) -> tuple[Draw, ...]:
    """What the register holds of these papers."""
    return tuple(Draw(*row) for paper in papers for row in _DRAW.every(connection, paper=paper))


def enter_session(connection: Connection, session: NewSession, *, on: date, by: str, source: str = "") -> None:
    """Puts a session on record as of the business date `on`, unless it is there: the first record stands."""
    _ENTER_SESSION.run(connection, **session._asdict(), recorded_on=on, source=source, by=by)


def sessions_of(connection: Connection, centre: str, codes: Iterable[str]) -> tuple[Session, ...]:
    """What the register holds of these sessions of a centre."""
    found = ((code, _SESSION.one(connection, centre=centre, code=code)) for code in codes)
    return tuple(
        Session(code, _day(row[2]), _day(row[0]) if row[0] else None, row[1]) for code, row in found if row is not None
    )


def _day(told: Any) -> date:
    """SQLite hands a date out as its text."""
    return told if isinstance(told, date) else date.fromisoformat(told)


def note_sessions(connection: Connection, steps: Sequence[Step]) -> None:
    """A session that a case names for the first time is on record from then on."""
    for step in steps:
        if step.trigger not in _NAMING:
            continue
        facts, exam = step.facts, step.facts.exam
        named = {
            facts.sitting.session: NewSession(facts.centre, facts.sitting.session, facts.sitting.on, facts.sitting.site)
        }
        if exam is not None:
            named[exam.session] = NewSession(facts.centre, exam.session, exam.held_on, exam.site)
        for code, session in named.items():
            if code:
                enter_session(connection, session, on=step.on, by=step.command.by, source=facts.number)
