"""Builds a worker of one place, live or rehearsed, and nothing else.

`python worker.py --target HOST:PORT` is one worker process; the desk starts as many as there are cores.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.bulk import Bulk
from activities.deliver import Postman
from activities.noticing import Noticer
from activities.recorder import Recorder
from activities.typesetting import Typesetter
from engine.loop import collect_rarely
from engine.loop import run as run_loop
from engine.slots import AT_ONCE
from engine.wire.client import IN_BULK, TASK_TIMEOUT, nudge_run
from engine.wire.messages import OFFICE_QUEUE, TASK_QUEUE
from records.runs.items import open_runs
from records.store.committer import Committer
from records.store.database import Database
from services.composing import Composer
from services.place import Place, Working, connect, database_to_write, live_place, open_renderer
from services.post_room import PostRoom
from services.submit import Submitter
from settings import Settings
from workflows.bulk import BulkRunWorkflow
from workflows.case import CaseWorkflow
from workflows.delivery import DeliveryWorkflow

_PASSED_THROUGH = ("msgspec", "engine", "states", "transitions", "zoneinfo")


def sandbox() -> SandboxedWorkflowRunner:
    """Temporal's sandbox, with what is pure or long imported passed through.

    The tests run every workflow in it, so that CI proves what it would stop; workers in service do without, since it
    takes half of their time (docs/decisions/0023).
    """
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH))


@asynccontextmanager
async def working(place: Place, *, sandboxed: bool = False) -> AsyncIterator[Working]:
    """Runs one worker for `place` in this process until the block ends; letters under way are finished first."""
    runner = sandbox() if sandboxed else UnsandboxedWorkflowRunner()
    place.directory.mkdir(parents=True, exist_ok=True)
    database, renderer = database_to_write(place), open_renderer(place)
    committer = Committer(database)
    typesetter = Typesetter(database, committer, renderer, place.letters)
    client = await connect(place)
    noticer = Noticer(database, client)
    recorder = Recorder(committer, Composer(rehearsal=place.rehearsal), typesetter, noticer.notice)
    worker = Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[CaseWorkflow],
        activities=[recorder.record],
        workflow_runner=runner,
        max_cached_workflows=2000,
        max_concurrent_workflow_tasks=AT_ONCE,
        max_concurrent_local_activities=200,
        no_remote_activities=True,
        sticky_queue_schedule_to_start_timeout=TASK_TIMEOUT,
    )
    typesetter.sweep()
    submitter = Submitter(database, client, rehearsal=place.rehearsal, unprintable=renderer.unprintable)
    unhurried = Submitter(
        database, client, rehearsal=place.rehearsal, unprintable=renderer.unprintable, priority=IN_BULK
    )
    bulk = Bulk(database, committer, unhurried, typesetter, place.outbox / "重印")
    post_room = PostRoom(
        database, lambda write: committer.submit(write).result(), place.letters, place.outbox, renderer.faces
    )
    postman = Postman(place.settings, database, committer, place.letters, place.outbox, post_room)
    office = Worker(
        client,
        task_queue=OFFICE_QUEUE,
        workflows=[BulkRunWorkflow, DeliveryWorkflow],
        activities=[bulk.page, postman.deliver, postman.close_post],
        workflow_runner=runner,
        max_concurrent_activities=4,
    )
    watching: asyncio.Task[None] | None = None
    try:
        async with worker, office:
            await _take_up(database, client)
            if not place.rehearsal:  # what was rehearsed is never sent
                watching = asyncio.create_task(noticer.watch())
            yield Working(database, submitter, client, typesetter.wait)
    finally:
        if watching:
            watching.cancel()
        await asyncio.to_thread(typesetter.close)
        await asyncio.to_thread(committer.close)
        database.close()


async def _take_up(database: Database, client: Client) -> None:
    """Goes on with every bulk run that whoever began it did not live to start."""
    with database.reading() as connection:
        left = open_runs(connection)
    for run in left:
        await nudge_run(client, run)


async def serve(place: Place) -> None:
    """One worker process: works until it is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with working(place):
        collect_rarely()
        await stop.wait()


def main() -> None:
    """Reads where to work from the arguments, the rest from `Settings`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    arguments = parser.parse_args()
    run_loop(serve(live_place(Settings(), arguments.target)))


if __name__ == "__main__":
    main()
