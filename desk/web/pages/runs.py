"""Bulk runs: the list, one with its progress, and pausing, going on with or cancelling it."""

from __future__ import annotations

from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked, NotThere
from engine.wire.client import nudge_run
from services.acts import perform
from services.runs import RunStanding, list_runs, standing
from states.office.commands import MoveRun
from states.office.refusals import UnknownRun
from states.words import Role

_SHOWN = 50
WORKERS = frozenset({Role.CLERK, Role.REVIEWER, Role.FINANCE, Role.SUPERVISOR, Role.ADMINISTRATOR})
MOVERS = frozenset({Role.CLERK, Role.ADMINISTRATOR})
OPEN = frozenset({"running", "paused", "cancelling"})


def runs_page(asked: Asked) -> Response:
    """The latest runs."""
    return asked.show("runs.html.j2", runs=list_runs(asked.house.database, asked.who, _SHOWN))


def run_page(asked: Asked) -> Response:
    """One run; asked for by htmx, only the part that moves."""
    found = _found(asked)
    template = "run_part.html.j2" if asked.is_part else "run.html.j2"
    return asked.show(template, run=found, live=found.status in OPEN)


def move_page(asked: Asked) -> Response:
    """Pauses, resumes or cancels."""
    found, to = _found(asked), asked.form.get("to", "")
    if to not in ("paused", "running", "cancelling"):
        raise NotThere
    perform(asked.house.register, asked.who, MoveRun(run=found.run, to=to), asked.now)  # type: ignore[arg-type]
    started(asked, found.run)
    return asked.go("run", run=found.run)


def started(asked: Asked, run: str) -> None:
    """Tells the engine of a run; without an engine any worker that starts takes it up."""
    if asked.house.client is not None:
        asked.house.wait_for(nudge_run(asked.house.client, run))


def _found(asked: Asked) -> RunStanding:
    try:
        return standing(asked.house.database, asked.path["run"], asked.who)
    except UnknownRun as unknown:
        raise NotThere from unknown


PAGES = (
    Page("runs", "/runs", runs_page, Reach.CENTRE, WORKERS),
    Page("run", "/runs/{run}", run_page, Reach.CENTRE, WORKERS),
    Page("move_run", "/runs/{run}/move", move_page, Reach.CENTRE, MOVERS, ("POST",)),
)
