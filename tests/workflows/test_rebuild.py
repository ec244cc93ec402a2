"""The engine's state is lost, or is an old one: every deadline is armed again, and nothing happens twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from temporalio.client import Client, WorkflowExecutionStatus

from engine.server.embedded import EmbeddedServer
from engine.server.options import ServerOptions
from engine.wire.client import standing_of
from records.office.world import redate
from records.store.database import Database
from services.place import Place, Working, live_place, visiting
from services.rebuild import Rebuilder
from settings import PROJECT, Settings
from states.business_dates import SHANGHAI, business_date, midnight
from tests.caseload import draw_papers
from tests.workflows.cases import announcing, exit_ahead, lifecycle, now, recorded, revisions, send, until
from worker import working

LEAVING = "电工"


@asynccontextmanager
async def engine(folder: Path) -> AsyncIterator[Place]:
    """A durable embedded server on `folder`, and the live place that it belongs to."""
    async with EmbeddedServer(ServerOptions(folder / "temporal", namespaces=("jianding",))) as server:
        yield live_place(Settings(data_dir=folder), server.target)


@contextmanager
def worker_of_tomorrow(place: Place) -> Iterator[None]:
    """A worker process for which the midnight of the exit has just passed."""
    ahead = (midnight(business_date(now()) + timedelta(days=1)) - now()).total_seconds() + 60
    clean = {key: value for key, value in os.environ.items() if not key.startswith("JIANDING_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.our_worker", "--skew", str(ahead), "--target", place.target],
        env={**clean, "JIANDING_DATA_DIR": str(place.directory), "PYTHONPATH": str(PROJECT)},
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def count(database: Database, sql: str) -> int:
    with database.reading() as connection:
        return int(connection.execute(text(sql)).scalar_one())


async def swept(client: Client) -> None:
    """Waits until the sweep that the first worker of a new state sets off is over."""

    async def over() -> bool:
        found = [execution.status async for execution in client.list_workflows("WorkflowType = 'SweepWorkflow'")]
        return bool(found) and all(status is WorkflowExecutionStatus.COMPLETED for status in found)

    await until(over)


async def some_cases(here: Working) -> list[str]:
    """Four that the exit will meet, one that waits for its reviewer, one that waits for nothing."""
    draw_papers(here.database)
    exit_ahead(here.database, days=1, occupation=LEAVING)
    leaving = []
    for n in range(4):
        number, _ = await here.submitter.open([announcing(n, occupation=LEAVING)], now())
        await send(here.submitter, number, "register", fee_fen=28000)
        leaving.append(number)
    pending, _ = await here.submitter.open([announcing(10)], now())
    await send(here.submitter, pending, "register", fee_fen=28000)
    await send(here.submitter, pending, "withdraw", reason="本人申请")
    return [*leaving, pending, await lifecycle(here.submitter, 11)]


async def test_the_engines_state_is_deleted_and_every_exit_happens_once(tmp_path: Path) -> None:
    async with engine(tmp_path) as place, working(place) as here:
        *leaving, pending, certified = await some_cases(here)
        steps = recorded(here.database)
    for lost in range(2):
        shutil.rmtree(tmp_path / "temporal")
        async with engine(tmp_path) as place, visiting(place) as here:
            with worker_of_tomorrow(place):

                async def all_waiting(here: Working = here) -> bool:
                    waiting = [await standing_of(here.client, number) for number in (*leaving, pending)]
                    return all(waiting) and recorded(here.database) >= steps + len(leaving)

                await until(all_waiting, seconds=120)
            exits = count(here.database, "SELECT count(*) FROM ledger WHERE \"trigger\" = 'exit'")
            notices = count(here.database, "SELECT count(*) FROM documents WHERE kind = 'exit_notice'")
            assert (exits, notices) == (4, 4), f"lost for the {lost + 1}. time"
            assert recorded(here.database) == steps + len(leaving)
            assert [revisions(here.database, number) for number in leaving] == [[1, 2, 3]] * 4
            assert await standing_of(here.client, certified) is None


async def test_an_old_copy_of_the_engines_state_is_brought_up_to_the_record(tmp_path: Path) -> None:
    async with engine(tmp_path) as place, working(place) as here:
        exit_ahead(here.database, days=30, occupation=LEAVING)
        number, _ = await here.submitter.open([announcing(1, occupation=LEAVING)], now())
        await swept(here.client)
    shutil.copytree(tmp_path / "temporal", tmp_path / "copy")
    async with engine(tmp_path) as place, working(place) as here:
        await send(here.submitter, number, "register", fee_fen=28000)
    shutil.rmtree(tmp_path / "temporal")
    (tmp_path / "copy").rename(tmp_path / "temporal")
    async with engine(tmp_path) as place, working(place) as here:
        rebuilder = Rebuilder(here.database, here.client, here.submitter)
        looked = await rebuilder.rebuild(dry_run=True)
        assert (looked.waiting, looked.differing, looked.mended) == (1, 1, 0)
        mended = await rebuilder.rebuild()
        assert (mended.differing, mended.mended, mended.failed) == (1, 1, ())
        held = await standing_of(here.client, number)
        assert held is not None and held.revision == 2
        again = await rebuilder.rebuild()
        assert (again.agreeing, again.mended) == (1, 0)
        assert revisions(here.database, number) == [1, 2]
        await send(here.submitter, number, "withdraw", reason="本人申请")
        assert revisions(here.database, number) == [1, 2, 3]


async def test_a_case_that_sleeps_on_an_old_date_is_told_the_new_one(tmp_path: Path) -> None:
    async with engine(tmp_path) as place, working(place) as here:
        exit_ahead(here.database, days=30, occupation=LEAVING)
        number, _ = await here.submitter.open([announcing(1, occupation=LEAVING)], now())
        await swept(here.client)
        sooner = business_date(now()) + timedelta(days=5)
        with here.database.writing() as connection:  # moved, and whoever moved it told nobody
            redate(connection, to=sooner, at=now(), by="管理丁", occupation=LEAVING)
        rebuilder = Rebuilder(here.database, here.client, here.submitter)
        mended = await rebuilder.rebuild()
        assert (mended.asleep, mended.mended) == (1, 1)
        held = await standing_of(here.client, number)
        assert held is not None and held.wakes_at is not None
        assert held.wakes_at.astimezone(SHANGHAI) == midnight(sooner)
        assert (await rebuilder.rebuild()).agreeing == 1
