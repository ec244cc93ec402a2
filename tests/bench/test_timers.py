"""A machine that is slower than was thought gets more time, not an error."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from temporalio.client import Client

from bench import timers
from bench.stage import QUICK, Stage


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    for name in ("WARM_SECONDS", "_FORGOTTEN_SECONDS", "_SLACK_SECONDS"):
        monkeypatch.setattr(timers, name, 0.0)
    return Stage(cast(Any, None), tmp_path, lambda _: None, QUICK, pace=1e9)


class Terminated:
    def __init__(self) -> None:
        self.ids: list[str] = []

    def get_workflow_handle(self, id_: str) -> Any:
        return self._Handle(id_, self.ids)

    class _Handle:
        def __init__(self, id_: str, ids: list[str]) -> None:
            self._id, self._ids = id_, ids

        async def terminate(self) -> None:
            self._ids.append(self._id)


async def test_what_came_too_late_is_done_again_with_the_time_that_it_takes(stage: Stage) -> None:
    client, tried, takes = Terminated(), [], iter((0.5, 0.01))

    async def set_timers(instant: float) -> list[str]:
        await asyncio.sleep(next(takes))
        tried.append(instant)
        return [f"timer-{len(tried)}"]

    assert await timers.prepared(stage, cast(Client, client), 10, set_timers) == tried[1]
    assert (len(tried), client.ids) == (2, ["timer-1"])


async def test_a_machine_that_gets_slower_and_slower_is_told_so(stage: Stage) -> None:
    takes = iter((0.01, 0.1, 1.0))

    async def set_timers(instant: float) -> list[str]:
        await asyncio.sleep(next(takes))
        return []

    with pytest.raises(timers.TooSlow):
        await timers.prepared(stage, cast(Client, Terminated()), 10, set_timers)
