"""Does the engine hold what the record says? Every case that waits, and every workflow that runs, one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import select
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from engine.server.embedded import engine_target
from engine.wire.client import case_id, facts_of
from engine.wire.messages import CASE_WORKFLOW
from records.case.context import decode_facts
from records.case.tables import CASES
from records.ledger.verification import Finding
from records.store.database import Database
from services.place import connect, live_place
from settings import Settings
from states.business_dates import SHANGHAI, business_date
from states.case.facts import CaseFacts

_AT_ONCE = 32
_LOOKS = 3  # a case may move between two looks at it; one that never agrees differs
_RUNNING = f"WorkflowType='{CASE_WORKFLOW}' AND ExecutionStatus='Running'"


class Workflows(msgspec.Struct, frozen=True):
    """Running workflows against the database: how many were compared, which cases wait without one, which differ."""

    compared: int
    missing: tuple[str, ...]
    differ: tuple[Finding, ...]


class _Kept(NamedTuple):
    """A case as the database has it; `waits`: for a deadline or a second person, so that a workflow must run."""

    facts: CaseFacts | None
    waits: bool


async def against_workflows(settings: Settings, database: Database) -> Workflows | None:
    """Cases that wait, and whatever runs, held against each other; None without an engine to ask.

    Among what differs is every case whose deadline is past: whatever its workflow says, it has not acted.
    """
    target = engine_target(settings)
    if target is None:
        return None
    client = await connect(live_place(settings, target))
    running = {execution.id.removeprefix("case-") async for execution in client.list_workflows(_RUNNING)}
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(number: str) -> Finding | str | None:
        async with gate:
            return await _compared(client, database, number)

    numbers = sorted(_waiting(database) | running)
    answers = await asyncio.gather(*(one(number) for number in numbers))
    missing = tuple(answer for answer in answers if isinstance(answer, str))
    differ = tuple(answer for answer in answers if isinstance(answer, Finding))
    return Workflows(len(numbers) - len(missing), missing, (*differ, *overdue(database)))


def overdue(database: Database) -> Sequence[Finding]:
    """Cases whose deadline is past, by business date, and on which nothing has been done since."""
    today, columns = business_date(datetime.now(SHANGHAI)), (CASES.c.number, CASES.c.revision, CASES.c.next_wake_on)
    query = select(*columns).where(CASES.c.next_wake_on < today).order_by(CASES.c.number)
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return [Finding(row.number, row.revision, f"期限{row.next_wake_on}已过而未办") for row in rows]


def _waiting(database: Database) -> set[str]:
    waits = CASES.c.next_wake_on.is_not(None) | CASES.c.pending.is_not(None)
    with database.reading() as connection:
        return set(connection.execute(select(CASES.c.number).where(waits)).scalars())


async def _compared(client: Client, database: Database, number: str) -> Finding | str | None:
    """The case's number where it waits without a workflow; what differs; None where all agree."""
    told: Finding | str | None = None
    for _ in range(_LOOKS):
        if not await _runs(client, number):
            told = number if _kept(database, number).waits else None
        else:
            held, kept = await facts_of(client, number), _kept(database, number).facts
            told = None if _same(held, kept) else _difference(number, held, kept)
        if told is None:
            return None
    return told


async def _runs(client: Client, number: str) -> bool:
    try:
        described = await client.get_workflow_handle(case_id(number)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return described.status is WorkflowExecutionStatus.RUNNING


def _kept(database: Database, number: str) -> _Kept:
    query = select(CASES.c.facts, CASES.c.next_wake_on, CASES.c.pending).where(CASES.c.number == number)
    with database.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return _Kept(None, waits=False)
    return _Kept(decode_facts(row.facts), waits=row.next_wake_on is not None or row.pending is not None)


def _same(held: CaseFacts | None, kept: CaseFacts | None) -> bool:
    """Whole facts, but for the command ids that a workflow was reminded of: they go on record with its next step."""
    if held is None or kept is None:
        return held is kept
    return replace(held, seen={}) == replace(kept, seen={})


def _difference(number: str, held: CaseFacts | None, kept: CaseFacts | None) -> Finding:
    if kept is None:
        return Finding(number, 0, "工作流在运行而数据库没有这件案件")
    if held is None:
        return Finding(number, kept.revision, "工作流没有应答")
    fields = [name for name in CaseFacts.__struct_fields__ if getattr(held, name) != getattr(kept, name)]
    told = "、".join(fields)
    what = f"工作流为修订{held.revision}（{held.state}），数据库为修订{kept.revision}（{kept.state}），不同：{told}"
    return Finding(number, kept.revision, what)
