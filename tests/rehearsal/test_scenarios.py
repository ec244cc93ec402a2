"""Every scenario under tests/scenarios, played as `./run play` plays it: real workflows, one server for all.

Each has a namespace, a database and letters of its own, so that none sees another's cases.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.server.embedded import EmbeddedServer
from engine.server.options import ServerOptions
from rehearsal.play import Play
from rehearsal.scenario import load_scenario
from services.place import rehearsal_place
from settings import PROJECT, Settings
from worker import working

SCENARIOS = sorted((PROJECT / "tests" / "scenarios").glob("*.yaml"))


def namespace(scenario: Path) -> str:
    return f"play-{scenario.stem}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    folder = tmp_path_factory.mktemp("temporal")
    running = EmbeddedServer(ServerOptions(folder, database=None, namespaces=tuple(map(namespace, SCENARIOS))))
    asyncio.run(running.start())
    yield running
    asyncio.run(running.stop())


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
async def test_every_expectation_of_the_scenario_holds(scenario: Path, server: EmbeddedServer, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, rehearsal_namespace=namespace(scenario))
    async with working(rehearsal_place(settings, tmp_path, server.target)) as place:
        found = await Play(load_scenario(scenario), place).run()
    assert found["failures"] == []
    assert found["ok"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_the_scenario_says_its_point_in_its_first_line(scenario: Path) -> None:
    first = scenario.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ") and len(first) > 30
