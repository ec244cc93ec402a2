"""Bulk runs: named, begun, and how one stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from records.runs.items import (
    NewItem,
    Plan,
    Run,
    case_centres,
    counts,
    new_run_id,
    not_done,
    plan_run,
    run_of,
    run_status,
    runs,
)
from records.store.database import Database
from services.acts import within
from services.people import StaffRegister
from states.office.commands import BeginRun
from states.office.people import Actor
from states.office.refusals import UnknownRun

_SHOWN = 1000


class Failure(msgspec.Struct, frozen=True):
    """An item that ended without being done: which, and why."""

    position: int
    label: str
    case: str
    error: str
    message: str


class RunStanding(msgspec.Struct, frozen=True):
    """How a run stands; `selected` is the sum of the four after it, `failures` are the first thousand."""

    run: str
    kind: str
    title: str
    by: str
    at: str
    status: str
    selected: int
    done: int
    skipped: int
    failed: int
    pending: int
    failures: tuple[Failure, ...]


class Progress(NamedTuple):
    """How far a run is: its status, of how many items, how many still wait."""

    status: str
    selected: int
    pending: int


def begin_run(
    register: StaffRegister, actor: Actor, *, kind: str, title: str, items: Sequence[NewItem], plan: Plan, now: datetime
) -> str:
    """Registers a run on these items, and on whose order; its id. Raises as `services.acts.within` does."""
    run, centres = new_run_id(), tuple(sorted(actor.centres or ()))
    command = BeginRun(run=run, title=title, items=len(items), centres=centres)
    with register.database.writing() as connection:
        within(connection, register.key, actor, command, now)
        plan_run(connection, id_=run, kind=kind, title=title, by=actor.name, at=now.isoformat(), items=items, plan=plan)
    return run


def standing(database: Database, run: str, actor: Actor | None = None) -> RunStanding:
    """How `run` stands, for `actor` if one is given. Raises UnknownRun."""
    with database.reading() as connection:
        found = run_of(connection, run)
        if found is None or (actor is not None and not _concerns(connection, actor, found)):
            raise UnknownRun(run=run)
        failures = tuple(Failure(**row) for row in not_done(connection, run, _SHOWN))
        return _standing(connection, found, failures)


def progress(database: Database, run: str) -> Progress:
    """How far a run is."""
    with database.reading() as connection:
        counted = counts(connection, run)
        return Progress(run_status(connection, run), counted["selected"], counted["pending"])


def list_runs(database: Database, actor: Actor, limit: int) -> list[RunStanding]:
    """The latest runs that concern `actor`, newest first, without their failures."""
    with database.reading() as connection:
        return [_standing(connection, run, ()) for run in runs(connection, limit) if _concerns(connection, actor, run)]


def _standing(connection: Connection, found: Run, failures: tuple[Failure, ...]) -> RunStanding:
    return RunStanding(
        run=found.id, kind=found.kind, title=found.title, by=found.by, at=found.at, status=found.status,
        **counts(connection, found.id), failures=failures,
    )  # fmt: skip


def _concerns(connection: Connection, actor: Actor, run: Run) -> bool:
    """A run is its owner's, and of those who reach all of its cases."""
    if actor.centres is None or run.by == actor.name:
        return True
    centres = case_centres(connection, run.id)
    return bool(centres) and centres <= actor.centres
