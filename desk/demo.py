"""The demonstration: a whole exit season of made-up candidates, on the rehearsal clock and a real server."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, func, select

from desk.sample import SEASON_BEGINS, SampleCase, sample_candidates
from desk.season import Season
from desk.stories import SEASON_ENDS, acts, opening
from records.reading import CASES, DOCUMENTS
from states.business_dates import SHANGHAI
from states.commands import AnyCommand
from worker import Working

_AT_ONCE = 16
_SEED = 2020


async def demonstrate(place: Working, cases: int, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Plays the season of `cases` candidates; the outcome as counted in the database.

    `progress` is told what is being done, how much of it is done, and of how much.
    """
    season, roster = Season(place), sample_candidates(cases, _SEED)
    numbers = await _open_all(season, roster, progress)
    by_time: dict[datetime, list[tuple[str, AnyCommand]]] = defaultdict(list)
    for position, (case, number) in enumerate(zip(roster, numbers, strict=True), 1):
        for at, sent in acts(position, case):
            by_time[at].append((number, sent))
    total, done = sum(map(len, by_time.values())), 0
    for at in sorted(by_time):
        await season.advance(at)
        await _together([season.send(number, [sent], at) for number, sent in by_time[at]])
        done += len(by_time[at])
        progress(f"{at:%Y-%m-%d}", done, total)
    await season.advance(datetime.combine(SEASON_ENDS, time(23, 59), SHANGHAI))
    await asyncio.to_thread(place.letters_filed)
    return outcome(place, cases)


async def _open_all(season: Season, roster: list[SampleCase], progress: Callable[[str, int, int], None]) -> list[str]:
    at = datetime.combine(SEASON_BEGINS, time(9), SHANGHAI)
    opened = await _together([season.open(opening(case), at) for case in roster])
    progress("立案", len(opened), len(roster))
    return [number for number, _ in opened]


async def _together(waiting: list[Any]) -> list[Any]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(awaitable: Any) -> Any:
        async with gate:
            return await awaitable

    return list(await asyncio.gather(*(one(awaitable) for awaitable in waiting)))


def outcome(place: Working, cases: int) -> dict[str, Any]:
    """Cases by state, letters by kind, money in fen, all counted in the database, and whether it adds up."""
    with place.database.reading() as connection:
        states = _counted(connection, CASES.c.state)
        kinds = _counted(connection, DOCUMENTS.c.kind)
        unset = connection.execute(select(func.count()).where(DOCUMENTS.c.path.is_(None))).scalar_one()
        refunded = connection.execute(select(func.sum(CASES.c.refund_fen))).scalar_one() or 0
        escalated = connection.execute(select(func.count()).where(CASES.c.escalated)).scalar_one()
    return {
        "cases": cases,
        "states": states,
        "letters": kinds,
        "letters_not_set": unset,
        "refund_fen": refunded,
        "escalated": escalated,
        "adds_up": sum(states.values()) == cases and unset == 0,
    }


def _counted(connection: Connection, column: Any) -> dict[str, int]:
    return {
        str(value): int(count) for value, count in connection.execute(select(column, func.count()).group_by(column))
    }
