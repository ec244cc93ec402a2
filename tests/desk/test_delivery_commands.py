"""What people may do about a letter, and what they may not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from desk.cli.__main__ import app
from records.store.database import Database
from states.refusals import Refusal
from tests.caseload import announce, register
from tests.desk.people import SignedIn


@pytest.fixture
def database(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("JIANDING_DATA_DIR", str(signed_in.data))
    database = signed_in.register.database
    register(database, announce(database, 1, date(2020, 11, 2)), date(2020, 11, 2))
    return database


def said(*arguments: str, as_: str = "经办甲") -> tuple[int, Any]:
    """What `delivery ARGUMENTS` came to; a refusal by its name."""
    result = CliRunner().invoke(app, ["delivery", *arguments, "--json", "--as", as_])
    if isinstance(result.exception, Refusal):
        return 1, {"error": result.exception.name}
    return result.exit_code, json.loads(result.stdout)


def stand(database: Database, *statuses: str) -> None:
    with database.writing() as connection:
        for id_, status in enumerate(statuses, start=1):
            connection.execute(text("UPDATE deliveries SET status = :s WHERE id = :id"), {"s": status, "id": id_})


def statuses() -> list[str]:
    return [letter["status"] for letter in said("list")[1]["letters"]][::-1]


def test_a_letter_is_withheld_and_sent_after_all(database: Database) -> None:
    assert said("withhold", "1", "--reason", "姓名有误")[0] == 0
    assert statuses() == ["failed", "pending"]
    assert said("withhold", "1", "--reason", "x")[1]["error"] == "LetterMoved"
    assert said("retry", "1", as_="经办丁")[1] == {"retried": [1]}
    assert statuses() == ["pending", "pending"]
    with database.reading() as connection:
        told = connection.execute(text("SELECT by, source, dest, reason FROM delivery_events ORDER BY id")).all()
    assert [tuple(row) for row in told] == [
        ("经办甲", "pending", "failed", "撤回：姓名有误"),
        ("经办丁", "failed", "pending", "人工重发"),
    ]


def test_an_uncertain_letter_is_a_persons_decision(database: Database) -> None:
    stand(database, "uncertain", "failed")
    before = [letter["message_id"] for letter in said("list")[1]["letters"]]
    assert said("retry", "1")[1]["error"] == "NotAsked"
    assert said("retry", "1", "--not-received")[0] == 1  # and why?
    assert said("retry", "--failed", "--yes")[1] == {"retried": [2]}
    assert said("retry", "1", "--not-received", "--reason", "电话核实")[0] == 0
    assert statuses() == ["pending", "pending"]
    assert [letter["message_id"] for letter in said("list")[1]["letters"]] == before


def test_what_came_back_had_left(database: Database) -> None:
    stand(database, "sent", "pending")
    assert said("mark-returned", "1", "--reason", "查无此人")[0] == 0
    assert said("mark-returned", "2")[1]["error"] == "LetterMoved"
    assert said("retry", "99")[1]["error"] == "UnknownSubject"
    assert said("list", "--status", "lost")[0] == 2
    assert said("list")[1]["totals"] == {"returned": 1, "pending": 1}
