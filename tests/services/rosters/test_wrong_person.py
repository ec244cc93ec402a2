"""What would give one person's exam or certificate to another, or lose somebody: told, in every row, each time."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from services.rosters.importing import check, foreseen, matched
from services.rosters.limits import BadRoster
from services.rosters.reading import read_roster
from states.reference.identity import check_character
from tests.caseload import announce, database_at
from tests.caseload import person as on_record
from tests.services.rosters.files import (
    CERTIFICATES,
    HEADER,
    SHEET,
    book,
    certificate,
    faces,
    id_of,
    judged,
    rewritten,
    row_of,
    text_file,
    told,
)

DAY = date(2020, 11, 2)
RESULTS = ("案件编号", "姓名", "证件号码", "职业", "等级", "成绩", "场次", "试卷编号")


def against(place: Path, path: Path) -> dict[int, list[tuple[str, str]]]:
    """What the record says against each row: (column, error)."""
    database = database_at(place)
    with database.reading() as connection:
        checked = check(connection, path, "", by="甲", today=DAY, unprintable=faces().unprintable)
        checked, _ = foreseen(connection, matched(connection, checked), DAY)
    return {row.row: [(e.column, e.error) for e in row.errors] for row in checked.rows}


def test_a_result_is_held_against_the_case_by_name_number_occupation_and_level(tmp_path: Path) -> None:
    """One column sorted by itself must not examine anybody under another's name."""
    database = database_at(tmp_path)
    first, second = (announce(database, n, DAY) for n in (1, 2))
    one, two = on_record(1), on_record(2)
    sat = ("合格", "S1", "GJTK-2020-0417")
    path = book(
        tmp_path / "r.xlsx",
        RESULTS,
        ["", two["name"], one["id_number"], "电工", 4, *sat],
        [first, two["name"], two["id_number"], "保安员", 3, *sat],
        [second, two["name"], two["id_number"], "电工", "四级", *sat],
    )
    found = against(tmp_path, path)
    assert found[2] == [("姓名", "IdentityMismatch")]
    assert found[3] == [(column, "IdentityMismatch") for column in ("姓名", "证件号码", "职业", "等级")]
    assert not [error for _, error in found[4] if error == "IdentityMismatch"]


def test_a_register_row_is_held_against_the_case_too(tmp_path: Path) -> None:
    first = announce(database_at(tmp_path), 1, DAY)
    path = book(tmp_path / "r.xlsx", ["案件编号", "姓名", "等级", "报名费"], [first, "另一人", 3, 280])
    assert against(tmp_path, path)[2] == [("姓名", "IdentityMismatch"), ("等级", "IdentityMismatch")]


def test_blanks_in_a_name_are_no_other_person(tmp_path: Path) -> None:
    first, who = announce(database_at(tmp_path), 1, DAY), on_record(1)
    path = book(tmp_path / "r.xlsx", ["案件编号", "姓名", "等级", "报名费"], [first, f" {who['name']} ", "中级工", 280])
    assert not [error for _, error in against(tmp_path, path)[2] if error == "IdentityMismatch"]


def test_a_number_on_record_under_another_name_opens_no_case(tmp_path: Path) -> None:
    announce(database_at(tmp_path), 1, DAY)
    row = row_of(1, 姓名="另一人", 证件号码=on_record(1)["id_number"])
    assert against(tmp_path, book(tmp_path / "r.xlsx", HEADER, row))[2] == [("姓名", "IdentityMismatch")]


def test_a_certificate_on_record_belongs_to_nobody_else(tmp_path: Path) -> None:
    database = database_at(tmp_path)
    first, number = announce(database, 1, DAY), "1918010000400123"
    with database.writing() as connection:
        connection.execute(
            text("UPDATE cases SET certificate_no = :held WHERE number = :case"), {"held": number, "case": first}
        )
    held = certificate(3, 职业="电工", 等级=4, 证书编号=number, 发证日期="2019-06-18")
    found = against(tmp_path, book(tmp_path / "r.xlsx", CERTIFICATES, held))
    assert ("证件号码", "DuplicateCase") in found[2]


def test_one_number_with_two_names_is_told_in_both_rows(tmp_path: Path) -> None:
    rows = [row_of(1), row_of(2, 证件号码=id_of(1), 职业="消防员"), row_of(3)]
    path = book(tmp_path / "r.xlsx", HEADER, *rows)
    found = told(path)
    assert found.keys() == {2, 3}
    assert "第3行" in found[2][0][1]
    assert "第2行" in found[3][0][1]
    assert [row.errors for row in judged(path)] == [row.errors for row in judged(path)]


def test_one_certificate_of_two_people_is_told_in_both_rows(tmp_path: Path) -> None:
    rows = [certificate(1), certificate(2, 证书编号="1918010000500001"), certificate(3)]
    found = told(book(tmp_path / "r.xlsx", CERTIFICATES, *rows))
    assert found.keys() == {2, 3}
    assert "第3行" in found[2][0][1]
    assert "第2行" in found[3][0][1]


def test_conflicts_are_seen_across_sheets(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for n, name in enumerate(("甲班", "乙班")):
        page = made.create_sheet(name)
        page.append(list(HEADER))
        page.append(row_of(n, 证件号码=id_of(1)))
    made.remove(made.worksheets[0])
    made.save(tmp_path / "r.xlsx")
    rows = judged(tmp_path / "r.xlsx")
    assert [("乙班" in row.errors[0].message, row.sheet) for row in rows] == [(True, "甲班"), (False, "乙班")]


def test_an_unclosed_quote_is_refused_with_its_line(tmp_path: Path) -> None:
    lines = [",".join(map(str, row)) for row in (HEADER, *(row_of(n) for n in range(8)))]
    lines[3] = lines[3].replace("长沙市示例路1号", '"长沙市示例路1号')
    (tmp_path / "r.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    with pytest.raises(BadRoster, match=r"第4行.*引号"):
        read_roster(tmp_path / "r.csv")


def test_a_quote_that_closes_in_a_later_row_is_refused_with_its_line(tmp_path: Path) -> None:
    lines = [",".join(map(str, row)) for row in (HEADER, *(row_of(n) for n in range(8)))]
    lines[3] = lines[3].replace("长沙市示例路1号", '"长沙市示例路1号')
    lines[6] = lines[6].replace("长沙市示例路1号", '长沙市示例路1号"')
    (tmp_path / "r.csv").write_text("\r\n".join(lines), encoding="utf-8")
    with pytest.raises(BadRoster, match="第4行"):
        read_roster(tmp_path / "r.csv")


def test_a_line_break_inside_an_address_is_no_row(tmp_path: Path) -> None:
    path = text_file(tmp_path / "r.csv", HEADER, row_of(1, 地址="长沙市\n示例路1号"), row_of(2))
    first, second = judged(path)
    assert (first.row, second.row, first.errors) == (2, 3, ())
    assert getattr(first.commands[0], "candidate").address == "长沙市 示例路1号"  # noqa: B009


@pytest.mark.parametrize("column", ["姓名", "职业", "考试", "报名费", "地址", "联系电话"])
@pytest.mark.parametrize("word", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"])
def test_every_error_cell_and_every_cell_that_reads_as_one_is_told(tmp_path: Path, column: str, word: str) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, row_of(1, **{column: word}), row_of(2))
    assert told(path).keys() == {2}
    assert told(path)[2][0][0] == column
    assert word in told(path)[2][0][1]
    as_text = text_file(tmp_path / "r.csv", HEADER, row_of(1, **{column: word}), row_of(2))
    assert [(column in found[0], word in found[1]) for found in told(as_text)[2]] == [(True, True)]


def test_numbers_whose_last_digits_a_spreadsheet_lost_are_all_refused(tmp_path: Path) -> None:
    """Also the one whose check character happens to fit."""
    births = [f"430102{1960 + n}{1 + n % 12:02d}{1 + n % 28:02d}" for n in range(40)]
    fits = next(birth for birth in births if check_character(f"{birth}000") == "0")
    rows = [row_of(n, 证件号码=f"{birth}0000") for n, birth in enumerate([fits, *births[:10]])]
    found = told(text_file(tmp_path / "r.csv", HEADER, *rows, row_of(20)))
    assert found.keys() == set(range(2, 2 + len(rows)))
    assert all("000" in message for messages in found.values() for _, message in messages[:1])


def test_a_number_that_rightly_ends_in_zeros_is_taken(tmp_path: Path) -> None:
    bodies = (f"430102{year}0101{seq}00" for year in range(1960, 2000) for seq in range(1, 10))
    number = next(f"{body}0" for body in bodies if check_character(body) == "0")
    assert told(book(tmp_path / "r.xlsx", HEADER, row_of(1, 证件号码=number), row_of(2))) == {}


@pytest.mark.parametrize("written", ["20.8.31", "2020.8", "0020-08-31", "8/31/2020"])
def test_a_date_that_could_be_another_is_asked(tmp_path: Path, written: str) -> None:
    path = book(tmp_path / "r.xlsx", CERTIFICATES, certificate(1, 发证日期=written), certificate(2))
    assert [column for column, _ in told(path)[2]] == ["发证日期"]


def test_an_exam_that_became_a_date_is_told(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, row_of(1, 考试=date(2026, 12, 1)), row_of(2))
    ((column, message),) = told(path)[2]
    assert (column, "日期" in message) == ("考试", True)


def test_a_row_longer_than_its_header_is_told(tmp_path: Path) -> None:
    rows = [row_of(n) for n in range(3)]
    rows[1][8:9] = ["长沙市", "示例路1号"]
    found = told(text_file(tmp_path / "r.csv", HEADER, *rows))
    assert found.keys() == {3}
    assert "错位" in found[3][0][1]
    assert "联系电话" in [column for column, _ in found[3]]


def test_commas_at_the_end_of_every_row_shift_nothing(tmp_path: Path) -> None:
    assert told(text_file(tmp_path / "r.csv", HEADER, *([*row_of(n), "", ""] for n in range(4)))) == {}


@pytest.mark.parametrize("column", ["职业", "等级", "鉴定中心", "考试", "考生类别", "地址", "姓名"])
@pytest.mark.parametrize("ditto", ["同上", "〃", '"'])
def test_as_above_is_asked(tmp_path: Path, column: str, ditto: str) -> None:
    found = told(book(tmp_path / "r.xlsx", HEADER, row_of(1), row_of(2, **{column: ditto})))
    assert [said for said, _ in found[3]] == [column]


def test_hidden_rows_are_counted_and_asked_about(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, row_of(1), row_of(2), row_of(3))
    rewritten(path, SHEET, r'<row r="3"', '<row r="3" hidden="1"')
    with database_at(tmp_path).reading() as connection:
        checked = check(connection, path, "", by="甲", today=DAY, unprintable=faces().unprintable)
    assert [sheet.hidden for sheet in checked.roster.sheets] == [[3]]
    assert len(checked.rows) == 3
    assert "1 行被筛选或隐藏" in checked.questions[0]


def test_a_formula_in_an_ods_or_an_xlsx_is_told(tmp_path: Path) -> None:
    rows: list[Any] = [HEADER, row_of(1, 报名费="=140*2"), row_of(2)]
    assert [column for column, _ in told(book(tmp_path / "r.xlsx", *rows))[2]] == ["报名费"]
