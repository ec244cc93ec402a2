"""Replaying the history of an ordinary lifecycle: what a worker does that has lost its cache."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from bench import bare
from bench.people import draw_papers, lifecycle
from bench.stage import PLAIN, Stage, in_turns, middle, ratio
from engine.wire.client import case_id
from engine.wire.converter import data_converter
from engine.wire.keys import Keyring
from services.place import Working, visiting
from states.business_dates import SHANGHAI
from workflows.case import CaseWorkflow


async def measure(stage: Stage) -> dict[str, Any]:
    """Histories a second in one process, each side with the runner and converter that its workers have."""
    stage.bare_workers()
    stage.our_workers(PLAIN)
    client, place = await stage.bare_client(), stage.place(PLAIN)
    async with visiting(place) as ours:
        draw_papers(ours.database)
        kept = {"bare": await _bare_history(client), "ours": await _our_history(ours)}
    stage.stop_all()
    sealed = data_converter(Keyring.open(place.settings.key_file))
    replayers = {
        "bare": Replayer(workflows=[bare.BareCase], workflow_runner=UnsandboxedWorkflowRunner()),
        "ours": Replayer(workflows=[CaseWorkflow], workflow_runner=UnsandboxedWorkflowRunner(), data_converter=sealed),
    }
    count = stage.sizes.replays
    sides: dict[str, Callable[[int], Awaitable[float]]] = {
        name: lambda _, name=name: _replayed(replayers[name], kept[name], count)  # type: ignore[misc]
        for name in ("bare", "ours")
    }
    rates = await in_turns(stage.sizes.rounds, sides, stage.say)
    return {
        **{name: middle(found) for name, found in rates.items()},
        "ratio": ratio(rates["ours"], rates["bare"]),
        "converter": DataConverter.default.payload_codec is None and "bare in the clear, ours sealed",
    }


async def _replayed(replayer: Replayer, history: WorkflowHistory, count: int) -> float:
    async def histories() -> Any:
        for _ in range(count):
            yield history

    began = time.perf_counter()
    results = await replayer.replay_workflows(histories())
    if results.replay_failures:
        raise RuntimeError(str(results.replay_failures))
    return count / (time.perf_counter() - began)


async def _bare_history(client: Client) -> WorkflowHistory:
    case = f"bare-{uuid4()}"
    for sent in lifecycle():
        await bare.send(client, case, msgspec.to_builtins(sent), sent.id)
    handle = client.get_workflow_handle(case)
    await handle.result()
    return await handle.fetch_history()


async def _our_history(place: Working) -> WorkflowHistory:
    now, commands = datetime.now(SHANGHAI), lifecycle()
    number, _ = await place.submitter.open(commands[:1], now)
    for sent in commands[1:]:
        await place.submitter.submit(number, [sent], now)
    return await place.client.get_workflow_handle(case_id(number)).fetch_history()
