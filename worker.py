"""Wiring only: one place (live or rehearsed), its database, press, server connection and Temporal worker.

`python worker.py --target HOST:PORT` is one worker process; the desk starts as many as there are cores.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client, TLSConfig
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.bulk import Bulk
from activities.compose import Composer
from activities.deliver import Postman
from activities.door import Door
from activities.noticing import Noticer
from activities.posting import PostRoom
from activities.recorder import Recorder
from activities.typesetting import Typesetter
from engine.client import IN_BULK, TASK_TIMEOUT, nudge_run
from engine.converter import data_converter
from engine.keys import Keyring
from engine.loop import collect_rarely
from engine.loop import run as run_loop
from engine.messages import OFFICE_QUEUE, TASK_QUEUE
from engine.settings import Settings, rehearsal_url
from engine.slots import AT_ONCE
from letters.seal import Signer
from letters.typesetting import Press
from records.committer import Committer
from records.database import Database
from records.runs import open_runs
from records.world import seed
from states.catalog import annex_2020
from workflows.bulk import BulkRunWorkflow
from workflows.case import CaseWorkflow
from workflows.delivery import DeliveryWorkflow

_PASSED_THROUGH = ("msgspec", "engine", "states", "transitions", "zoneinfo")


@dataclass(frozen=True)
class Place:
    """Where cases live: the live place, or a rehearsal with a database, namespace and letters of its own."""

    settings: Settings
    directory: Path
    database: str
    target: str
    namespace: str
    rehearsal: bool

    @property
    def letters(self) -> Path:
        """The folder that holds the PDFs, by kind and month."""
        return self.directory / "letters"

    @property
    def outbox(self) -> Path:
        """The folder from where letters on paper are printed and posted, by day and centre."""
        return self.directory / "outbox"


def live_place(settings: Settings, target: str) -> Place:
    """The place of real cases."""
    return Place(settings, settings.data_dir, settings.database, target, settings.temporal_namespace, rehearsal=False)


def rehearsal_place(settings: Settings, directory: Path, target: str) -> Place:
    """A rehearsal of its own in `directory`: nothing of it touches the live place, no letter of it leaves."""
    return Place(settings, directory, rehearsal_url(directory), target, settings.rehearsal_namespace, rehearsal=True)


async def connect(place: Place) -> Client:
    """A client of the place's Temporal server; every payload is sealed with the installation's key."""
    s = place.settings
    tls: TLSConfig | bool = s.uses_tls
    if s.temporal_tls_server_ca or s.temporal_tls_client_cert:
        tls = TLSConfig(
            server_root_ca_cert=_bytes(s.temporal_tls_server_ca),
            client_cert=_bytes(s.temporal_tls_client_cert),
            client_private_key=_bytes(s.temporal_tls_client_key),
        )
    key = s.temporal_api_key.get_secret_value() if s.temporal_api_key else None
    converter = data_converter(Keyring.open(s.key_file))
    return await Client.connect(place.target, namespace=place.namespace, data_converter=converter, tls=tls, api_key=key)


def _bytes(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None


def open_database(place: Place) -> Database:
    """The place's database, migrated, with the annex of 2020 in force if there was none."""
    database = Database(place.database)
    database.migrate()
    with database.writing() as connection:
        seed(connection, annex_2020())
    return database


def live_database(settings: Settings) -> Database:
    """The database of real cases, for whoever needs no engine."""
    return open_database(live_place(settings, ""))


def open_press(place: Place) -> Press:
    """The press, sealing with the installation's own signature."""
    s = place.settings
    signer = Signer.load_or_create(s.seal_file)
    return Press(signer, base_url=s.base_url, prefer_fangsong=s.prefer_fangsong)


@dataclass
class Working:
    """A place that answers: its database, the door for commands, and a wait until the letters so far are filed."""

    database: Database
    door: Door
    client: Client
    letters_filed: Callable[[], None]


@asynccontextmanager
async def visiting(place: Place) -> AsyncIterator[Working]:
    """A place whose workers run elsewhere: only the door. Its letters are filed by those workers, in their time."""
    database, press = open_database(place), open_press(place)
    client = await connect(place)
    door = Door(database, client, rehearsal=place.rehearsal, unprintable=press.unprintable)
    try:
        yield Working(database, door, client, lambda: None)
    finally:
        database.close()


def sandbox() -> SandboxedWorkflowRunner:
    """Temporal's sandbox, with what is pure or long imported passed through.

    The tests run every workflow in it, so that CI proves what it would stop; workers in service do without, since it
    takes half of their time (ARCHITECTURE D23).
    """
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH))


@asynccontextmanager
async def working(place: Place, *, sandboxed: bool = False) -> AsyncIterator[Working]:
    """Runs one worker for `place` in this process until the block ends; letters under way are finished first."""
    runner = sandbox() if sandboxed else UnsandboxedWorkflowRunner()
    place.directory.mkdir(parents=True, exist_ok=True)
    database, press = open_database(place), open_press(place)
    committer = Committer(database)
    typesetter = Typesetter(database, committer, press, place.letters)
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
    door = Door(database, client, rehearsal=place.rehearsal, unprintable=press.unprintable)
    unhurried = Door(database, client, rehearsal=place.rehearsal, unprintable=press.unprintable, priority=IN_BULK)
    bulk = Bulk(database, committer, unhurried, typesetter, place.outbox / "重印")
    post_room = PostRoom(
        database, lambda write: committer.submit(write).result(), place.letters, place.outbox, press.faces
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
            yield Working(database, door, client, typesetter.wait)
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
