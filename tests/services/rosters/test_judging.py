"""Rows are judged whole: none is lost, every fault is told, and a row keeps its ids for ever."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letters.fonts import load_faces
from services.rosters.faults import RosterRow
from services.rosters.idnumbers import citizen, number_problem
from services.rosters.judging import Judge
from services.rosters.reading import read_roster
from services.rosters.workbooks import write_errors, write_template
from states.case.commands import Announce, HoldExam, ImportCertificate, Register
from states.policies import Policies
from states.reference.catalog import annex_2020
from states.reference.documents import check_document
from states.reference.identity import BadIdNumber
from states.words import Cohort, ExamResult, IdType
from tests.services.rosters.making import FAULTS, HEADER, make_roster, person

TODAY = date(2026, 11, 24)
FACES = load_faces()


def rows_of(path: Path, kind: str = "", by: str = "王芳") -> list[RosterRow]:
    roster = read_roster(path, kind)
    return list(Judge(roster, annex_2020(), Policies(), by=by, today=TODAY, unprintable=FACES.unprintable).rows())


def book(path: Path, *rows: Any) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))  # type: ignore[union-attr]
    made.save(path)
    return path


def test_every_planted_fault_is_told_where_it_is_and_no_row_is_lost(tmp_path: Path) -> None:
    planted = make_roster(tmp_path / "r.xlsx", 500, every=10)
    rows = rows_of(tmp_path / "r.xlsx")
    assert [row.row for row in rows] == list(range(2, 502))
    found = {row.row: [(e.column, e.error) for e in row.errors] for row in rows if row.errors}
    assert {fault.fault for fault in planted} == set(FAULTS)
    assert found.keys() == {fault.row for fault in planted}
    for fault in planted:
        assert [error for _, error in found[fault.row]] == [fault.error], fault
        assert [column for column, _ in found[fault.row]] == [fault.column], fault
    assert all(error.message for row in rows for error in row.errors)


def test_all_that_is_wrong_with_a_row_is_told_at_once(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, ["", "123", "飞船驾驶员", "九级", "1", "", "", "x"])
    (row,) = rows_of(path)
    assert {(e.column, e.error) for e in row.errors} == {
        ("姓名", "InvalidField"),
        ("证件号码", "InvalidIdNumber"),
        ("职业", "UnknownOccupation"),
        ("等级", "InvalidField"),
        ("鉴定中心", "CentreNotQualified"),
        ("报名费", "InvalidField"),
    }
    assert row.commands == ()


def test_what_people_write_is_understood(tmp_path: Path) -> None:
    id_number, plan = person(1)[1], ("某企业", "学徒计划", "2019年9月1日")
    path = book(
        tmp_path / "r.xlsx",
        ["全省统一鉴定报名表"],
        [
            "姓 名",
            "身份证号",
            "职业名称",
            "级别",
            "中心代码",
            "类别",
            "缴费金额",
            "学校",
            "计划名称",
            "入学时间",
            "备注",
        ],
        [" 王喆 ", f" {id_number} ", "电工", "四级/中级工", 430100.0, "新型学徒", "￥1,280.50元", *plan, "随便"],
        [],
        ["李四", person(2)[1], "保安员", 5, "４３０１００", "", "", ""],
    )
    first, second = rows_of(path)
    announced, registered = first.commands
    assert isinstance(announced, Announce)
    assert isinstance(registered, Register)
    assert (announced.candidate.name, announced.candidate.id_number) == ("王喆", id_number)
    assert (announced.occupation, announced.level, announced.centre) == ("电工", 4, "430100")
    assert (announced.cohort, registered.fee_fen) == (Cohort.NEW_APPRENTICE, 128_050)
    assert (first.row, second.row, len(second.commands)) == (3, 5, 1)


def test_exams_and_old_certificates(tmp_path: Path) -> None:
    exams = book(
        tmp_path / "e.xlsx",
        ["案件编号", "成绩", "场次", "试卷编号", "考试日期"],
        ["4301002026000001", "合格", "S1", "GJTK-2026-0417", date(2026, 11, 20)],
        ["4301002026000002", "缺考", "S1", "", "2026年11月20日"],
        ["", "合格", "S1", "", ""],
    )
    passed, absent, nobody = rows_of(exams)
    for row, result in ((passed, ExamResult.PASSED), (absent, ExamResult.ABSENT)):
        (held,) = row.commands
        assert isinstance(held, HoldExam)
        assert (held.result, held.held_on) == (result, date(2026, 11, 20))
    assert [e.column for e in nobody.errors] == ["案件编号"]
    old = book(
        tmp_path / "c.xlsx",
        ["姓名", "证件号码", "职业", "等级", "鉴定中心", "证书编号", "发证日期"],
        ["王喆", person(1)[1], "电工", 4, "430100", "1943001001400001", "20190630"],
        ["王喆", person(2)[1], "电工", 3, "430100", "1943001001400002", "20190630"],
        ["王喆", person(3)[1], "电工", 4, "430100", "1943001001400003", "20990630"],
    )
    good, other_level, not_yet = rows_of(old)
    assert isinstance(good.commands[0], ImportCertificate)
    assert [e.error for e in other_level.errors] == ["InvalidCertificateNumber"]
    assert [(e.column, e.error) for e in not_yet.errors] == [("发证日期", "InvalidField")]


def test_a_row_keeps_its_ids_whatever_stands_around_it(tmp_path: Path) -> None:
    one = rows_of(book(tmp_path / "a.xlsx", HEADER, person(1), person(2)))
    other = rows_of(
        book(tmp_path / "b.xlsx", ["题目"], (*HEADER[::-1], "错误"), [*person(2)[::-1], "改过"], person(1)[::-1]),
        by="李强",
    )
    ids = [[order.id for order in row.commands] for row in one]
    assert [[order.id for order in row.commands] for row in other] == ids[::-1]
    assert len({id_ for row in ids for id_ in row}) == 4


def test_an_id_tells_nobody_without_the_installations_key_what_its_row_says(tmp_path: Path) -> None:
    roster = read_roster(book(tmp_path / "a.xlsx", HEADER, person(1)))

    def ids(key: bytes) -> list[str]:
        judge = Judge(roster, annex_2020(), Policies(), by="甲", today=TODAY, unprintable=FACES.unprintable, key=key)
        return [command.id for row in judge.rows() for command in row.commands]

    ours = ids(b"k" * 32)
    assert ours == ids(b"k" * 32)
    assert not set(ours) & {*ids(b""), *ids(b"x" * 32)}


def test_the_same_person_twice_is_told_with_the_other_row(tmp_path: Path) -> None:
    _, second = rows_of(book(tmp_path / "r.xlsx", HEADER, person(1), person(1)))
    assert [e.error for e in second.errors] == ["DuplicateCase"]
    assert "第2行" in second.errors[0].message


def test_a_formula_is_told_never_computed(tmp_path: Path) -> None:
    row = person(1)
    row[0] = '=HYPERLINK("http://example.org","王喆")'
    (judged,) = rows_of(book(tmp_path / "r.xlsx", HEADER, row))
    assert ("姓名", "InvalidField") in [(e.column, e.error) for e in judged.errors]
    assert any("公式" in e.message for e in judged.errors)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_as_excel_writes_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "r.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEADER, person(1), person(2)[:8]])
    assert [len(row.commands) for row in rows_of(path)] == [2, 2]


def test_what_comes_back_with_errors_comes_in_again(tmp_path: Path) -> None:
    """Corrected in its copy, a roster sends the very ids of its good rows again."""
    planted = make_roster(tmp_path / "r.xlsx", 60, every=5)
    roster = read_roster(tmp_path / "r.xlsx")
    before = rows_of(tmp_path / "r.xlsx")
    write_errors(roster, [e for row in before for e in row.errors], tmp_path / "back.xlsx")
    back = openpyxl.load_workbook(tmp_path / "back.xlsx")
    page = back["名册"]
    assert page.cell(1, len(HEADER) + 1).value == "错误"
    assert [n for n in range(2, 62) if page.cell(n, len(HEADER) + 1).value] == [fault.row for fault in planted]
    for fault in planted:
        for place, value in enumerate(person(fault.row - 2), start=1):
            page.cell(fault.row, place).value = value
    back.save(tmp_path / "again.xlsx")
    after = rows_of(tmp_path / "again.xlsx")
    assert not [e for row in after for e in row.errors]
    bad = {fault.row for fault in planted}
    kept = [(row.row, [o.id for o in row.commands]) for row in before if row.row not in bad]
    assert kept == [(row.row, [o.id for o in row.commands]) for row in after if row.row not in bad]


def test_nothing_that_we_give_back_is_a_formula(tmp_path: Path) -> None:
    evil = "=cmd|'/c calc'!A0"
    path = tmp_path / "r.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, [evil, *person(1)[1:]]])
    roster, rows = read_roster(path), rows_of(path)
    write_errors(roster, [e for row in rows for e in row.errors], tmp_path / "back.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "back.xlsx").active.cell(2, 1)  # type: ignore[union-attr]
    assert (cell.value, cell.data_type) == (evil, "s")


@pytest.mark.parametrize("kind", ["announce", "register", "hold_exam", "import_certificate"])
def test_a_template_is_read_as_what_it_is_for(tmp_path: Path, kind: str) -> None:
    write_template(kind, tmp_path / "t.xlsx")
    roster = read_roster(tmp_path / "t.xlsx")
    assert (roster.kind, [sheet.rows for sheet in roster.sheets], roster.ignored_columns) == (kind, [[]], [])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.one_of(st.text("0123456789X", min_size=0, max_size=20), st.integers(0, 10**6).map(lambda n: person(n)[1])))
def test_the_quick_check_of_id_numbers_says_what_the_rules_say(number: str) -> None:
    try:
        check_document(number, IdType.RESIDENT_ID, TODAY)
        why = ""
    except BadIdNumber as bad:
        why = bad.why
    assert (citizen(number, TODAY, {}) is not None) == (why == "")
    assert number_problem(number, IdType.RESIDENT_ID, TODAY) == (IdType.RESIDENT_ID, why)
