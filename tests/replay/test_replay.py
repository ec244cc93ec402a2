"""Every history that was ever released still replays: no version may strand an open case."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from engine.client import case_id
from engine.converter import data_converter
from tests.replay.capture import HISTORIES, STORIES
from worker import sandbox
from workflows.case import CaseWorkflow


def test_every_story_has_its_history() -> None:
    assert {path.stem for path in HISTORIES.glob("*.json")} >= set(STORIES)


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.json")), ids=lambda path: path.stem)
async def test_a_released_history_replays(path: Path) -> None:
    history = WorkflowHistory.from_json(case_id("replayed"), path.read_text(encoding="utf-8"))
    replayer = Replayer(workflows=[CaseWorkflow], data_converter=data_converter(None), workflow_runner=sandbox())
    await replayer.replay_workflow(history)
