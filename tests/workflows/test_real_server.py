"""A case on the real server: opened, reached, revived, raced, killed; and what it costs there."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from temporalio.client import Client, WorkflowExecutionStatus

from activities.door import Door
from desk.orders import order
from engine.client import EngineUnavailable, case_id, facts_of
from engine.options import ServerOptions
from engine.server import EmbeddedServer
from engine.settings import PROJECT, Settings
from records.ledger import verify
from records.reading import case_facts, case_view
from records.world import policies, set_policies
from states.business_dates import SHANGHAI
from states.commands import AnyCommand
from states.identity import make_id_number
from states.refusals import DuplicateCase, ProposalPending, Refusal, WrongState
from states.words import State
from worker import Place, connect, live_place, visiting, working

CLERK, REVIEWER = "经办甲", "复核乙"
PASSED = {"result": "passed", "paper": "GJTK-2026-0001", "session": "S-1"}


def person(n: int) -> dict[str, Any]:
    return {"name": "王喆", "id_number": make_id_number("430102", date(1992, 3, 15), n), "centre": "430100"}


def announcing(n: int, **more: Any) -> AnyCommand:
    return order("announce", {**person(n), "occupation": "保安员", "level": 5, **more}, by=CLERK)


def now() -> datetime:
    return datetime.now(SHANGHAI)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A server, a key and a database for one test: cases of another must never reach its worker."""
    settings = Settings(data_dir=tmp_path)
    async with EmbeddedServer(ServerOptions(tmp_path / "temporal", database=None)) as server:
        yield live_place(settings, server.target)


@pytest.fixture
async def door(place: Place) -> AsyncIterator[Door]:
    async with working(place) as running:
        yield running.door


@pytest.fixture
async def client(place: Place) -> Client:
    return await connect(place)


async def lifecycle(door: Door, n: int = 1) -> str:
    number, _ = await door.open([announcing(n)], now())
    for name, fields, by in (
        ("register", {"fee_fen": 28000}, CLERK),
        ("hold_exam", PASSED, CLERK),
        ("certify", {}, CLERK),
        ("approve", {}, REVIEWER),
    ):
        await door.submit(number, [order(name, fields, by=by)], now())
    return number


async def test_a_whole_lifecycle_costs_what_was_promised(door: Door, client: Client) -> None:
    number = await lifecycle(door)
    handle = client.get_workflow_handle(case_id(number))
    info = (await handle.describe()).raw_description.workflow_execution_info
    assert info.history_length <= 35
    assert info.state_transition_count <= 10
    assert info.history_size_bytes <= 12 * 1024
    history = await handle.fetch_history()
    kinds = {event.event_type for event in history.events}
    assert 9 not in kinds and 8 not in kinds  # no workflow task failed or timed out
    raw = b"".join(event.SerializeToString() for event in history.events)
    assert "王喆".encode() not in raw and person(1)["id_number"].encode() not in raw


async def test_a_refused_first_command_leaves_nothing_behind(door: Door, client: Client, place: Place) -> None:
    with pytest.raises(WrongState):
        await door.submit("4301002026999999", [order("certify", {}, by=CLERK)], now(), occupation="保安员")
    handle = client.get_workflow_handle(case_id("4301002026999999"))
    assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    async with visiting(place) as here:
        with here.database.reading() as connection:
            assert case_view(connection, "4301002026999999") is None


async def test_a_rested_case_is_revived_by_its_next_command(door: Door, client: Client, place: Place) -> None:
    async with visiting(place) as here:
        with here.database.writing() as connection:
            set_policies(connection, msgspec.structs.replace(policies(connection), rest_days=0))
    number = await lifecycle(door)
    first = await client.get_workflow_handle(case_id(number)).describe()
    assert first.status is WorkflowExecutionStatus.COMPLETED  # rested at once
    receipt = await door.submit(number, [order("report_loss", {}, by=CLERK)], now())
    second = await client.get_workflow_handle(case_id(number)).describe()
    assert receipt.revision == 6
    assert second.run_id != first.run_id
    held = await facts_of(client, number)
    assert held is not None and held.pending is not None


async def test_of_two_proposals_at_once_one_wins(door: Door) -> None:
    number, _ = await door.open([announcing(1), order("register", {"fee_fen": 1}, by=CLERK)], now())
    answers = await asyncio.gather(
        *(door.submit(number, [order("withdraw", {}, by=CLERK)], now()) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ProposalPending", "Receipt"]
    assert any(isinstance(answer, ProposalPending) for answer in answers)


async def test_the_same_person_cannot_be_announced_twice_even_at_once(door: Door) -> None:
    answers = await asyncio.gather(*(door.open([announcing(7)], now()) for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(answer, DuplicateCase) for answer in answers) == 2


async def test_a_command_sent_twice_is_done_once(door: Door, place: Place) -> None:
    number, _ = await door.open([announcing(1)], now())
    sent = order("register", {"fee_fen": 1}, by=CLERK)
    first = await door.submit(number, [sent], now())
    again = await door.submit(number, [sent], now())
    assert first.revision == again.revision == 2
    async with visiting(place) as here:
        with here.database.reading() as connection:
            assert len((case_view(connection, number) or {})["timeline"]) == 2


async def test_a_row_announces_and_registers_all_or_nothing(door: Door, place: Place) -> None:
    with pytest.raises(Refusal):
        await door.open([announcing(3), order("register", {"fee_fen": -1}, by=CLERK)], now())
    number, receipt = await door.open([announcing(3), order("register", {"fee_fen": 5}, by=CLERK)], now())
    assert (receipt.state, receipt.revision) == (State.REGISTERED, 2)
    assert number


def _worker(place: Place) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "JIANDING_DATA_DIR": str(place.directory), "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, str(PROJECT / "worker.py"), "--target", place.target]
    return subprocess.Popen(command, env=environment)


async def test_killed_workers_lose_and_double_nothing(place: Place, client: Client) -> None:
    """Commands keep coming while the worker is killed again and again; each is sent until it is answered."""
    async with visiting(place) as here:
        process = _worker(place)
        stop = asyncio.Event()

        async def kill_again_and_again() -> None:
            nonlocal process
            for _ in range(4):
                await asyncio.sleep(2.0)
                process.send_signal(signal.SIGKILL)
                process.wait()
                process = _worker(place)
            stop.set()

        async def until_answered(number: str, sent: AnyCommand) -> None:
            for _ in range(20):
                try:
                    await here.door.submit(number, [sent], now())
                    return
                except EngineUnavailable:
                    continue
            raise AssertionError("never answered")

        async def one(n: int) -> str:
            number = f"43010020269{n:05d}"
            await until_answered(number, announcing(100 + n))
            for name, fields, by in (
                ("register", {"fee_fen": 9}, CLERK),
                ("hold_exam", PASSED, CLERK),
                ("certify", {}, CLERK),
                ("approve", {}, REVIEWER),
            ):
                await until_answered(number, order(name, fields, by=by))
            return number

        async def stream(first: int) -> list[str]:
            numbers = [await one(first)]
            n = first
            while not stop.is_set() and n < first + 40:
                n += 1
                numbers.append(await one(n))
            return numbers

        killer = asyncio.create_task(kill_again_and_again())
        numbers = [number for some in await asyncio.gather(*(stream(100 * k) for k in range(4))) for number in some]
        await killer
        try:
            with here.database.reading() as connection:
                assert verify(connection) == []
                facts = [case_facts(connection, number) for number in numbers]
                certificates = sorted(int(f.certificate_no or 0) % 100000 for f in facts if f)
                sequences = sorted(
                    int(n.split("〕")[1].removesuffix("号"))
                    for n in connection.execute(
                        text("SELECT number FROM documents WHERE kind = 'exam_result'")
                    ).scalars()
                )
            assert {f.revision for f in facts if f} == {5}
            assert certificates == list(range(1, len(numbers) + 1))
            assert sequences == list(range(1, len(numbers) + 1))
            held = await facts_of(client, numbers[0])
            assert held is None or held.revision == 5
        finally:
            process.terminate()
            process.wait(timeout=timedelta(seconds=30).total_seconds())
