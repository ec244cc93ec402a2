"""Builds a worker of one place, live or rehearsed, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.bulk import Bulk
from activities.checkpointing import Checkpointer
from activities.deliver import Postman
from activities.noticing import LettersNoticer, Noticer, WebhooksNoticer
from activities.recorder import Recorder
from activities.sweeping import Sweeper
from activities.typesetting import Typesetter
from activities.webhooks import Teller
from engine.slots import AT_ONCE
from engine.wire.client import IN_BULK, TASK_TIMEOUT, nudge_run
from engine.wire.messages import OFFICE_QUEUE, TASK_QUEUE
from letters.renderer import Renderer
from records.runs.items import open_runs
from records.store.committer import Committer
from records.store.database import Database
from services.composing import Composer
from services.people_key import load_key
from services.place import Place, Working, connect, database_to_write, letter_files, open_renderer
from services.post_room import PostRoom
from services.rebuild import Rebuilder
from services.submit import Submitter
from storage.private_folder import private_folder
from workflows.bulk import BulkRunWorkflow
from workflows.case import CaseWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.sweep import SweepWorkflow
from workflows.webhooks import WebhooksWorkflow

_PASSED_THROUGH = ("msgspec", "engine", "states", "transitions", "zoneinfo")


def sandbox() -> SandboxedWorkflowRunner:
    """Temporal's sandbox, with what is pure or long imported passed through.

    The tests run every workflow in it, so that CI proves what it would stop; workers in service do without, since it
    takes half of their time (docs/decisions/0023).
    """
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH))


@asynccontextmanager
async def working(place: Place, *, client: Client | None = None, sandboxed: bool = False) -> AsyncIterator[Working]:
    """Runs one worker for `place` in this process until the block ends; letters under way are finished first.

    `client`: connected already; else it is connected here. Raises EngineAway, SchemaNewer or SchemaOlder.
    """
    client = client or await connect(place)
    runner = sandbox() if sandboxed else UnsandboxedWorkflowRunner()
    private_folder(place.directory)
    database, renderer = database_to_write(place), open_renderer(place)
    parts = _parts(place, database, renderer, client)
    watching: list[asyncio.Task[None]] = []
    try:
        async with _case_worker(client, parts, runner), _office_worker(client, parts, runner):
            parts.typesetter.sweep()
            await _take_up(database, client)
            if not place.rehearsal:  # what was rehearsed is never sent
                watches = [*(one.watch() for one in parts.noticers), parts.sweeper.watch(), parts.checkpointer.watch()]
                watching += [asyncio.create_task(watch) for watch in watches]
            yield Working(database, parts.submitter, client, parts.typesetter.wait)
    finally:
        for task in watching:
            task.cancel()
        await asyncio.to_thread(parts.typesetter.close)
        await asyncio.to_thread(parts.committer.close)
        database.close()


class _Parts(NamedTuple):
    """What the activities of one process are made of."""

    committer: Committer
    typesetter: Typesetter
    noticers: tuple[Noticer, ...]
    recorder: Recorder
    submitter: Submitter
    bulk: Bulk
    postman: Postman
    teller: Teller
    sweeper: Sweeper
    checkpointer: Checkpointer


def _parts(place: Place, database: Database, renderer: Renderer, client: Client) -> _Parts:
    committer = Committer(database)
    files = letter_files(place, database, renderer.render)
    typesetter = Typesetter(database, committer, renderer, files)
    letters, webhooks = LettersNoticer(database, client), WebhooksNoticer(database, client)
    submit = partial(Submitter, database, client, rehearsal=place.rehearsal, unprintable=renderer.unprintable)
    outbox, unhurried = place.outbox_store, submit(priority=IN_BULK)
    post_room = PostRoom(database, lambda write: committer.submit(write).result(), files, outbox, renderer.faces)
    return _Parts(
        committer,
        typesetter,
        (letters, webhooks),
        Recorder(committer, Composer(rehearsal=place.rehearsal), typesetter, letters.notice, webhooks.notice),
        submit(),
        Bulk(database, committer, unhurried, files, outbox.within("重印")),
        Postman(place.settings, database, committer, files, outbox, post_room),
        Teller(database, committer, partial(load_key, place.settings.people_key_file)),
        Sweeper(Rebuilder(database, client, unhurried), client),
        Checkpointer(place.settings, database),
    )


def _case_worker(client: Client, parts: _Parts, runner: WorkflowRunner) -> Worker:
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[CaseWorkflow],
        activities=[parts.recorder.record],
        workflow_runner=runner,
        max_cached_workflows=2000,
        max_concurrent_workflow_tasks=AT_ONCE,
        max_concurrent_local_activities=200,
        no_remote_activities=True,
        sticky_queue_schedule_to_start_timeout=TASK_TIMEOUT,
    )


def _office_worker(client: Client, parts: _Parts, runner: WorkflowRunner) -> Worker:
    return Worker(
        client,
        task_queue=OFFICE_QUEUE,
        workflows=[BulkRunWorkflow, DeliveryWorkflow, WebhooksWorkflow, SweepWorkflow],
        activities=[
            parts.bulk.page,
            parts.postman.deliver,
            parts.postman.close_post,
            parts.teller.tell,
            parts.sweeper.sweep,
        ],
        workflow_runner=runner,
        max_concurrent_activities=4,
    )


async def _take_up(database: Database, client: Client) -> None:
    """Goes on with every bulk run that whoever began it did not live to start."""
    with database.reading() as connection:
        left = open_runs(connection)
    for run in left:
        await nudge_run(client, run)
