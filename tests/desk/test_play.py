"""`play` as people type it, on a real server; tests/rehearsal/test_scenarios.py plays the other scenarios."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from records.ledger.office import acts
from settings import PROJECT
from tests.desk.people import SignedIn

SCENARIOS = [PROJECT / "tests" / "scenarios" / f"{name}.yaml" for name in ("exit-day", "lost-certificate")]


def jianding(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "desk.cli", *arguments]
    environment = {
        "PYTHONPATH": str(PROJECT),
        "JIANDING_DATA_DIR": str(cwd / "data"),
        "PATH": "/usr/bin:/bin",
        "HOME": str(Path.home()),
        "XDG_CONFIG_HOME": str(cwd / "config"),
    }
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_every_expectation_of_the_scenario_holds(scenario: Path, tmp_path: Path) -> None:
    played = jianding("play", str(scenario), "--json", cwd=tmp_path)
    found = json.loads(played.stdout)
    assert found["failures"] == []
    assert found["ok"] and played.returncode == 0


def test_an_expectation_that_does_not_hold_fails_the_play(tmp_path: Path) -> None:
    text = (
        (PROJECT / "tests" / "scenarios" / "lost-certificate.yaml")
        .read_text()
        .replace("state: attested", "state: reissued")
    )
    (tmp_path / "wrong.yaml").write_text(text)
    played = jianding("play", "wrong.yaml", "--json", cwd=tmp_path)
    assert played.returncode == 1
    assert json.loads(played.stdout)["ok"] is False


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2]",
        "script: [{at: tomorrow, case: a, do: announce, by: clerk}]\ncases: {a: {}}",
        "colour: red",
        "cases: {a: {}}\nscript: [{at: 2020-09-01, case: b, do: x, by: clerk}]",
    ],
)
def test_a_file_that_is_no_scenario_is_wrong_usage(text: str, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    played = jianding("play", "bad.yaml", "--json", cwd=tmp_path)
    assert played.returncode == 2
    assert json.loads(played.stdout)["error"] == "BadScenario"


def test_a_case_by_hand_lives_between_two_commands(tmp_path: Path, signed_in: SignedIn) -> None:
    person = ["name=王喆", "id_number=430102199203150017", "occupation=保安员", "level=5", "centre=430100"]
    opened = jianding("case", "open", *person, "--json", cwd=tmp_path)
    assert opened.returncode == 0, opened.stderr
    number = json.loads(opened.stdout)["id"]
    registered = jianding("case", "do", number, "register", "fee_fen=28000", "--json", cwd=tmp_path)
    assert json.loads(registered.stdout)["state"] == "registered"
    shown = json.loads(jianding("case", "show", number, "--json", cwd=tmp_path).stdout)
    assert [entry["command"] for entry in shown["timeline"]] == ["announce", "register"]
    assert [document["kind"] for document in shown["documents"]] == ["announcement", "registration_receipt"]
    assert all((tmp_path / "data" / "letters" / document["path"]).is_file() for document in shown["documents"])
    letter = tmp_path / "data" / "letters" / shown["documents"][1]["path"]
    verified = jianding("letter", "verify", str(letter), "--json", cwd=tmp_path)
    assert (verified.returncode, json.loads(verified.stdout)["verdict"]) == (0, "in_force")
    refused = jianding("case", "do", number, "register", "fee_fen=12.5", "--json", cwd=tmp_path)
    assert (refused.returncode, json.loads(refused.stdout)["error"]) == (2, "InvalidField")
    again = jianding("case", "open", *person, "--json", cwd=tmp_path)
    assert (again.returncode, json.loads(again.stdout)["error"]) == (1, "DuplicateCase")
    sound = jianding("ledger", "verify", "--json", cwd=tmp_path)
    with signed_in.register.database.reading() as connection:
        office = len(acts(connection, limit=1000))
    assert json.loads(sound.stdout) == {
        "ok": True,
        "chain": {"cases": 1, "rows": 2 + office, "bad": []},
        "documents": {"rows": 2, "bad": []},
        "checkpoints": {"count": 0, "expected": 0, "bad": []},
        "workflows": None,
    }
    said = jianding("ledger", "verify", cwd=tmp_path)
    assert "未与工作流比较" in said.stdout and "一致" not in said.stdout
    signed = json.loads(jianding("ledger", "verify", "--json", cwd=tmp_path).stdout)
    assert signed["checkpoints"] == {"count": 1, "expected": 1, "bad": []}


def test_the_demonstration_adds_up(tmp_path: Path) -> None:
    shown = jianding("demo", "--cases", "60", "--out", "out", "--json", cwd=tmp_path)
    found = json.loads(shown.stdout)
    assert found["adds_up"] and sum(found["states"].values()) == 60
    assert len(list((tmp_path / "out" / "letters").glob("*/*/*.pdf"))) == sum(found["letters"].values())
