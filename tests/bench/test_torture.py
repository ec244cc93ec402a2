"""Ten kills of whatever runs, while it works: afterwards the record is what the tester's own book says."""

from __future__ import annotations

from pathlib import Path

from bench.torture.run import torture

KILLS = 10


async def test_ten_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    found = await torture(tmp_path, KILLS, print)
    assert found["wrong"] == []
    assert found["kills"] == KILLS and found["commands"] > KILLS
