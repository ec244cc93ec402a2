"""Acts on what cases are judged by: policies, working days, the catalog, exit dates, holds."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from records.case.reading import cases_of
from records.case.tables import CASES
from records.office.world import (
    active_holds,
    add_standings,
    catalog_in_force,
    clear_holiday,
    hold_value,
    holidays,
    place_hold,
    policies,
    redate,
    release_hold,
    replace_catalog,
    set_holiday,
    set_policies,
)
from records.runs.items import NewItem, Plan, new_run_id, plan_run
from services.acting.changes import changed
from services.acting.doing import Change, Doing, Way, Ways
from states.case.commands import FollowCalendar
from states.office import commands as c
from states.office.refusals import BadCatalog, NoChange, ReasonNeeded, UnknownSubject
from states.policies import Policies
from states.reference.catalog import CatalogRefused, load, read_totals
from states.reference.standings import load_standings
from states.words import Role

RESOLVED = frozenset({"exceptions"})
"""What the database works out for itself when a command is sent."""


def _set_policies(doing: Doing, command: c.SetPolicies) -> Change:
    before = policies(doing.connection)
    after = changed(before, command.changes, unset=RESOLVED)
    set_policies(doing.connection, after)
    old, new = shown_policies(before), shown_policies(after)
    moved = [name for name in new if old[name] != new[name]]
    if not moved:
        raise NoChange(subject="、".join(command.changes))
    return Change("、".join(moved), {name: old[name] for name in moved}, {name: new[name] for name in moved}, after)


def shown_policies(found: Policies) -> dict[str, object]:
    """Policies as people see them, without what is resolved."""
    values = {name: msgspec.to_builtins(getattr(found, name)) for name in Policies.__struct_fields__}
    return {name: value for name, value in values.items() if name not in RESOLVED}


def _set_holiday(doing: Doing, command: c.SetHoliday) -> Change:
    old = _entry(doing.connection, command.day.isoformat())
    set_holiday(
        doing.connection, day=command.day, workday=command.workday, name=command.name, by=doing.actor.name, at=doing.now
    )
    return Change(command.day.isoformat(), old, {"workday": command.workday, "name": command.name})


def _clear_holiday(doing: Doing, command: c.ClearHoliday) -> Change:
    day = command.day.isoformat()
    old = _entry(doing.connection, day)
    if old is None:
        raise UnknownSubject(subject=day)
    clear_holiday(doing.connection, command.day)
    return Change(day, old, None)


def _entry(connection: Connection, day: str) -> dict[str, object] | None:
    found = [row for row in holidays(connection) if row["day"].isoformat() == day]
    return {"workday": found[0]["workday"], "name": found[0]["name"]} if found else None


def _load_catalog(doing: Doing, command: c.LoadCatalog) -> Change:
    before = catalog_in_force(doing.connection)
    try:
        after = load(command.csv, read_totals(command.totals))
    except CatalogRefused as refused:
        raise BadCatalog(problems=refused.problems, why="\n".join(refused.problems)) from refused
    kept = replace_catalog(doing.connection, after)
    new = {"occupations": len(after.occupations), "kept": kept}
    return Change("目录附件", {"occupations": len(before.occupations)}, new, kept)


def _load_standing(doing: Doing, command: c.LoadStanding) -> Change:
    try:
        found = load_standings(command.csv)
        add_standings(doing.connection, found)
    except CatalogRefused as refused:
        raise BadCatalog(problems=refused.problems, why="\n".join(refused.problems)) from refused
    names = [row.occupation for row in found]
    return Change("目录外职业", None, {"occupations": names}, len(names))


def _redate(doing: Doing, command: c.Redate) -> Change:
    """The new date and the selection of every affected case for telling, in one transaction; `result` is the run."""
    connection, by = doing.connection, doing.actor.name
    before = {row.occupation: row.exit_date for row in catalog_in_force(connection).occupations}
    moved = _moved(doing, command)
    run, subject = new_run_id(), command.occupation or f"第{command.batch}批"
    title = f"{subject}退出日期改为{command.to}" if command.to else f"{subject}改为准入类，不退出"
    telling = FollowCalendar(by=by, account=doing.actor.account, role=Role.ADMINISTRATOR, reason="redate")
    items = (NewItem(number, number) for number in cases_of(connection, moved))
    plan_run(
        connection, id_=run, kind="redate", title=title, by=by,
        at=doing.now.isoformat(), items=items, plan=Plan((telling,)),
    )  # fmt: skip
    old = {name: str(before[name]) for name in moved}
    return Change(subject, old, {"to": command.to.isoformat() if command.to else None, "occupations": len(moved)}, run)


def _moved(doing: Doing, command: c.Redate) -> list[str]:
    if bool(command.batch) == bool(command.occupation):
        raise BadCatalog(why="请用批次或职业之一指明", problems=[])
    try:
        return redate(
            doing.connection, to=command.to, at=doing.now, by=doing.actor.name, reason=command.reason,
            batch=command.batch, occupation=command.occupation,
        )  # fmt: skip
    except CatalogRefused as refused:
        raise BadCatalog(why="\n".join(refused.problems), problems=refused.problems) from refused


def _place_hold(doing: Doing, command: c.PlaceHold) -> Change:
    if not command.reason.strip():
        raise ReasonNeeded(act="暂缓发证")
    value = hold_value(doing.connection, command.scope, command.value)
    old = active_holds(doing.connection).get((command.scope, value))
    place_hold(
        doing.connection, scope=command.scope, value=value, reason=command.reason, by=doing.actor.name, at=doing.now
    )
    return Change(value, {"hold": old}, {"hold": command.reason}, value, _centre(command.scope, value))


def _release_hold(doing: Doing, command: c.ReleaseHold) -> Change:
    value = hold_value(doing.connection, command.scope, command.value)
    old = active_holds(doing.connection).get((command.scope, value))
    if old is None:
        raise UnknownSubject(subject=command.value)
    released = release_hold(doing.connection, scope=command.scope, value=value, by=doing.actor.name, at=doing.now)
    return Change(value, {"hold": old}, {"hold": None}, released, _centre(command.scope, value))


def _centre(scope: str, value: str) -> str:
    return value if scope == "centre" else ""


def _held_centres(connection: Connection, command: c.PlaceHold | c.ReleaseHold) -> frozenset[str] | None:
    """A hold on an occupation concerns every centre."""
    if command.scope == "occupation":
        return None
    value = hold_value(connection, command.scope, command.value)
    if command.scope == "centre":
        return frozenset({value})
    return frozenset(connection.execute(select(CASES.c.centre).where(CASES.c.number == value)).scalars())


CALENDAR: Ways = {
    c.SetPolicies: Way(_set_policies),
    c.SetHoliday: Way(_set_holiday),
    c.ClearHoliday: Way(_clear_holiday),
    c.LoadCatalog: Way(_load_catalog),
    c.LoadStanding: Way(_load_standing),
    c.Redate: Way(_redate),
    c.PlaceHold: Way(_place_hold, _held_centres),
    c.ReleaseHold: Way(_release_hold, _held_centres),
}
