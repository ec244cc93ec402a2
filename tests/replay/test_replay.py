"""Every history that was ever released still replays: no version may strand an open case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from engine.wire.client import case_id
from engine.wire.converter import data_converter
from tests.replay.capture import HISTORIES, RACES, SEASONS, STORIES
from worker import sandbox
from workflows.case import CaseWorkflow


def test_every_story_has_its_history() -> None:
    assert {path.stem for path in HISTORIES.glob("*.json")} >= {*STORIES, *RACES, *SEASONS}


def test_the_histories_show_what_they_are_for() -> None:
    """A refusal that ends a workflow, one that was accepted first, timers that ring, cases that rest."""

    def kinds(name: str) -> list[str]:
        events = json.loads((HISTORIES / f"{name}.json").read_text(encoding="utf-8"))["events"]
        return [event["eventType"].removeprefix("EVENT_TYPE_") for event in events]

    assert "WORKFLOW_EXECUTION_UPDATE_ACCEPTED" not in kinds("refused-at-once")
    assert kinds("refused-at-once")[-1] == "WORKFLOW_EXECUTION_COMPLETED"
    assert kinds("live-raced-proposals").count("WORKFLOW_EXECUTION_UPDATE_ACCEPTED") >= 4
    assert kinds("season-exit-escalation-refund").count("TIMER_FIRED") >= 4
    assert kinds("season-exit-escalation-refund")[-1] == "WORKFLOW_EXECUTION_COMPLETED"
    assert kinds("season-protected")[-1] == "WORKFLOW_EXECUTION_COMPLETED"
    assert kinds("season-date-moved-later").count("TIMER_FIRED") >= 2


async def test_a_history_of_another_workflow_does_not_replay() -> None:
    """The guard guards: one recorded step less, and it is told."""
    told = json.loads((HISTORIES / "live-lifecycle.json").read_text(encoding="utf-8"))
    for event in told["events"]:
        if event["eventType"] == "EVENT_TYPE_MARKER_RECORDED":
            event["eventType"] = "EVENT_TYPE_TIMER_STARTED"
            del event["markerRecordedEventAttributes"]
            event["timerStartedEventAttributes"] = {"timerId": "99", "workflowTaskCompletedEventId": "4"}
            break
    replayer = Replayer(workflows=[CaseWorkflow], data_converter=data_converter(None), workflow_runner=sandbox())
    with pytest.raises(workflow.NondeterminismError):
        await replayer.replay_workflow(WorkflowHistory.from_json(case_id("replayed"), json.dumps(told)))


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.json")), ids=lambda path: path.stem)
async def test_a_released_history_replays(path: Path) -> None:
    history = WorkflowHistory.from_json(case_id("replayed"), path.read_text(encoding="utf-8"))
    replayer = Replayer(workflows=[CaseWorkflow], data_converter=data_converter(None), workflow_runner=sandbox())
    await replayer.replay_workflow(history)
