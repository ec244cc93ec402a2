"""An ordinary case from announcement to certificate, five commands one after the other, so many cases at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import text
from temporalio.client import Client

from bench import bare
from bench.people import draw_papers, lifecycle
from bench.stage import OURS, PLAIN, Stage, gathered, in_turns, middle, ratio, until
from engine.wire.client import case_id
from records.store.database import Database
from services.place import Working, visiting
from settings import PROJECT
from states.business_dates import SHANGHAI
from states.case.commands import AnyCommand

_UNSET = text("SELECT 1 FROM documents WHERE path IS NULL LIMIT 1")


async def measure(stage: Stage) -> dict[str, Any]:
    """Rates in cases a second, ratios, and what one case costs in events, transitions and bytes."""
    sizes = stage.sizes
    workers = {
        "bare": stage.bare_workers(),
        "ours": stage.our_workers(OURS),
        "ours_without_letters": stage.our_workers(PLAIN, "--no-letters"),
    }
    client = await stage.bare_client()
    async with visiting(stage.place(OURS)) as ours, visiting(stage.place(PLAIN)) as plain:
        draw_papers(ours.database, plain.database)
        sides: dict[str, Callable[[int], Awaitable[float]]] = {
            "bare": lambda _: _bare(client, sizes.lifecycles, sizes.in_flight),
            "ours_without_letters": lambda _: _ours(plain, sizes.lifecycles, sizes.in_flight, letters=False),
            "ours": lambda _: _ours(ours, sizes.lifecycles, sizes.in_flight, letters=True),
        }
        for side in sides.values():
            await side(-1)  # warm: connections, caches, the first import of everything
        rates = await in_turns(sizes.rounds, sides, stage.say)
        spent = {name: await _spent(stage, workers[name], side) for name, side in sides.items()}
        cost = await _cost(ours)
    stage.stop_all()
    return {
        **{name: middle(found) for name, found in rates.items()},
        "ratio": ratio(rates["ours"], rates["bare"]),
        "ratio_without_letters": ratio(rates["ours_without_letters"], rates["bare"]),
        **cost,
        "cpu_ms_per_case": spent,
    }


async def measure_dbos(stage: Stage) -> dict[str, Any]:
    """Cases a second on DBOS: as it comes (`dbos`), and polling a hundred times as often (`dbos_tuned`)."""
    rates = {}
    for name, polling in (("dbos", "1.0"), ("dbos_tuned", "0.01")):
        folder = stage.directory / name
        folder.mkdir()
        sizes = stage.sizes
        arguments = [str(folder), str(sizes.dbos), str(min(sizes.in_flight, sizes.dbos)), polling]
        rates[name] = await asyncio.to_thread(_dbos_rounds, arguments, sizes.rounds)
        stage.say(f"{name}: {middle(rates[name]):.1f}/s")
    return {name: middle(found) for name, found in rates.items()}


def _dbos_rounds(arguments: list[str], rounds: int) -> list[float]:
    command = [sys.executable, "-m", "bench.dbos_peer", *arguments]
    answered = subprocess.run(
        command, cwd=PROJECT, input="round\n" * (rounds + 1), stdout=subprocess.PIPE, text=True, check=True
    )
    return [float(line) for line in answered.stdout.splitlines()[1:]]  # the first warmed it up


async def _spent(stage: Stage, workers: Any, side: Callable[[int], Awaitable[float]]) -> dict[str, float]:
    """Where one more round of a side spends its CPU: milliseconds a case."""
    before = stage.cpu(workers)
    await side(-1)
    after = stage.cpu(workers)
    return {name: round((after[name] - before[name]) * 1000 / stage.sizes.lifecycles, 1) for name in after}


async def _bare(client: Client, cases: int, in_flight: int) -> float:
    def job() -> Callable[[], Awaitable[None]]:
        case, commands = f"bare-{uuid4()}", lifecycle()

        async def one() -> None:
            for sent in commands:
                await bare.send(client, case, msgspec.to_builtins(sent), sent.id)

        return one

    return cases / await gathered([job() for _ in range(cases)], in_flight)


async def _ours(place: Working, cases: int, in_flight: int, *, letters: bool) -> float:
    began = time.perf_counter()
    jobs = [_case(place, lifecycle()) for _ in range(cases)]
    began = time.perf_counter()
    await gathered(jobs, in_flight)
    if letters:
        await until(lambda: all_set(place.database))
    return cases / (time.perf_counter() - began)


def _case(place: Working, commands: list[AnyCommand]) -> Callable[[], Awaitable[None]]:
    async def one() -> None:
        now = datetime.now(SHANGHAI)
        number, _ = await place.submitter.open(commands[:1], now)
        for sent in commands[1:]:
            await place.submitter.submit(number, [sent], now)

    return one


def all_set(database: Database) -> bool:
    """Whether every letter recorded so far has been set and filed."""
    with database.reading() as connection:
        return connection.execute(_UNSET).first() is None


async def _cost(place: Working) -> dict[str, Any]:
    """One case by itself: history events, state transitions, bytes."""
    now = datetime.now(SHANGHAI)
    commands = lifecycle()
    number, _ = await place.submitter.open(commands[:1], now)
    for sent in commands[1:]:
        await place.submitter.submit(number, [sent], now)
    described = await place.client.get_workflow_handle(case_id(number)).describe()
    info = described.raw_description.workflow_execution_info
    return {
        "events": info.history_length,
        "transitions": info.state_transition_count,
        "bytes": info.history_size_bytes,
    }
