"""Two operators at work: what they send, and how long each command takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Sequence
from datetime import datetime

from bench.people import lifecycle
from services.command_input import command_from
from services.place import Working
from states.business_dates import SHANGHAI


async def commands(
    place: Working, staying: Sequence[str], leaving: list[str], *, end: asyncio.Event | int
) -> dict[str, list[float]]:
    """Seconds that each command took, by kind, until so many were sent or the event is set."""
    taken: dict[str, list[float]] = {"opened": [], "mended": [], "leaving": []}

    def over() -> bool:
        return end.is_set() if isinstance(end, asyncio.Event) else sum(map(len, taken.values())) >= end

    async def timed(kind: str, command: Awaitable[object]) -> None:
        began = time.perf_counter()
        await command
        taken[kind].append(time.perf_counter() - began)

    async def operator() -> None:
        while not over():
            await timed("opened", opened(place))
            await timed("mended", _mended(place, staying[len(taken["mended"]) % len(staying)]))
            if leaving:
                await timed("leaving", _mended(place, leaving.pop(len(leaving) // 3)))

    await asyncio.gather(operator(), operator())
    return taken


async def opened(place: Working) -> str:
    """The number of a case that an operator has just opened."""
    number, _ = await place.submitter.open(lifecycle()[:1], datetime.now(SHANGHAI))
    return number


async def _mended(place: Working, number: str) -> None:
    await place.submitter.submit(
        number, [command_from("correct", {"phone": "13800000000"}, by="经办甲")], datetime.now(SHANGHAI)
    )


def milliseconds(latencies: list[float], percent: int) -> float:
    """A percentile, in milliseconds."""
    found = sorted(latencies)[max(0, -(-len(latencies) * percent // 100) - 1)]
    return round(found * 1000, 1)
