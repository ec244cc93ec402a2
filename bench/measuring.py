"""The whole run: every measurement in its turn, one JSON of them (design §8)."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

from bench import exit_day, letters, lifecycle, replay, rosters
from bench.stage import Say, Sizes, Stage, machine, stage
from bench.torture.run import torture

PARTS = ("lifecycle", "exit_day", "letters", "import", "replay", "operator", "kills", "torture")
UNASKED = ("torture",)
"""Done only when named: it measures nothing, it breaks things."""
_FULL = (5_000, 20_000)


async def measure(parts: Collection[str], sizes: Sizes, say: Say, *, full: bool, peers: bool) -> dict[str, Any]:
    """Measures `parts`. `full`: exit days of 5,000 and 20,000 cases too. `peers`: WeasyPrint and DBOS too."""
    with tempfile.TemporaryDirectory(prefix="jianding-bench-") as scratch:
        async with stage(Path(scratch), sizes, say) as here:
            todo = _todo(here, full=full, peers=peers)
            found: dict[str, Any] = {"machine": machine()}
            for part in parts:
                say(f"—— {part}")
                found[part] = await todo[part]()
    return found


def _todo(here: Stage, *, full: bool, peers: bool) -> dict[str, Callable[[], Awaitable[dict[str, Any]]]]:
    sizes = here.sizes
    return {
        "lifecycle": lambda: _lifecycle(here, peers=peers),
        "exit_day": lambda: _exit_day(here, full=full),
        "letters": lambda: letters.measure(here, peers=peers),
        "import": lambda: rosters.measure(here),
        "replay": lambda: replay.measure(here),
        "operator": lambda: exit_day.measure_operator(here, 2 * sizes.exits),
        "kills": lambda: exit_day.measure_kills(here, sizes.killed),
        "torture": lambda: torture(here.directory / "torture", sizes.kills, here.say),
    }


async def _lifecycle(here: Stage, *, peers: bool) -> dict[str, Any]:
    found = await lifecycle.measure(here)
    if peers:
        found |= await lifecycle.measure_dbos(here)
        found["ratio_dbos"] = round(found["ours"] / found["dbos"], 2)
        found["ratio_dbos_tuned"] = round(found["ours_without_letters"] / found["dbos_tuned"], 2)
    return found


async def _exit_day(here: Stage, *, full: bool) -> dict[str, Any]:
    found = await exit_day.measure(here, here.sizes.exits)
    if full:
        found |= await exit_day.measure_province(here, *_FULL)
    return found
