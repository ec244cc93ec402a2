"""Draws, sessions and occupations beside the annex, at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.people import ADMINISTRATOR, SignedIn, centres_of
from tests.desk.test_people_commands import said


@pytest.fixture
def installed(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> SignedIn:
    monkeypatch.setenv("JIANDING_DATA_DIR", str(signed_in.data))
    return signed_in


def test_draws_are_entered_once(installed: SignedIn, tmp_path: Path) -> None:
    assert said("draws", "add", "GJTK-2026-0001", "--occupation", "电工", "--level", "4")[1]["new_papers"] == 1
    file = tmp_path / "draws.csv"
    file.write_text("paper,occupation,level\nGJTK-2026-0001,电工,4\nGJTK-2026-0002,,\n", encoding="utf-8")
    assert said("draws", "load", str(file))[1]["new_papers"] == 1
    assert {row["paper"] for row in said("draws", "list")[1]} == {"GJTK-2026-0001", "GJTK-2026-0002"}
    assert said("draws", "add", "GJTK-2026-0003", "--occupation", "没有的职业")[1]["error"] == "UnknownOccupation"
    assert said("draws", "load", str(tmp_path / "nothing.csv"))[0] == 2
    file.write_text("occupation\n电工\n", encoding="utf-8")
    assert said("draws", "load", str(file))[1]["error"] == "InvalidField"
    assert said("draws", "add", "X", "--as", "复核乙")[1]["error"] == "ActNotAllowed"


def test_a_session_is_of_ones_own_centre(installed: SignedIn) -> None:
    assert said("session", "add", "430100", "2026-11-A", "--date", "2026-12-01", "--site", "430102")[0] == 0
    assert said("session", "list")[1][0]["code"] == "2026-11-A"
    assert said("session", "add", "999999", "X")[1]["error"] == "CentreNotQualified"
    assert said("session", "add", "430100", "X", "--date", "明天")[0] == 2
    centres_of(installed, "经办甲", "430200")
    assert said("session", "add", "430100", "2026-11-B")[1]["error"] == "UnknownSubject"
    assert said("session", "list")[1] == []


def test_occupations_beside_the_annex_are_loaded_by_two(installed: SignedIn, tmp_path: Path) -> None:
    file = tmp_path / "standing.csv"
    file.write_text(
        "occupation,qualification,standing,left_on,source\n水磨石工,水磨石工,left,2016-06-08,国发〔2016〕35号\n",
        encoding="utf-8",
    )
    assert said("catalog", "standing", str(file))[1]["error"] == "ActNotAllowed"
    waiting = said("catalog", "standing", str(file), "--as", ADMINISTRATOR)[1]
    assert waiting["status"] == "waiting"
    assert said("office", "approve", waiting["proposal"], "--yes", "--as", "督导戊")[0] == 0
    file.write_text("occupation\n水磨石工\n", encoding="utf-8")
    assert said("catalog", "standing", str(file), "--as", ADMINISTRATOR)[1]["error"] == "BadCatalog"
