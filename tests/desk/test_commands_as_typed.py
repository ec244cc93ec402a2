"""Each command as people type it: a process of its own, real SQLite, what it prints and how it ends."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.caseload import announce, person, register
from tests.desk.people import SignedIn
from tests.desk.typed import typed
from tests.services.rosters.files import HEADER, SHEET, book, rewritten, row_of

DAY = date(2020, 11, 2)


@pytest.fixture
def data(signed_in: SignedIn) -> Path:
    """An installation with one announced and one registered case, and somebody signed in."""
    database = signed_in.register.database
    announce(database, 1, DAY)
    register(database, announce(database, 2, DAY), DAY)
    return signed_in.data


def test_cases_are_listed_at_eighty_columns_in_chinese(data: Path) -> None:
    done = typed(data, "case", "list", COLUMNS="80")
    assert done.code == 0
    lines = done.out.splitlines()
    assert max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in lines) <= 80
    assert "已报名" in done.out
    assert "registered" not in done.out
    assert done.out.count("4301002020") == 2


def test_cases_are_chosen_by_what_people_write(data: Path) -> None:
    near = typed(data, "case", "list", "--state", "regitered", "--centre", "长沙", "--json")
    assert (near.code, [case["state"] for case in near.json]) == (0, ["registered"])
    assert "读作" in near.err
    assert len(typed(data, "case", "list", "--state", "已公告", "--json").json) == 1
    unknown = typed(data, "case", "list", "--state", "飞行中", "--json")
    assert (unknown.code, unknown.json["error"]) == (2, "BadFilter")
    assert "已报名" in unknown.err


def test_a_case_is_shown_with_its_name_and_history(data: Path) -> None:
    number = typed(data, "case", "list", "--state", "registered", "--json").json[0]["id"]
    shown = typed(data, "case", "show", number)
    assert (shown.code, person(2)["name"] in shown.out, "已报名" in shown.out) == (0, True, True)
    assert [step["to"] for step in typed(data, "case", "timeline", number, "--json").json] == [
        "announced",
        "registered",
    ]
    nobody = typed(data, "case", "show", "4301002099000001")
    assert (nobody.code, "UnknownCase" in nobody.err) == (1, True)


def test_a_mass_command_is_foretold_before_anything_is_done(data: Path) -> None:
    told = typed(data, "case", "do", "--where", "state=已报名 centre=长沙", "withdraw", "--dry-run", "--json")
    assert (told.code, told.json["selected"]) == (0, 1)
    wrong = typed(data, "case", "do", "--where", "state=飞行", "withdraw", "--dry-run", "--json")
    assert (wrong.code, wrong.json["error"]) == (2, "BadFilter")


def test_the_catalog_is_listed_shown_and_proved(data: Path) -> None:
    assert len(typed(data, "catalog", "list", "--json").json) == 192
    assert "电工" in typed(data, "catalog", "show", "电工").out
    assert typed(data, "catalog", "check").code == 0
    unknown = typed(data, "catalog", "show", "飞船驾驶员", "--json")
    assert (unknown.code, unknown.json["error"]) == (1, "UnknownOccupation")


def test_queues_policies_holds_and_days_are_listed(data: Path) -> None:
    assert typed(data, "queue", "list", "--json").json
    assert typed(data, "queue", "list").code == 0
    assert typed(data, "policy", "show", "--json").json
    assert typed(data, "hold", "list", "--json").code == 0
    assert typed(data, "calendar", "list", "--json").code == 0


def test_an_exit_day_is_rehearsed_without_touching_a_case(data: Path) -> None:
    before = typed(data, "case", "list", "--json").json
    told = typed(data, "rehearse", "--on", "2020-12-31", "--json")
    assert told.code == 0
    assert {"on", "cases", "outcomes", "documents", "refund_liability_fen"} <= told.json.keys()
    assert (told.json["on"], told.json["cases"]) == ("2020-12-31", sum(told.json["outcomes"].values()))
    assert typed(data, "case", "list", "--json").json == before
    assert typed(data, "rehearse", "--on", "31.12.2020", "--json").code == 2


def test_doctor_looks_and_says_what_to_do(data: Path) -> None:
    found = typed(data, "doctor", "--json")
    assert found.json
    assert typed(data, "doctor").out


def test_a_roster_is_checked_against_the_record_by_who_is_signed_in_and_alone_by_who_is_not(data: Path) -> None:
    path = book(data.parent / "r.xlsx", HEADER, row_of(1), row_of(2, 证件号码=person(1)["id_number"]), ["合计"])
    found = typed(data, "import", str(path), "--dry-run", "--json").json
    assert (found["rows"], found["opened"], found["skipped"], found["failed"]) == (2, 1, 0, 1)
    assert [error["error"] for error in found["errors"]] == ["IdentityMismatch"]
    assert [row["row"] for row in found["left_out"]] == [4]
    assert found["kind"] == "announce"
    assert found["columns"][0] == {
        "sheet": "名册", "column": "A", "heading": "姓名", "field": "name", "reads_as": "姓名",
    }  # fmt: skip
    assert openpyxl.load_workbook(found["workbook"]).active is not None
    alone = typed(data.parent / "elsewhere", "import", str(path), "--dry-run", "--json").json
    assert (alone["rows"], alone["failed"]) == (2, 0)
    assert "没有登录" in alone["notes"][-1]
    shown = typed(data, "import", str(path), "--dry-run")
    assert "公告名册" in shown.out
    assert "表头读法" in shown.out


def test_hidden_rows_and_a_doubted_kind_are_asked_about_before_anything_is_begun(data: Path) -> None:
    path = book(data.parent / "r.xlsx", HEADER, row_of(1), row_of(2))
    rewritten(path, SHEET, r'<row r="3"', '<row r="3" hidden="1"')
    asked = typed(data, "import", str(path), "--json")
    assert (asked.code, asked.json["error"]) == (2, "NotConfirmed")
    assert "隐藏" in asked.json["message"]
    assert len(typed(data, "case", "list", "--json").json) == 2
    held = book(data.parent / "held.xlsx", ["姓名", "证件号码", "职业", "等级", "鉴定中心", "证书编号", "发证日期"],
                ["考生甲", person(5)["id_number"], "电工", 4, "430100", "1918010000400123", "2019-06-18"])  # fmt: skip
    doubted = typed(data, "import", str(held), "--json")
    assert (doubted.code, "公告名册" in doubted.json["message"]) == (2, True)


def test_what_is_no_roster_is_refused_and_nothing_is_written_over(data: Path) -> None:
    path = book(data.parent / "r.xlsx", HEADER, row_of(1))
    kept = path.read_bytes()
    over = typed(data, "import", str(path), "--dry-run", "--out", str(path), "--json")
    assert (over.code, over.json["error"]) == (2, "BadRoster")
    assert path.read_bytes() == kept
    assert typed(data, "import", str(data.parent / "nowhere.xlsx"), "--dry-run").code == 2
    assert typed(data, "import", "--template", "grade", "--out", str(data.parent / "t.xlsx"), "--json").code == 0
    assert typed(data, "import", "--kind", "nonsense", str(path)).code == 2
