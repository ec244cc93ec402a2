"""The exit day: so many cases whose timers fall due at one instant, on workers that have none of them in their cache.

Measured from that instant until the last exit notice lies on disk and on record; bare: until the last workflow of one
timer and one local activity has completed. The exit is a real one of the product's own code; only the worker
processes' business clock is ahead (`bench.our_worker`), so that the midnight comes when everything is ready.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from signal import SIGKILL
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import text
from temporalio.client import Client

from bench import bare
from bench.operators import commands, milliseconds, opened
from bench.people import LEAVING, candidate
from bench.stage import OURS, Stage, gathered, in_turns, middle, ratio, until
from bench.timers import WARM_SECONDS, prepared, sleep_until, timers_set
from engine.wire.client import IN_BULK, TASK_TIMEOUT, case_id
from engine.wire.messages import CASE_WORKFLOW, TASK_QUEUE, CaseStart
from records.case.context import Claim, context_for
from records.case.numbering import reserve_case_numbers
from records.case.recording import record
from records.office.world import redate
from records.store.database import Database
from services.command_input import command_from
from services.composing import Composer
from services.place import Working, visiting
from states.business_dates import SHANGHAI, business_date, midnight
from states.case.facts import CaseFacts
from states.case.judge import judge
from states.case.recording import Recording

_NOTICES = text("SELECT count(*) FROM documents WHERE kind = 'exit_notice' AND path IS NOT NULL")
# Looked at many times a second beside what is measured, so it must cost nothing: both are answered by an index.
_TO_LEAVE = text("SELECT count(*) FROM cases WHERE occupation = :leaving AND state = 'registered'")
_UNSET = text("SELECT count(*) FROM documents WHERE path IS NULL AND kind = 'exit_notice'")
_DOUBLES = text(
    "SELECT count(*) FROM (SELECT case_number FROM documents WHERE kind = 'exit_notice' "
    "GROUP BY case_number HAVING count(*) > 1) AS doubles"
)
_EARLIER = text("UPDATE documents SET path = 'earlier' WHERE path IS NULL")
_GIVEN_UP = text("UPDATE cases SET state = 'closed' WHERE occupation = :leaving AND state = 'registered'")
_SENT = text("UPDATE deliveries SET status = 'sent', printed = true WHERE status = 'pending'")


class Drain(NamedTuple):
    """One exit day: seconds from the instant to the last notice, and what was counted afterwards."""

    seconds: float
    notices: int
    doubles: int
    on_disk: int
    latencies: dict[str, list[float]]


async def measure(stage: Stage, cases: int) -> dict[str, Any]:
    """Rates in cases a second, side by side."""
    client = await stage.bare_client()
    async with visiting(stage.place(OURS)) as ours:
        sides: dict[str, Callable[[int], Awaitable[float]]] = {
            "bare": lambda _: _bare(stage, client, cases),
            "ours": lambda _: _rate(stage, ours, cases),
        }
        rates = await in_turns(stage.sizes.rounds, sides, stage.say)
    found = {name: middle(found) for name, found in rates.items()}
    return {"cases": cases, **found, "ratio": ratio(rates["ours"], rates["bare"])}


async def measure_province(stage: Stage, few: int, many: int) -> dict[str, Any]:
    """Whether many cases drain at the rate of few, and what comes of killing the workers twice among so many."""
    async with visiting(stage.place(OURS)) as ours:
        small, large = await drain(stage, ours, few), await drain(stage, ours, many)
        stage.say(f"{few}: {few / small.seconds:.1f}/s, {many}: {many / large.seconds:.1f}/s")
        killed = await drain(stage, ours, many, kills=2)
    rates = {few: few / small.seconds, many: many / large.seconds}
    return {
        "rates": {str(n): round(rate, 1) for n, rate in rates.items()},
        "flat": round(rates[many] / rates[few], 3),
        "killed": _comparison(many, large, killed),
    }


async def measure_operator(stage: Stage, cases: int) -> dict[str, Any]:
    """Two operators' commands, one after the other each, when nothing else happens and while an exit day drains: p99.

    In turns they open a case and mend one that has nothing to do with the exit. `leaving_…`: one that is among those
    to drain, which may have to wait for its own turn.
    """
    async with visiting(stage.place(OURS)) as ours:
        workers = stage.our_workers(OURS)
        staying = [await opened(ours) for _ in range(stage.sizes.commands // 5)]
        idle = await commands(ours, staying, [], end=stage.sizes.commands)
        stage.stop(workers)
        busy = (await drain(stage, ours, cases, staying=staying)).latencies
    both, leaving = busy["opened"] + busy["mended"], busy["leaving"]
    quiet = idle["opened"] + idle["mended"]
    return {
        "cases": cases,
        "idle_p50_ms": milliseconds(quiet, 50),
        "idle_p99_ms": milliseconds(quiet, 99),
        "draining_p50_ms": milliseconds(both, 50),
        "draining_p99_ms": milliseconds(both, 99),
        "commands": len(both),
        "ratio": round(milliseconds(both, 99) / milliseconds(quiet, 99), 2),
        "leaving_commands": len(leaving),
        "leaving_p50_ms": milliseconds(leaving, 50),
        "leaving_p99_ms": milliseconds(leaving, 99),
    }


async def measure_kills(stage: Stage, cases: int) -> dict[str, Any]:
    """An exit day whose workers are killed twice, beside one that is left alone: lost, doubled, how long."""
    async with visiting(stage.place(OURS)) as ours:
        undisturbed = await drain(stage, ours, cases)
        killed = await drain(stage, ours, cases, kills=2)
    return _comparison(cases, undisturbed, killed)


def _comparison(cases: int, undisturbed: Drain, killed: Drain) -> dict[str, Any]:
    return {
        "cases": cases,
        "kills": 2,
        "lost": cases - killed.notices,
        "doubles": killed.doubles,
        "files_missing": killed.notices - killed.on_disk,
        "time_ratio": round(killed.seconds / undisturbed.seconds, 2),
    }


async def _rate(stage: Stage, ours: Working, cases: int) -> float:
    return cases / (await drain(stage, ours, cases)).seconds


async def drain(stage: Stage, ours: Working, cases: int, *, kills: int = 0, staying: Sequence[str] = ()) -> Drain:
    """Lets one exit day happen to `cases` new cases; with `staying` cases, two operators work meanwhile."""
    tomorrow = business_date(datetime.now(SHANGHAI)) + timedelta(days=1)
    _leave_on(ours.database, tomorrow)
    caseload: list[CaseStart] = []

    async def set_timers(instant: float) -> list[str]:
        with ours.database.writing() as connection:
            connection.execute(_GIVEN_UP, {"leaving": LEAVING})  # those of an attempt that came too late
        caseload[:] = await asyncio.to_thread(_caseload, ours.database, cases)
        workers = stage.our_workers(OURS, "--skew", str(midnight(tomorrow).timestamp() - instant))
        await gathered([_started(ours.client, start) for start in caseload], stage.sizes.in_flight)
        ids = [case_id(start.number) for start in caseload]
        await timers_set(ours.client, ids, stage.sizes.in_flight)
        stage.stop(workers)
        return ids

    instant = await prepared(stage, ours.client, cases, set_timers)
    ahead = str(midnight(tomorrow).timestamp() - instant)
    before = _count(ours.database, _NOTICES)
    await sleep_until(instant - WARM_SECONDS)
    workers = stage.our_workers(OURS, "--skew", ahead)
    await sleep_until(instant - 1)
    if _to_leave(ours.database) != cases:
        raise RuntimeError("some timer rang before its time")
    await sleep_until(instant)
    stop = asyncio.Event()
    theirs = [start.number for start in caseload]
    latencies = asyncio.create_task(commands(ours, staying, theirs, end=stop)) if staying else None
    for n in range(1, kills + 1):
        await until(lambda share=n: cases - _to_leave(ours.database) >= cases * share // (kills + 1))  # type: ignore[misc]
        stage.stop(workers, SIGKILL)
        workers = stage.our_workers(OURS, "--skew", ahead)
    await until(lambda: not _to_leave(ours.database), patience=3600)
    seconds = time.time() - instant
    stop.set()
    found = await latencies if latencies else {}
    stage.stop(workers)
    numbers = {start.number for start in caseload}
    on_disk = sum(path.stem.split("-")[1] in numbers for path in stage.place(OURS).letters.glob("exit_notice/*/*.pdf"))
    notices = _count(ours.database, _NOTICES) - before
    return Drain(seconds, notices, _count(ours.database, _DOUBLES), on_disk, found)


async def _bare(stage: Stage, client: Client, cases: int) -> float:
    run = uuid4().hex

    async def set_timers(instant: float) -> list[str]:
        workers = stage.bare_workers()
        ids = [f"timer-{run}-{n}" for n in range(cases)]
        await gathered([_waiting(client, id_, instant) for id_ in ids], stage.sizes.in_flight)
        await timers_set(client, ids, stage.sizes.in_flight)
        stage.stop(workers)
        return ids

    instant = await prepared(stage, client, cases, set_timers)
    await sleep_until(instant - WARM_SECONDS)
    workers = stage.bare_workers()
    await sleep_until(instant)
    query = f"WorkflowId STARTS_WITH 'timer-{run}' AND ExecutionStatus = 'Running'"
    while (await client.count_workflows(query)).count:
        await asyncio.sleep(0.1)
    seconds = time.time() - instant
    stage.stop(workers)
    return cases / seconds


def _waiting(client: Client, id_: str, instant: float) -> Callable[[], Awaitable[Any]]:
    async def one() -> None:
        await client.start_workflow(
            bare.BareCase.run, instant, id=id_, task_queue=bare.QUEUE, task_timeout=TASK_TIMEOUT
        )

    return one


def _started(client: Client, start: CaseStart) -> Callable[[], Awaitable[Any]]:
    async def one() -> None:
        await client.start_workflow(
            CASE_WORKFLOW,
            start,
            id=case_id(start.number),
            task_queue=TASK_QUEUE,
            task_timeout=TASK_TIMEOUT,
            priority=IN_BULK,
        )

    return one


def _leave_on(database: Database, day: date) -> None:
    with database.writing() as connection:
        redate(connection, to=day, at=datetime.now(SHANGHAI), by="管理丁", occupation=LEAVING)


def _caseload(database: Database, cases: int) -> list[CaseStart]:
    """Registered cases as the product records them, and what their workflows start from."""
    now, compose, starts = datetime.now(SHANGHAI), Composer(rehearsal=False), []
    with database.writing() as connection:
        context = context_for(connection, Claim("", LEAVING, "430100", "", 5, ""))
        for number in reserve_case_numbers(connection, "430100", now.year, cases):
            commands = [
                command_from("announce", candidate(LEAVING), by="经办甲"),
                command_from("register", {"fee_fen": 28000}, by="经办甲"),
            ]
            judgement = judge(CaseFacts(number=number), commands, context, business_date(now))
            recording = Recording(
                number=number, before=0, facts=judgement.facts, steps=judgement.steps, context=context, at=now
            )
            record(connection, recording, compose)
            starts.append(CaseStart(number, facts=judgement.facts, context=context, continued=True))
        for earlier in (_EARLIER, _SENT):  # their letters have left long ago, as have those of the last exit day
            connection.execute(earlier)
    return starts


def _to_leave(database: Database) -> int:
    """Cases that have yet to leave, or whose notices have yet to be filed."""
    with database.reading() as connection:
        leaving: int = connection.execute(_TO_LEAVE, {"leaving": LEAVING}).scalar_one()
        return leaving or connection.execute(_UNSET).scalar_one()


def _count(database: Database, query: Any) -> int:
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())
