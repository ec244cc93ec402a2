"""Rosters through the command line, as an office uses it: counted, killed, taken up, corrected, taken in again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import text

from letters.fonts import load_faces
from records.ledger.verification import verify
from records.store.database import Database
from services.place import live_to_read
from services.rosters.importing import check, foreseen, matched
from settings import PROJECT, Settings
from tests.caseload import announce, database_at, person, register
from tests.desk.people import SignedIn
from tests.services.rosters.making import HEADER, make_roster
from tests.services.rosters.making import person as row_of

DAY = date(2020, 11, 2)


def cli(place: Path, *arguments: str) -> tuple[int, Any]:
    done = subprocess.run(
        command(*arguments, "--json"), env=env(place), cwd=PROJECT, stdout=subprocess.PIPE, check=False
    )
    return done.returncode, json.loads(done.stdout)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "desk.cli", *arguments]


def env(place: Path) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("JIANDING_")}
    return {**clean, "JIANDING_DATA_DIR": str(place / "data"), "PYTHONPATH": str(PROJECT)}


def count(place: Path, what: str) -> int:
    path = place / "data" / "jianding.db"
    if not path.exists():
        return 0
    database = Database(f"sqlite:///{path}")
    if not database.migrated():
        return 0
    with database.reading() as connection:
        return int(connection.execute(text(what)).scalar_one())


def test_everything_is_killed_in_the_middle_and_nothing_is_lost_or_doubled(tmp_path: Path, signed_in: SignedIn) -> None:
    """Server, worker and command line die at once by SIGKILL; the same command goes on with the same run."""
    planted = make_roster(tmp_path / "r.xlsx", 300, every=20)
    good = 300 - len(planted)
    importing = subprocess.Popen(
        command("import", str(tmp_path / "r.xlsx")), env=env(tmp_path), cwd=PROJECT, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while count(tmp_path, "SELECT count(*) FROM cases") < 40:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    importing.send_signal(signal.SIGKILL)
    importing.wait()
    assert count(tmp_path, "SELECT count(*) FROM cases") < good

    code, found = cli(tmp_path, "import", str(tmp_path / "r.xlsx"))
    assert code == 1  # some rows are bad
    assert (found["rows"], found["opened"], found["skipped"], found["failed"]) == (300, good, 0, len(planted))
    assert {error["row"] for error in found["errors"]} == {fault.row for fault in planted}
    assert count(tmp_path, "SELECT count(*) FROM runs") == 1
    assert count(tmp_path, "SELECT count(*) FROM cases") == good
    assert count(tmp_path, "SELECT count(*) FROM ledger") == 2 * good
    assert count(tmp_path, "SELECT count(DISTINCT id_number) FROM cases") == good

    back = openpyxl.load_workbook(found["workbook"])
    for fault in planted:
        for place, value in enumerate(row_of(fault.row - 2), start=1):
            back.active.cell(fault.row, place).value = value  # type: ignore[union-attr]
    back.save(tmp_path / "corrected.xlsx")
    code, found = cli(tmp_path, "import", str(tmp_path / "corrected.xlsx"))
    assert (code, found["opened"], found["skipped"], found["failed"]) == (0, len(planted), good, 0)

    code, found = cli(tmp_path, "case", "do", "--where", "state=registered", "withdraw", "--dry-run")
    assert (code, found) == (0, {"selected": 300, "outcomes": {"accepted": 300}})
    code, found = cli(tmp_path, "case", "do", "--where", "state=registered exam=考-0", "withdraw", "--yes")
    assert (code, found["selected"], found["done"], found["status"]) == (0, 300, 300, "done")
    assert count(tmp_path, "SELECT count(*) FROM cases WHERE pending = 'withdraw'") == 300
    code, found = cli(
        tmp_path,
        "case",
        "do",
        "--where",
        "state=registered",
        "hold_exam",
        "result=passed",
        "session=S",
        "--yes",
    )
    assert (code, found["failed"]) == (1, 300)
    assert {failure["error"] for failure in found["failures"]} == {"PaperNotFromBank"}
    database = live_to_read(Settings(data_dir=tmp_path / "data"))
    with database.reading() as connection:
        assert verify(connection).findings == []


def book(path: Path, *rows: Any) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))  # type: ignore[union-attr]
    made.save(path)
    return path


def test_rows_about_cases_that_exist(tmp_path: Path) -> None:
    """By number or by person; unknown, already announced, and what the rules would refuse today."""
    database = database_at(tmp_path)
    first, second, third = (announce(database, n, DAY) for n in (1, 2, 3))
    register(database, third, DAY)
    people = [person(n) for n in (1, 2, 3, 4)]
    path = book(
        tmp_path / "r.xlsx",
        ["案件编号", "证件号码", "职业", "等级", "报名费"],
        [first, "", "", "", 100],
        *(["", who["id_number"], "电工", 4, 100] for who in people[1:]),
        ["4301002099000009", "", "", "", 100],
    )
    faces = load_faces()
    with database.reading() as connection:
        checked = check(connection, path, "", by="甲", today=DAY, unprintable=faces.unprintable)
        checked = matched(connection, checked)
        assert [row.case for row in checked.rows][:3] == [first, second, third]
        checked, skipped = foreseen(connection, checked, DAY)
    told = {row.row: [error.error for error in row.errors] for row in checked.rows}
    assert told == {2: [], 3: [], 4: ["WrongState"], 5: ["UnknownCase"], 6: ["UnknownCase"]}
    assert (checked.roster.kind, skipped) == ("register", 0)


def test_a_row_whose_place_another_case_has(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    existing = announce(database, 1, DAY)
    who = person(1)
    path = book(tmp_path / "r.xlsx", HEADER[:5], [who["name"], who["id_number"], "电工", 4, "430100"])
    with database.reading() as connection:
        checked = check(connection, path, "", by="甲", today=DAY, unprintable=load_faces().unprintable)
        (row,) = matched(connection, checked).rows
    assert [error.error for error in row.errors] == ["DuplicateCase"]
    assert existing in row.errors[0].message
