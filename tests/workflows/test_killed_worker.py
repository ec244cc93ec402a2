"""Worker processes killed with SIGKILL: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from temporalio.client import Client

from engine.wire.client import EngineUnavailable
from engine.wire.messages import Receipt
from services.command_input import command_from
from services.place import Place, Working, visiting
from settings import PROJECT
from states.case.commands import AnyCommand
from tests.caseload import REVIEWER
from tests.workflows.cases import (
    ROAD,
    announcing,
    assert_all_agree,
    assert_numbers_are_whole,
    facts,
    now,
    recorded,
    revisions,
    until,
)

STALLING = Path(__file__).parent / "stalling_worker.py"
KILLS = 4


class Workers:
    """The one worker process of a place, killed and replaced."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self, *program: str) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("JIANDING_")}
        environment = {**clean, "JIANDING_DATA_DIR": str(self._place.directory), "PYTHONPATH": str(PROJECT)}
        command = [sys.executable, *(program or ("-m", "desk.cli", "worker")), "--target", self._place.target]
        self._process = subprocess.Popen(command, env=environment)

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None
            self.kills += 1


@contextmanager
def workers_of(place: Place) -> Iterator[Workers]:
    workers = Workers(place)
    try:
        yield workers
    finally:
        workers.kill()


async def until_answered(here: Working, number: str, sent: AnyCommand) -> Receipt:
    """Sends the same command again whenever no answer came."""
    for _ in range(20):
        try:
            return await here.submitter.submit(number, [sent], now())
        except EngineUnavailable:
            continue
    raise AssertionError("never answered")


async def a_whole_life(here: Working, n: int) -> str:
    number = f"43010020269{n:05d}"
    await until_answered(here, number, announcing(n))
    for expected, (name, fields, by) in enumerate(ROAD, start=2):
        receipt = await until_answered(here, number, command_from(name, fields, by=by))
        assert receipt.revision == expected
    return number


async def test_killed_workers_lose_and_double_nothing(place: Place, client: Client) -> None:
    """Commands keep coming while the worker is killed in the midst of its work, again and again."""
    async with visiting(place) as here:
        with workers_of(place) as workers:
            over = asyncio.Event()

            async def stream(first: int) -> list[str]:
                numbers = []
                while not over.is_set():
                    numbers.append(await a_whole_life(here, first + len(numbers)))
                return numbers

            async def kill_again_and_again() -> None:
                dice = random.Random(1)
                for _ in range(KILLS):
                    enough = recorded(here.database) + dice.randint(5, 25)

                    async def worked(enough: int = enough) -> bool:
                        return recorded(here.database) >= enough

                    await until(worked)
                    workers.kill()
                    workers.start()
                over.set()

            workers.start()
            *streams, _ = await asyncio.gather(*(stream(100 * k) for k in range(6)), kill_again_and_again())
            numbers = [number for some in streams for number in some]
            print(f"{workers.kills} kills, {len(numbers)} cases, {recorded(here.database)} steps")
            assert workers.kills == KILLS
            assert recorded(here.database) == 5 * len(numbers)
            await assert_all_agree(here.database, client, numbers)
            kept = ("registration_receipt", "exam_result", "certificate_collection")
            assert_numbers_are_whole(here.database, kept, certificates=len(numbers))


@pytest.mark.parametrize("where", ["before", "during", "after"])
async def test_killed_in_the_middle_of_a_record(place: Place, client: Client, tmp_path: Path, where: str) -> None:
    """The worker dies once the command is accepted: before it is written, before the commit, before Temporal hears."""
    marker = tmp_path / "stalled"
    number = "4301002026900001"
    row = [announcing(1), *(command_from(name, fields, by=by) for name, fields, by in ROAD[:3])]
    async with visiting(place) as here:
        with workers_of(place) as workers:
            workers.start(str(STALLING), where, str(marker))
            asked = asyncio.create_task(here.submitter.submit(number, row, now()))

            async def stalled() -> bool:
                return marker.exists()

            await until(stalled)
            workers.kill()
            assert revisions(here.database, number) == ([1, 2, 3, 4] if where == "after" else [])
            workers.start()
            receipt = await asyncio.wait_for(asked, 60)
            again = await until_answered(here, number, row[0])
            approved = await until_answered(here, number, command_from("approve", {}, by=REVIEWER))
            assert (receipt.revision, again.revision, approved.revision) == (4, 4, 5)
            assert [kind for kind, _ in receipt.documents] == ["announcement", "registration_receipt", "exam_result"]
            kept = facts(here.database, number)
            assert kept is not None and kept.certificate_no
            await assert_all_agree(here.database, client, [number])
            assert_numbers_are_whole(here.database, ("registration_receipt", "exam_result"), certificates=1)
