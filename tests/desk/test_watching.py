"""What an operator of machines sees of `up` and its workers: health, metrics, logs, and nobody's data in them."""

from __future__ import annotations

import asyncio
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from desk.watching.health import bind
from desk.watching.logs import configure, redacted
from desk.watching.metrics import GAUGES
from engine.server.embedded import PortTaken
from services.place import database_to_write, live_place, visiting
from settings import PROJECT, Settings
from tests.desk.test_up import up
from tests.workflows.cases import NAME, announcing, now, person, send, until

CANARIES = (NAME, person(1)["id_number"], "13975550123", "canary@example.org", "芙蓉中路金丝雀号")


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


async def test_up_answers_for_itself_and_its_workers_on_one_port(tmp_path: Path) -> None:
    async with up(tmp_path) as (process, told):
        health = told["health"]
        async with visiting(live_place(Settings(data_dir=tmp_path), told["engine"])) as here:
            more = {"phone": CANARIES[2], "email": CANARIES[3], "address": CANARIES[4]}
            number, _ = await here.submitter.open([announcing(1, **more)], now())
            await send(here.submitter, number, "register", fee_fen=28000)

            async def measured() -> str:
                _, metrics = await asyncio.to_thread(get, f"{health}/metrics")
                return metrics if 'jianding_cases{state="registered"} 1.0' in metrics else ""

            metrics = await until(measured)
        assert await asyncio.to_thread(get, f"{health}/healthz") == (200, '{"ok": true}\n')
        status, ready = await asyncio.to_thread(get, f"{health}/readyz")
        assert (status, json.loads(ready)["checks"]) == (200, {"database": True, "engine": True})
        assert all(f"# HELP {gauge.name} " in metrics for gauge in GAUGES)
        assert "temporal_local_activity_execution_latency" in metrics and 'worker="1"' in metrics
        assert (await asyncio.to_thread(get, f"{health}/nothing"))[0] == 404
    assert process.stderr is not None
    written = (await process.stderr.read()).decode()
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert any(line["event"].startswith("working for") for line in lines)  # JSON where no terminal is
    assert [canary for canary in CANARIES if canary in metrics + written] == []


async def test_a_process_that_cannot_work_is_not_ready(tmp_path: Path) -> None:
    async with up(tmp_path) as (_, told):
        database = database_to_write(live_place(Settings(data_dir=tmp_path), ""))
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9001'")
        status, ready = await asyncio.to_thread(get, f"{told['health']}/readyz")
        assert (status, json.loads(ready)["checks"]["database"]) == (503, False)
        with database.writing() as connection:  # so that it can be stopped in peace
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        database.close()


def test_the_default_port_gives_way_and_a_chosen_one_does_not(tmp_path: Path) -> None:
    first = bind(Settings(data_dir=tmp_path, health_address="127.0.0.1:0"))
    assert first is not None
    port = first.getsockname()[1]
    with pytest.raises(PortTaken, match=str(port)):
        bind(Settings(data_dir=tmp_path, health_address=f"127.0.0.1:{port}"))
    assert bind(Settings(data_dir=tmp_path, health_address="")) is None
    first.close()


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Path]:
    """Where this process's log lines go, as JSON, for one test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure(Settings(data_dir=tmp_path, log_file=tmp_path / "logs" / "worker.log"))
    yield tmp_path / "logs" / "worker.log"
    logging.basicConfig(level=level, handlers=handlers, force=True)


def test_an_error_that_quotes_a_person_leaves_without_them(logged: Path) -> None:
    id_number = person(1)["id_number"]
    detail = f"duplicate key\nDETAIL:  Key (person_key)=({id_number}|电工|4|{NAME}) already exists."
    try:
        raise IntegrityError("INSERT", {"name": NAME}, Exception(detail), hide_parameters=True)
    except IntegrityError:
        logging.getLogger("records").exception("case %s could not be recorded", "4301002026000001")
    logging.getLogger("mail").warning("%s and %s were refused", "canary@example.org", "13975550123")
    lines = [json.loads(line) for line in logged.read_text().splitlines()]
    assert [line["level"] for line in lines] == ["error", "warning"]
    assert "4301002026000001" in lines[0]["event"] and "IntegrityError" in lines[0]["exception"]
    assert [canary for canary in CANARIES if canary in logged.read_text()] == []


def test_numbers_that_are_nobodys_stay() -> None:
    told = "case 4301002026000001, certificate S43000012345620264000001, paper 2043101001800012"
    assert redacted(told) == told


def test_the_documents_name_every_metric() -> None:
    manual = (PROJECT / "docs" / "operations.md").read_text()
    assert [gauge.name for gauge in GAUGES if gauge.name not in manual] == []
