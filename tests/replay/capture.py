"""Writes tests/replay/histories/*.json: what real cases left on a real server, for every later version to replay.

`python -m tests.replay.capture` writes those that are not there yet; a history that was once released is never changed.
Those of SEASONS come from the server whose clock jumps, since only there a live timer rings months ahead.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.recorder import Recorder
from activities.typesetting import Typesetter
from engine.server.embedded import EmbeddedServer
from engine.server.options import ServerOptions
from engine.wire.client import case_id
from engine.wire.converter import data_converter
from engine.wire.messages import TASK_QUEUE
from letters.renderer import Renderer
from letters.seal import Signer
from records.office.world import redate
from records.store.committer import Committer
from records.store.database import Database
from services.command_input import command_from
from services.composing import Composer
from services.submit import Submitter
from states.business_dates import SHANGHAI
from states.case.commands import AnyCommand
from states.refusals import Refusal
from storage.folder import FolderStore
from tests.caseload import CLERK, REVIEWER, STUDENT, database_at, person
from tests.engine_servers import time_skipping_program
from worker import sandbox
from workflows.case import CaseWorkflow

_ACCEPTED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
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
MARKS_LATER: Script = [
    (date(2020, 11, 20), "hold_exam", {"session": "S-1"}, CLERK),
    (date(2020, 12, 31), "", {}, ""),
    (date(2021, 1, 10), "grade", {"theory": 80, "practice": 45, "paper": "GJTK-2020-0417"}, CLERK),
    (date(2021, 1, 12), "regrade", {"theory": 80, "practice": 65, "reason": "复查"}, CLERK),
    (date(2021, 1, 13), "approve", {}, REVIEWER),
]
CONVERSION: Script = [
    (date(2020, 12, 31), "", {}, ""),
    (date(2021, 1, 4), "request_conversion", {"evidence": "意愿选择书"}, CLERK),
    (date(2021, 1, 5), "approve", {}, REVIEWER),
    (date(2021, 1, 6), "change_choice", {"choice": "continue_exam", "evidence": "变更申请"}, CLERK),
    (date(2021, 2, 1), "postpone", {"exam_on": date(2021, 3, 1)}, CLERK),
]
LATE: Script = [
    (date(2020, 12, 31), "", {}, ""),
    (date(2021, 1, 4), "hold_exam", {**PAPER, "held_on": date(2020, 12, 20)}, CLERK),
    (date(2021, 1, 5), "approve", {}, REVIEWER),
]
STORIES: dict[str, tuple[bool, dict[str, Any], Script]] = {
    "live-lifecycle": (False, {"occupation": "保安员"}, EXAM),
    "live-protected": (False, STUDENT, EXAM),
    "rehearsed-exit-and-refund": (True, {}, RIGHTS),
    "rehearsed-lifecycle": (True, {}, EXAM),
    "rehearsed-marks-later": (True, {}, MARKS_LATER),
    "rehearsed-changed-choice": (True, {}, CONVERSION),
    "rehearsed-late-exam": (True, {"session": "S-1"}, LATE),
}
UNOPENED = "4301002026999999"


@asynccontextmanager
async def working_in(client: Client, folder: Path, *, rehearsal: bool) -> AsyncIterator[tuple[Database, Submitter]]:
    """A worker in the clear, and its submitter."""
    folder.mkdir()
    database, renderer = database_at(folder), Renderer(Signer.fresh())
    committer = Committer(database)
    typesetter = Typesetter(database, committer, renderer, FolderStore(folder / "letters"))
    recorder = Recorder(committer, Composer(rehearsal=rehearsal), typesetter)
    submitter = Submitter(database, client, rehearsal=rehearsal, unprintable=renderer.unprintable)
    async with Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[CaseWorkflow],
        activities=[recorder.record],
        workflow_runner=sandbox(),
    ):
        yield database, submitter
    await asyncio.to_thread(typesetter.close)
    await asyncio.to_thread(committer.close)


async def keep(client: Client, number: str, name: str) -> None:
    """Writes the history of case `number` as JSON that a person can read."""
    history = await client.get_workflow_handle(case_id(number)).fetch_history()
    kept = json.dumps(json.loads(history.to_json()), ensure_ascii=False, indent=1)
    (HISTORIES / f"{name}.json").write_text(kept + "\n", encoding="utf-8")


async def capture(name: str, target: str, folder: Path) -> None:
    """Plays one story in the clear, on made-up people, and keeps its history."""
    client = await Client.connect(target, namespace=f"replay-{name}", data_converter=data_converter(None))
    rehearsal, more, script = STORIES.get(name, (False, {}, []))
    async with working_in(client, folder, rehearsal=rehearsal) as (_, submitter):
        if name in RACES:
            number = await RACES[name](submitter, client)
        else:
            number, _ = await submitter.open(_row(more), _at(date(2020, 11, 2)))
        for day, command, fields, by in script:
            commands = [command_from(command, fields, by=by)] if command else []
            await submitter.submit(number, commands, _at(day))
    await keep(client, number, name)


async def refused(submitter: Submitter, _: Client) -> str:
    """The first command of all is refused: a workflow that ends at once."""
    with suppress(Refusal):
        await submitter.submit(
            UNOPENED, [command_from("certify", {}, by=CLERK)], _at(date(2020, 11, 2)), occupation="保安员"
        )
    return UNOPENED


async def raced(submitter: Submitter, client: Client) -> str:
    """Proposals at once: at least one more than wins is accepted, and refused when its turn comes."""
    for n in range(1, 50):
        number, _ = await submitter.open(_row({**person(n), "occupation": "保安员"}), _at(date(2020, 11, 2)))
        at_once = (
            submitter.submit(number, [command_from("withdraw", {}, by=CLERK)], _at(date(2020, 11, 3))) for _ in range(6)
        )
        await asyncio.gather(*at_once, return_exceptions=True)
        history = await client.get_workflow_handle(case_id(number)).fetch_history()
        if [event.event_type for event in history.events].count(_ACCEPTED) > 2:
            await submitter.submit(number, [command_from("approve", {}, by=REVIEWER)], _at(date(2020, 11, 4)))
            return number
    raise AssertionError("they never met")


async def declined(submitter: Submitter, _: Client) -> str:
    """An archive certificate that the second person did not take: it was never a case, and its workflow ends."""
    old = {"certificate_no": "1918010000400123", "issued_on": date(2019, 6, 1)}
    imported = command_from("import_certificate", {**person(1), **old}, by=CLERK)
    number, _receipt = await submitter.open([imported], _at(date(2020, 11, 2)))
    await submitter.submit(
        number, [command_from("decline", {"reason": "档案不符"}, by=REVIEWER)], _at(date(2020, 11, 3))
    )
    return number


RACES: dict[str, Callable[[Submitter, Client], Awaitable[str]]] = {
    "refused-at-once": refused,
    "live-raced-proposals": raced,
    "live-import-declined": declined,
}


async def capture_season(name: str, folder: Path) -> None:
    """A live case on a clock that jumps: its timers ring, days after the exit a person speaks, and it rests."""
    more, moved_days, script = SEASONS[name]
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(time_skipping_program()), data_converter=data_converter(None)
    ) as environment:
        opened = (await environment.get_current_time()).astimezone(SHANGHAI)
        exits = opened + timedelta(days=120)
        async with working_in(environment.client, folder, rehearsal=False) as (database, submitter):

            def redated(to: datetime) -> None:
                with database.writing() as connection:
                    redate(connection, to=to.date(), at=opened, by="管理丁", occupation="电工")

            redated(exits)
            number, _ = await submitter.open(_row(more), opened)
            if moved_days:
                redated(exits + timedelta(days=moved_days))
            for days, command, fields, by in script:
                noon = exits.replace(hour=12) + timedelta(days=days)
                await environment.sleep(noon - (await environment.get_current_time()).astimezone(SHANGHAI))
                if command:
                    await submitter.submit(number, [command_from(command, fields, by=by)], noon)
        await keep(environment.client, number, name)


SEASONS: dict[str, tuple[dict[str, Any], int, list[tuple[int, str, dict[str, Any], str]]]] = {
    "season-exit-escalation-refund": (
        {},
        0,
        [
            (33, "request_refund", {"evidence": "意愿选择书"}, CLERK),
            (34, "approve", {}, REVIEWER),
            (36, "settle_refund", {"bank_ref": "B-1"}, "财务丙"),
            (60, "", {}, ""),
        ],
    ),
    "season-revived-after-rest": (
        {},
        0,
        [
            (45, "request_refund", {"evidence": "意愿选择书"}, CLERK),
            (46, "approve", {}, REVIEWER),
            (60, "", {}, ""),
        ],
    ),
    "season-date-moved-later": ({}, 60, [(70, "continue_exam", {}, CLERK), (72, "hold_exam", PAPER, CLERK)]),
    "season-protected": (
        STUDENT,
        0,
        [(5, "hold_exam", PAPER, CLERK), (6, "certify", {}, CLERK), (7, "approve", {}, REVIEWER), (20, "", {}, "")],
    ),
}


def _row(more: dict[str, Any]) -> list[AnyCommand]:
    announce = command_from("announce", {**person(1), **more}, by=CLERK)
    return [announce, command_from("register", {"fee_fen": 28_000}, by=CLERK)]


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)


async def main() -> None:
    """Captures what is missing."""
    missing = [name for name in (*STORIES, *RACES) if not (HISTORIES / f"{name}.json").exists()]
    with tempfile.TemporaryDirectory() as scratch:
        namespaces = tuple(f"replay-{name}" for name in missing)
        options = ServerOptions(Path(scratch) / "temporal", database=None, namespaces=namespaces)
        async with EmbeddedServer(options) as server:
            for name in missing:
                await capture(name, server.target, Path(scratch) / name)
        for name in SEASONS:
            if not (HISTORIES / f"{name}.json").exists():
                await capture_season(name, Path(scratch) / name)


if __name__ == "__main__":
    asyncio.run(main())
