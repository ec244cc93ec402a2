"""Acts that are part of something larger, which does what they do in the same transaction: see `acts.within`."""

from __future__ import annotations

from sqlalchemy import Connection, select

from records.case.tables import CASES
from services.acting.doing import Change, Doing, Way, Ways
from states.office import commands as c


def _begin_run(_: Doing, command: c.BeginRun) -> Change:
    centres = ",".join(command.centres)
    return Change(command.run, None, {"title": command.title, "items": command.items}, None, centres)


def _export(_: Doing, command: c.Export) -> Change:
    return Change(command.what, None, {"chosen": command.chosen, "rows": command.rows}, None, ",".join(command.centres))


def _unmask(doing: Doing, command: c.Unmask) -> Change:
    (centre,) = _of_case(doing.connection, command)
    return Change(command.case, None, None, None, centre)


def _print_post(_: Doing, command: c.PrintPost) -> Change:
    return Change(command.day.isoformat(), None, {"centre": command.centre}, None, command.centre)


def _rotate_key(_: Doing, command: c.RotateKey) -> Change:
    return Change(command.kind, None, None)


def _listed(_: Connection, command: c.BeginRun | c.Export) -> frozenset[str] | None:
    return frozenset(command.centres) or None


def _one(_: Connection, command: c.PrintPost) -> frozenset[str] | None:
    return frozenset({command.centre}) if command.centre else None


def _of_case(connection: Connection, command: c.Unmask) -> frozenset[str]:
    return frozenset(connection.execute(select(CASES.c.centre).where(CASES.c.number == command.case)).scalars())


WITHIN: Ways = {
    c.BeginRun: Way(_begin_run, _listed),
    c.Export: Way(_export, _listed),
    c.Unmask: Way(_unmask, _of_case),
    c.PrintPost: Way(_print_post, _one),
    c.RotateKey: Way(_rotate_key),
}
