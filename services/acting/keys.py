"""A key that is needed no more."""

from __future__ import annotations

from services.acting.doing import Change, Doing, Way, Ways
from services.key_changes import retire
from states.office import commands as c


def _retire(doing: Doing, command: c.RetireKey) -> Change:
    retire(doing.connection, command.kind, command.key_id)
    return Change(f"{command.kind} {command.key_id}", "held", "retired")


KEYS: Ways = {c.RetireKey: Way(_retire)}
