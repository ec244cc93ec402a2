"""What the tests of a running place have in common: commands, a look at history and record, waiting with a deadline."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from temporalio.client import Client, WorkflowHistory

from engine.wire.client import case_id, facts_of
from engine.wire.messages import Receipt
from records.case.context import case_facts
from records.case.reading import case_view
from records.ledger.verification import verify
from records.office.world import redate
from records.store.database import Database
from services.command_input import command_from
from services.submit import Submitter
from states.business_dates import SHANGHAI, business_date
from states.case.commands import AnyCommand
from states.case.facts import CaseFacts
from states.reference.identity import make_id_number
from tests.caseload import CLERK, REVIEWER

PASSED = {"result": "passed", "paper": "GJTK-2026-0001", "session": "S-1"}
NAME = "王喆"
ROAD: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("register", {"fee_fen": 28000}, CLERK),
    ("hold_exam", PASSED, CLERK),
    ("certify", {}, CLERK),
    ("approve", {}, REVIEWER),
)


def now() -> datetime:
    return datetime.now(SHANGHAI)


def person(n: int) -> dict[str, Any]:
    return {"name": NAME, "id_number": make_id_number("430102", date(1992, 3, 15), n), "centre": "430100"}


def announcing(n: int, **more: Any) -> AnyCommand:
    return command_from("announce", {**person(n), "occupation": "保安员", "level": 5, **more}, by=CLERK)


async def send(submitter: Submitter, number: str, command: str, by: str = CLERK, **fields: Any) -> Receipt:
    return await submitter.submit(number, [command_from(command, fields, by=by)], now())


async def lifecycle(submitter: Submitter, n: int = 1, **more: Any) -> str:
    """announce, register, hold_exam, certify, approve: five submissions."""
    number, _ = await submitter.open([announcing(n, **more)], now())
    for name, fields, by in ROAD:
        await send(submitter, number, name, by, **fields)
    return number


def exit_ahead(database: Database, days: int = 120, occupation: str = "电工") -> date:
    """Puts the exit of `occupation` so many days into the future."""
    ahead = business_date(now()) + timedelta(days=days)
    with database.writing() as connection:
        redate(connection, to=ahead, at=now(), by="管理丁", occupation=occupation)
    return ahead


async def until(true: Callable[[], Awaitable[Any]], seconds: float = 60.0) -> Any:
    """The first true answer; AssertionError when there was none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := await true()):
        assert time.monotonic() < deadline, "did not come true in time"
        await asyncio.sleep(0.01)
    return answer


def facts(database: Database, number: str) -> CaseFacts | None:
    with database.reading() as connection:
        return case_facts(connection, number)


def revisions(database: Database, number: str) -> list[int]:
    """The revisions on the ledger."""
    with database.reading() as connection:
        view = case_view(connection, number)
    return [entry["revision"] for entry in (view or {"timeline": []})["timeline"]]


def recorded(database: Database) -> int:
    """How many steps are on the ledger, of all cases."""
    with database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM ledger")).scalar_one())


def assert_numbers_are_whole(database: Database, kinds: tuple[str, ...], certificates: int) -> None:
    """No number of those kinds and no certificate number is there twice, and none is missing."""
    with database.reading() as connection:
        for kind in kinds:
            drawn = connection.execute(text("SELECT number FROM documents WHERE kind = :kind"), {"kind": kind})
            serials = sorted(int(number.split("〕")[1].removesuffix("号")) for number in drawn.scalars())
            assert serials == list(range(1, len(serials) + 1)), kind
        held = connection.execute(text("SELECT certificate_no FROM cases WHERE certificate_no <> ''")).scalars().all()
    assert sorted(int(number[-5:]) for number in held) == list(range(1, certificates + 1))


async def assert_all_agree(database: Database, client: Client, numbers: list[str]) -> None:
    """The chain is whole, every revision is there once, and each workflow still awake holds what is on record."""
    with database.reading() as connection:
        assert verify(connection).findings == []
    for number in numbers:
        kept = facts(database, number)
        assert kept is not None
        assert revisions(database, number) == list(range(1, kept.revision + 1)), number
        held = await facts_of(client, number)
        assert held == kept, number


async def history(client: Client, number: str) -> WorkflowHistory:
    return await client.get_workflow_handle(case_id(number)).fetch_history()


def kinds(of: WorkflowHistory) -> list[str]:
    """The event types in order, as `WorkflowTaskFailed`."""
    return [event["eventType"] for event in json.loads(of.to_json())["events"]]


def payloads(of: WorkflowHistory) -> Iterator[tuple[str, bytes]]:
    """(encoding, data) of every payload, however deep."""

    def walk(node: Any) -> Iterator[tuple[str, bytes]]:
        if isinstance(node, dict):
            metadata = node.get("metadata")
            if isinstance(metadata, dict) and "encoding" in metadata:
                yield base64.b64decode(metadata["encoding"]).decode(), base64.b64decode(node.get("data", ""))
            for child in node.values():
                yield from walk(child)
        elif isinstance(node, list):
            for child in node:
                yield from walk(child)

    yield from walk(json.loads(of.to_json()))
