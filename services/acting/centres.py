"""Acts on the register of centres."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import func, select

from records.case.tables import CASES
from records.office.centres import Registered, close_centre, put_centre, registered
from records.office.world import grow
from services.acting.doing import Change, Doing, Way, Ways
from states.business_dates import business_date
from states.office import commands as c
from states.office.refusals import BadCentre, NoChange, UnknownSubject
from states.reference.centres import Centre, CentresRefused, checked


def _add(doing: Doing, command: c.AddCentre) -> Change:
    held = registered(doing.connection)
    if command.code in held:
        raise BadCentre(why=f"已有代码为 {command.code} 的鉴定中心；请用变更")
    made = _checked(held, {**command.columns, "code": command.code})
    put_centre(doing.connection, made)
    grow(doing.connection)
    return Change(command.code, None, msgspec.to_builtins(made), made, command.code)


def _change(doing: Doing, command: c.ChangeCentre) -> Change:
    held = registered(doing.connection)
    before = _known(held, command.code).centre
    values: dict[str, Any] = msgspec.to_builtins(before)
    after = _checked(held, {**values, **command.columns, "code": command.code})
    if after == before:
        raise NoChange(subject=command.code)
    put_centre(doing.connection, after)
    grow(doing.connection)
    moved = [name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name)]
    old, new = ({name: getattr(one, name) for name in moved} for one in (before, after))
    return Change(command.code, old, new, after, command.code)


def _close(doing: Doing, command: c.CloseCentre) -> Change:
    held = registered(doing.connection)
    if _known(held, command.code).closed_on is not None:
        raise NoChange(subject=command.code)
    if command.successor and (command.successor == command.code or _known(held, command.successor).closed_on):
        raise BadCentre(why=f"接收案件的鉴定中心 {command.successor} 不能是本中心或已关闭的中心")
    on = business_date(doing.now)
    close_centre(doing.connection, command.code, on, command.successor)
    grow(doing.connection)
    query = select(func.count()).select_from(CASES).where(CASES.c.centre == command.code)
    cases = int(doing.connection.execute(query).scalar_one())
    new = {"closed_on": on.isoformat(), "successor": command.successor}
    return Change(command.code, {"closed_on": None}, new, cases, command.code)


def _known(held: Any, code: str) -> Registered:
    found: Registered | None = held.get(code)
    if found is None:
        raise UnknownSubject(subject=code)
    return found


def _checked(held: Any, columns: dict[str, Any]) -> Centre:
    """The centre of these columns, if it is well-formed and numbers nothing like another one."""
    others = [one.centre for code, one in held.items() if code != columns["code"]]
    try:
        return checked(columns, others)
    except CentresRefused as refused:
        raise BadCentre(why="；".join(refused.problems)) from refused


CENTRES: Ways = {c.AddCentre: Way(_add), c.ChangeCentre: Way(_change), c.CloseCentre: Way(_close)}
