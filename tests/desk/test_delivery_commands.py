"""What people may do about a letter, and what they may not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from desk.cli.__main__ import app
from records.office.world import seed
from records.store.database import Database
from states.reference.catalog import annex_2020
from tests.caseload import announce, register


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("JIANDING_DATA_DIR", str(tmp_path))
    database = Database(f"sqlite:///{tmp_path / 'jianding.db'}")
    database.migrate()
    with database.writing() as connection:
        seed(connection, annex_2020())
    register(database, announce(database, 1, date(2020, 11, 2)), date(2020, 11, 2))
    return database


def said(*arguments: str) -> tuple[int, Any]:
    result = CliRunner().invoke(app, ["delivery", *arguments, "--json"])
    return result.exit_code, json.loads(result.stdout)


def stand(database: Database, *statuses: str) -> None:
    with database.writing() as connection:
        for id_, status in enumerate(statuses, start=1):
            connection.execute(text("UPDATE deliveries SET status = :s WHERE id = :id"), {"s": status, "id": id_})


def statuses() -> list[str]:
    return [letter["status"] for letter in said("list")[1]["letters"]][::-1]


def test_a_letter_is_withheld_and_sent_after_all(database: Database) -> None:
    assert said("withhold", "1", "--by", "甲", "--reason", "姓名有误")[0] == 0
    assert statuses() == ["failed", "pending"]
    assert said("withhold", "1", "--by", "甲", "--reason", "x")[1]["error"] == "WrongStatus"
    assert said("retry", "1", "--by", "乙")[1] == {"retried": [1]}
    assert statuses() == ["pending", "pending"]
    with database.reading() as connection:
        told = connection.execute(text("SELECT by, source, dest, reason FROM delivery_events ORDER BY id")).all()
    assert [tuple(row) for row in told] == [
        ("甲", "pending", "failed", "撤回：姓名有误"),
        ("乙", "failed", "pending", "人工重发"),
    ]


def test_an_uncertain_letter_is_a_persons_decision(database: Database) -> None:
    stand(database, "uncertain", "failed")
    before = [letter["message_id"] for letter in said("list")[1]["letters"]]
    assert said("retry", "1", "--by", "甲")[1]["error"] == "WrongStatus"
    assert said("retry", "1", "--by", "甲", "--not-received")[0] == 1  # and why?
    assert said("retry", "--failed", "--by", "甲", "--yes")[1] == {"retried": [2]}
    assert said("retry", "1", "--by", "甲", "--not-received", "--reason", "电话核实")[0] == 0
    assert statuses() == ["pending", "pending"]
    assert [letter["message_id"] for letter in said("list")[1]["letters"]] == before


def test_what_came_back_had_left(database: Database) -> None:
    stand(database, "sent", "pending")
    assert said("mark-returned", "1", "--by", "甲", "--reason", "查无此人")[0] == 0
    assert said("mark-returned", "2", "--by", "甲")[1]["error"] == "WrongStatus"
    assert said("retry", "99", "--by", "甲")[1]["error"] == "UnknownLetter"
    assert said("list", "--status", "lost")[0] == 2
    assert said("list")[1]["totals"] == {"returned": 1, "pending": 1}
