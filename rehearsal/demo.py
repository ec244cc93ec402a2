"""The demonstration: a whole exit season of made-up candidates, on the rehearsal clock and a real server."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from records.case.totals import totals
from records.office.exams import NewDraw
from rehearsal.sample import SEASON_BEGINS, SampleCase, sample_candidates
from rehearsal.season import Season
from rehearsal.stories import PAPERS, SEASON_ENDS, acts, opening
from services.exam_registers import register_draws
from services.place import Working
from states.business_dates import SHANGHAI
from states.case.commands import AnyCommand

_AT_ONCE = 16
_SEED = 2020


async def demonstrate(place: Working, cases: int, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Plays the season of `cases` candidates; the outcome as counted in the database.

    `progress` is told what is being done, how much of it is done, and of how much.
    """
    season, roster = Season(place), sample_candidates(cases, _SEED)
    begins = datetime.combine(SEASON_BEGINS, time(8), SHANGHAI)
    register_draws(place.database, [NewDraw(paper) for paper in PAPERS], by="考务", at=begins)
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
        found = totals(connection)
    return {
        "cases": cases,
        "states": found.states,
        "letters": found.letters,
        "letters_not_set": found.letters_not_set,
        "refund_fen": found.refund_fen,
        "escalated": found.escalated,
        "adds_up": sum(found.states.values()) == cases and found.letters_not_set == 0,
    }
