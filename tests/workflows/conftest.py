"""A place of its own for each test: cases of another must never reach its worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from engine.server.embedded import EmbeddedServer
from engine.server.options import ServerOptions
from services.place import Place, Working, connect, database_to_write, live_place
from settings import Settings
from tests.caseload import draw_papers
from worker import working


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A server, a key and a database for one test, without a worker."""
    settings = Settings(data_dir=tmp_path)
    async with EmbeddedServer(ServerOptions(tmp_path / "temporal", database=None)) as server:
        found = live_place(settings, server.target)
        draw_papers(database_to_write(found))
        yield found


@pytest.fixture
async def running(place: Place) -> AsyncIterator[Working]:
    """The place with one worker in this process, in the sandbox: what it would stop, these tests find."""
    async with working(place, sandboxed=True) as running_place:
        yield running_place


@pytest.fixture
async def client(place: Place) -> Client:
    return await connect(place)
