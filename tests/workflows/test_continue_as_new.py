"""A history that grows long is continued as new, and the case does not notice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from engine.server.embedded import EmbeddedServer
from engine.server.options import DYNAMIC_CONFIG, ServerOptions
from engine.wire.client import case_id, facts_of
from records.case.context import case_facts
from services.command_input import command_from
from services.place import connect, live_place
from settings import Settings
from states.business_dates import SHANGHAI
from tests.caseload import CLERK, REVIEWER, person
from worker import working


async def test_a_continued_case_keeps_its_facts_its_proposal_and_its_command_ids(tmp_path: Path) -> None:
    small = {**DYNAMIC_CONFIG, "limit.historyCount.suggestContinueAsNew": "10"}
    options = ServerOptions(tmp_path / "temporal", database=None, dynamic_config=small)
    now = datetime.now(SHANGHAI)
    async with EmbeddedServer(options) as server:
        place = live_place(Settings(data_dir=tmp_path), server.target)
        client = await connect(place)
        async with working(place) as running:
            opened = command_from("announce", {**person(1), "occupation": "保安员"}, by=CLERK)
            number, _ = await running.submitter.open([opened], now)
            first = (await client.get_workflow_handle(case_id(number)).describe()).run_id
            register = command_from("register", {"fee_fen": 9}, by=CLERK)
            await running.submitter.submit(number, [register], now)
            for n in range(4):
                await running.submitter.submit(
                    number, [command_from("correct", {"address": f"长沙市{n}号"}, by=CLERK)], now
                )
            again = await running.submitter.submit(number, [register], now)
            await running.submitter.submit(number, [command_from("withdraw", {}, by=CLERK)], now)
            last = (await client.get_workflow_handle(case_id(number)).describe()).run_id
            done = await running.submitter.submit(number, [command_from("approve", {}, by=REVIEWER)], now)
            held = await facts_of(client, number)
            with running.database.reading() as connection:
                kept = case_facts(connection, number)
    assert last != first
    assert again.revision == 6
    assert (done.state, done.revision) == ("refunding", 8)
    assert held == kept
