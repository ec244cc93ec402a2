"""Acts on bulk runs: pausing, going on, giving up."""

from __future__ import annotations

from sqlalchemy import Connection

from records.runs.items import case_centres, move, run_of
from services.acting.doing import Change, Doing, Way, Ways
from states.office import commands as c
from states.office.refusals import RunMoved, UnknownSubject

RUN_STATUS_NAMES = {
    "running": "进行中",
    "paused": "已暂停",
    "cancelling": "正在取消",
    "cancelled": "已取消",
    "done": "已完成",
}
SOURCES = {
    "paused": ("running",),
    "running": ("paused", "running"),
    "cancelling": ("running", "paused", "cancelling"),
}
_VERBS = {"paused": "暂停", "running": "继续", "cancelling": "取消"}


def _move(doing: Doing, command: c.MoveRun) -> Change:
    found = run_of(doing.connection, command.run)
    if found is None:
        raise UnknownSubject(subject=command.run)
    if not move(doing.connection, command.run, SOURCES[command.to], command.to):
        raise RunMoved(run=command.run, status_name=RUN_STATUS_NAMES[found.status], verb=_VERBS[command.to])
    return Change(command.run, {"status": found.status}, {"status": command.to})


def _centres(connection: Connection, command: c.MoveRun) -> frozenset[str] | None:
    """A run concerns the centres of its cases; one that opens its cases still has none, and is the office's."""
    if run_of(connection, command.run) is None:
        return frozenset()
    return case_centres(connection, command.run) or None


RUNS: Ways = {c.MoveRun: Way(_move, _centres)}
