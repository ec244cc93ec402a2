"""Writes tests/replay/histories/*.json: what real cases left on a real server, for every later version to replay.

`python -m tests.replay.capture` writes those that are not there yet; a history that was once released is never changed.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from activities.compose import Composer
from activities.door import Door
from activities.recorder import Recorder
from activities.typesetting import Typesetter
from desk.orders import order
from engine.client import case_id
from engine.converter import data_converter
from engine.messages import TASK_QUEUE
from engine.options import ServerOptions
from engine.server import EmbeddedServer
from letters.seal import Signer
from letters.typesetting import Press
from records.committer import Committer
from states.business_dates import SHANGHAI
from tests.caseload import CLERK, REVIEWER, database_at, person
from worker import sandbox
from workflows.case import CaseWorkflow

HISTORIES = Path(__file__).parent / "histories"
PAPER = {"result": "passed", "paper": "GJTK-2020-0417", "session": "S-1"}
Script = list[tuple[date, str, dict[str, Any], str]]

RIGHTS: Script = [
    (date(2020, 12, 31), "", {}, ""),
    (date(2021, 1, 23), "", {}, ""),
    (date(2021, 1, 25), "request_refund", {"evidence": "意愿选择书"}, CLERK),
    (date(2021, 1, 26), "approve", {}, REVIEWER),
]
EXAM: Script = [
    (date(2020, 11, 20), "hold_exam", PAPER, CLERK),
    (date(2020, 11, 21), "certify", {}, CLERK),
    (date(2020, 11, 22), "approve", {}, REVIEWER),
]
STORIES: dict[str, tuple[bool, dict[str, Any], Script]] = {
    "live-lifecycle": (False, {"occupation": "保安员"}, EXAM),
    "live-protected": (False, {"cohort": "plan_student"}, EXAM),
    "rehearsed-exit-and-refund": (True, {}, RIGHTS),
    "rehearsed-lifecycle": (True, {}, EXAM),
}


async def capture(name: str, target: str, folder: Path) -> None:
    """Plays one story in the clear, on made-up people, and keeps its history."""
    rehearsal, more, script = STORIES[name]
    client = await Client.connect(target, namespace=f"replay-{name}", data_converter=data_converter(None))
    folder.mkdir()
    database, press = database_at(folder), Press(Signer.load_or_create(folder / "seal.key"))
    committer = Committer(database)
    typesetter = Typesetter(database, committer, press, folder / "letters")
    recorder = Recorder(committer, Composer(rehearsal=rehearsal), typesetter)
    door = Door(database, client, rehearsal=rehearsal, unprintable=press.unprintable)
    async with Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[CaseWorkflow],
        activities=[recorder.record],
        workflow_runner=sandbox(),
    ):
        announce = order("announce", {**person(1), **more}, by=CLERK)
        register = order("register", {"fee_fen": 28_000}, by=CLERK)
        number, _ = await door.open([announce, register], _at(date(2020, 11, 2)))
        for day, command, fields, by in script:
            orders = [order(command, fields, by=by)] if command else []
            await door.submit(number, orders, _at(day))
    history = await client.get_workflow_handle(case_id(number)).fetch_history()
    kept = json.dumps(json.loads(history.to_json()), ensure_ascii=False, indent=1)
    (HISTORIES / f"{name}.json").write_text(kept + "\n", encoding="utf-8")
    await asyncio.to_thread(typesetter.close)
    await asyncio.to_thread(committer.close)


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)


async def main() -> None:
    """Captures what is missing."""
    missing = [name for name in STORIES if not (HISTORIES / f"{name}.json").exists()]
    with tempfile.TemporaryDirectory() as scratch:
        namespaces = tuple(f"replay-{name}" for name in missing)
        options = ServerOptions(Path(scratch) / "temporal", database=None, namespaces=namespaces)
        async with EmbeddedServer(options) as server:
            for name in missing:
                await capture(name, server.target, Path(scratch) / name)


if __name__ == "__main__":
    asyncio.run(main())
