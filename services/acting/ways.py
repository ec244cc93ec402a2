"""How each act is done. An act without a way fails when this is imported."""

from __future__ import annotations

from services.acting.calendar import CALENDAR
from services.acting.centres import CENTRES
from services.acting.doing import Way, Ways
from services.acting.exams import EXAMS
from services.acting.keys import KEYS
from services.acting.people import PEOPLE
from services.acting.post import POST
from services.acting.runs import RUNS
from services.acting.within import WITHIN
from states.office.acts import EVENTS
from states.office.commands import OFFICE_COMMANDS, OfficeCommand

WAYS: Ways = {**PEOPLE, **CALENDAR, **CENTRES, **EXAMS, **POST, **RUNS, **KEYS, **WITHIN}


def way_of(command: OfficeCommand) -> Way:
    """How `command` is done."""
    return WAYS[type(command)]


_NEEDED = {kind for name, kind in OFFICE_COMMANDS.items() if name not in EVENTS}
if set(WAYS) != _NEEDED:
    raise AssertionError(f"acts without a way: {sorted(kind.__name__ for kind in _NEEDED ^ set(WAYS))}")
