"""Acts on the registers that exams are checked against: draws of the national bank, sessions of a centre."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from records.office.exams import NewDraw, NewSession
from services.acting.doing import Change, Doing, Way, Ways
from services.exam_registers import put_draws, put_session
from states.office import commands as c


def _add_draws(doing: Doing, command: c.AddDraws) -> Change:
    """`result` is how many were new; those that are there already stay as they were."""
    draws = [NewDraw(one.paper, one.occupation, one.level, one.draw, one.drawn_on) for one in command.draws]
    new = put_draws(doing.connection, draws, by=doing.actor.name, at=doing.now)
    return Change("题库抽取", None, {"papers": [one.paper for one in command.draws], "new": new}, new)


def _add_session(doing: Doing, command: c.AddSession) -> Change:
    session = NewSession(command.centre, command.session, command.held_on, command.site)
    put_session(doing.connection, session, by=doing.actor.name, at=doing.now)
    new = msgspec.to_builtins({"held_on": command.held_on, "site": command.site})
    return Change(command.session, None, new, None, command.centre)


def _centre(_: Connection, command: c.AddSession) -> frozenset[str]:
    return frozenset({command.centre})


EXAMS: Ways = {c.AddDraws: Way(_add_draws), c.AddSession: Way(_add_session, _centre)}
