"""Rosters as offices send them: read, or said what was seen. Each input is one of a kind that somebody met."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from services.rosters.importing import check
from services.rosters.judging import Judge
from services.rosters.limits import BadRoster
from services.rosters.outcome import guard_out, outcome
from services.rosters.reading import read_roster
from services.rosters.workbooks import sheet_name
from states.case.commands import Announce, Register
from states.policies import Policies
from states.reference.catalog import annex_2020
from states.words import IdType
from tests.caseload import database_at
from tests.services.rosters.files import (
    CERTIFICATES,
    HEADER,
    SHEET,
    TODAY,
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


def opened(path: Path, kind: str = "") -> list[Announce]:
    """The announcements that a roster without faults makes."""
    rows = judged(path, kind)
    assert [row.errors for row in rows] == [()] * len(rows)
    return [command for row in rows for command in row.commands if isinstance(command, Announce)]


def refused(path: Path, kind: str = "") -> str:
    with pytest.raises(BadRoster) as bad:
        judged(path, kind)
    return str(bad.value)


def notes(path: Path) -> list[str]:
    by_rules = Judge(read_roster(path), annex_2020(), Policies(), by="甲", today=TODAY, unprintable=faces().unprintable)
    list(by_rules.rows())
    return by_rules.notes


def test_documents_of_every_kind_are_taken_and_named(tmp_path: Path) -> None:
    header = (*HEADER, "证件类型", "出生日期")
    numbers = {
        "E12345678": ("", IdType.PASSPORT),
        "911101199001010015": ("", IdType.FOREIGN_PERMANENT),
        "H12345678": ("", IdType.HONG_KONG_MACAO_PERMIT),
        "12345678": ("台胞证", IdType.TAIWAN_PERMIT),
        "军字第1234567号": ("", IdType.OFFICER),
        id_of(9): ("居民身份证", IdType.RESIDENT_ID),
    }
    rows = [[*row_of(n, 证件号码=number), said, "1990-01-01"] for n, (number, (said, _)) in enumerate(numbers.items())]
    found = [command.candidate for command in opened(book(tmp_path / "r.xlsx", header, *rows))]
    assert [(who.id_number, who.id_type) for who in found] == [(n, kind) for n, (_, kind) in numbers.items()]


def test_a_number_that_is_not_of_the_document_it_is_said_to_be_of_is_told(tmp_path: Path) -> None:
    header = (*HEADER, "证件类型")
    path = book(tmp_path / "r.xlsx", header, [*row_of(1), "护照"], [*row_of(2, 证件号码="12345678"), ""])
    found = told(path)
    assert found.keys() == {3}
    assert "证件类型" in found[3][0][1]


def test_a_child_with_a_passport_is_too_young_by_the_birth_that_is_told(tmp_path: Path) -> None:
    header = (*HEADER, "证件类型", "出生日期")
    rows = [
        [*row_of(n, 证件号码=f"E1234567{n}"), "护照", born] for n, born in enumerate(("2020-01-01", "1990-01-01", ""))
    ]
    found = {row.row: [error.error for error in row.errors] for row in judged(book(tmp_path / "r.xlsx", header, *rows))}
    assert found == {2: ["NotEligible"], 3: [], 4: []}


SPELT = (
    *("*姓名", "身份证号码", "职业（工种）", "鉴定等级", "鉴定中心代码", "考试\n名称", "考生类别"),
    *("报名费(元)", "通讯 地址", "手机号", "邮箱"),
)


@pytest.mark.parametrize(
    "header",
    [
        SPELT,
        tuple(f"{heading}（必填）" for heading in HEADER),
        tuple(f"{heading}\u200b" for heading in HEADER),
        tuple(f" {heading}：" for heading in HEADER),
        ("\ufeff\ufeff姓名", *HEADER[1:]),
    ],
)
def test_headings_in_every_usual_writing(tmp_path: Path, header: tuple[str, ...]) -> None:
    assert len(opened(book(tmp_path / "r.xlsx", header, row_of(1), row_of(2)))) == 2


def test_an_unknown_heading_is_listed_with_the_nearest(tmp_path: Path) -> None:
    header = ("姓名", "证件号码", "职业", "拟鉴定等级名", "鉴定中心")
    said = refused(book(tmp_path / "r.xlsx", header, row_of(1)[:5]), "announce")
    assert "缺少列：等级" in said
    assert "“拟鉴定等级名”（是否“等级”）" in said


def test_the_unit_in_a_heading_is_not_passed_over(tmp_path: Path) -> None:
    header = tuple("报名费（万元）" if heading == "报名费" else heading for heading in HEADER)
    (sheet,) = read_roster(book(tmp_path / "r.xlsx", header, row_of(1))).sheets
    assert [one.heading for one in sheet.unknown] == ["报名费（万元）"]


def test_what_was_read_as_what_is_said(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", (*SPELT, "学历"), [*row_of(1), "大学"])
    with database_at(tmp_path).reading() as connection:
        checked = check(connection, path, "", by="甲", today=TODAY, unprintable=faces().unprintable)
    found = outcome(checked, skipped=0, opened=None, run=None, out=None)
    assert [(one.column, one.heading, one.reads_as) for one in found.columns][3] == ("D", "鉴定等级", "等级")
    assert (found.kind, found.kind_name, found.rows, found.questions) == ("announce", "公告名册", 1, ())
    assert [(one.column, one.heading) for one in found.not_read] == [("L", "学历")]


def test_totals_signatures_and_headers_again_are_left_out_and_counted_apart(tmp_path: Path) -> None:
    path = book(
        tmp_path / "r.xlsx",
        HEADER,
        row_of(1),
        HEADER,
        row_of(2),
        ["合计", "", "", "", "", "", "", 560],
        ["", "", "", "", "", "", "", "=SUM(H2:H4)"],
        ["制表人：张三", "", "审核人：李四"],
        ["注：以上人员均已审核"],
    )
    assert len(opened(path)) == 2
    (sheet,) = read_roster(path).sheets
    assert sorted(sheet.first + at for at in sheet.left_out) == [3, 5, 7, 8]  # the sixth says nothing at all


def test_a_person_whose_number_is_missing_is_no_total(tmp_path: Path) -> None:
    found = told(book(tmp_path / "r.xlsx", HEADER, row_of(1, 证件号码=""), row_of(2)))
    assert found.keys() == {2}


def test_free_and_nothing_are_no_faults_and_are_said(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, row_of(1, 报名费="免费"), row_of(2, 报名费="-"), row_of(3, 报名费="无"))
    rows = judged(path)
    fees = [[command.fee_fen for command in row.commands if isinstance(command, Register)] for row in rows]
    assert fees == [[0], [], []]
    assert [("1 行" in note, "2 行" in note) for note in notes(path)] == [(True, False), (False, True)]


def test_no_mail_no_address_and_no_telephone(tmp_path: Path) -> None:
    rows = [row_of(n, 地址=nothing, 联系电话=nothing, 电子邮箱=nothing) for n, nothing in enumerate(("无", "/", "—"))]
    for command in opened(book(tmp_path / "r.xlsx", HEADER, *rows)):
        assert (command.candidate.address, command.candidate.phone, command.candidate.email) == ("", "", "")


def test_a_centre_by_its_name_is_said(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, row_of(1, 鉴定中心="长沙"), row_of(2, 鉴定中心="430102"))
    assert {command.centre for command in opened(path)} == {"430100"}
    assert sorted(notes(path)) == ["鉴定中心“430102”读作 430100", "鉴定中心“长沙”读作 430100"]


@pytest.mark.parametrize(
    ("name", "separator", "encoding", "start"),
    [
        ("r.csv", ",", "utf-16", ""),
        ("r.txt", "\t", "utf-16", ""),
        ("r.csv", ",", "utf-16-le", ""),
        ("r.csv", ";", "utf-8", ""),
        ("r.csv", ";", "gb18030", "sep=;\r\n"),
        ("r.csv", ",", "utf-8", "\ufeff\ufeff"),
        ("r.tsv", "\t", "utf-8-sig", ""),
    ],
)
def test_text_in_the_encodings_and_separators_that_programs_write(
    tmp_path: Path, name: str, separator: str, encoding: str, start: str
) -> None:
    path = text_file(tmp_path / name, HEADER, row_of(1), row_of(2), separator=separator, encoding=encoding, start=start)
    assert len(opened(path)) == 2


def test_a_header_in_two_lines_under_a_title(tmp_path: Path) -> None:
    path = book(
        tmp_path / "r.xlsx",
        ["报名表"],
        ["姓名", "证件号码", "申报信息", "", ""],
        ["", "", "职业", "等级", "鉴定中心"],
        row_of(1)[:5],
        row_of(2)[:5],
    )
    assert len(opened(path)) == 2


def test_two_telephone_columns_are_joined(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", (*HEADER, "手机号码"), [*row_of(1, 联系电话="0731-80000000"), "13800000001"])
    (command,) = opened(path)
    assert command.candidate.phone == "0731-80000000、13800000001"


def test_cells_merged_downwards_say_the_same_for_each_row_where_they_can(tmp_path: Path) -> None:
    rows = [row_of(n) for n in range(4)]
    for row in rows[1:]:
        row[2] = row[3] = row[4] = ""
    path = book(tmp_path / "r.xlsx", HEADER, *rows)
    made = openpyxl.load_workbook(path)
    for column in "CDE":
        made["名册"].merge_cells(f"{column}2:{column}5")
    made.save(path)
    assert {(c.occupation, c.level, c.centre) for c in opened(path)} == {("保安员", 5, "430100")}
    made["名册"].merge_cells("H2:H3")  # four people's fee, or each one's? nobody can tell
    made.save(path)
    assert [column for column, _ in told(path)[3]] == ["报名费"]


def test_a_stray_cell_far_away_is_passed_over_and_said(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, row_of(1), row_of(2))
    stray = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>{}</t></is></c></row></sheetData>'
    rewritten(path, SHEET, "</sheetData>", stray.format("x"))
    assert len(opened(path)) == 2
    assert read_roster(path).notes == ["远处的单元格未采用：XFD1048576“x”"]
    rewritten(path, SHEET, "<t>x</t>", "<t> </t>")
    assert read_roster(path).notes == []


def test_a_workbook_whose_only_cell_is_the_last_one_does_no_harm(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", ["姓名"])
    rewritten(path, SHEET, r'<row r="1".*</row>', '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert "没有" in refused(path)


def test_a_stray_blank_in_the_last_row_is_no_row_and_a_person_there_is_not_lost(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, row_of(1))
    last = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>{}</t></is></c></row></sheetData>'
    rewritten(path, SHEET, "</sheetData>", last.format(" "))
    assert len(opened(path)) == 1
    rewritten(path, SHEET, "<t> </t>", "<t>考生</t>")
    assert "A1048576" in refused(path)


def test_a_repeated_cell_of_an_ods_does_no_harm(tmp_path: Path) -> None:
    """Sixteen thousand times a million cells: the process that unpacks it dies, this one says so."""
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'  # noqa: E501
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="名册"><table:table-row table:number-rows-repeated="1048576">'
        f"{cell}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "r.ods", "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
    assert "r.ods" in refused(tmp_path / "r.ods")


def test_the_kind_is_doubted_where_another_fits_too(tmp_path: Path) -> None:
    held = read_roster(book(tmp_path / "held.xlsx", CERTIFICATES, certificate(1)))
    assert (held.kind, "公告名册" in held.doubt) == ("import_certificate", True)
    header = ("序号", "姓名", "性别", "身份证号", "职业", "级别", "报名费", "联系电话")
    bare = read_roster(
        book(tmp_path / "bare.xlsx", header, [1, "考生甲", "男", id_of(1), "保安员", "五级", 280, "13800000000"])
    )
    assert (bare.kind, "鉴定中心" in bare.doubt) == ("register", True)
    assert read_roster(tmp_path / "held.xlsx", "import_certificate").doubt == ""
    assert read_roster(book(tmp_path / "sure.xlsx", HEADER, row_of(1))).doubt == ""


def test_a_roster_without_people_is_refused(tmp_path: Path) -> None:
    path = text_file(tmp_path / "r.csv", CERTIFICATES)
    with database_at(tmp_path).reading() as connection, pytest.raises(BadRoster, match="没有一行考生"):
        check(connection, path, "import_certificate", by="甲", today=TODAY, unprintable=faces().unprintable)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("r.xls", b"<html><table><tr><td>x</td></tr></table></html>", "网页"),
        ("r.xlsx", b"<?xml version='1.0'?><Workbook/>", "XML"),
        ("r.csv", b"PK\3\4", "扩展名"),
        ("r.csv", b"\xff\xfe\xff", "编码"),
    ],
)
def test_a_file_that_is_something_else_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert said in refused(tmp_path / name)


def record(kind: int, data: bytes) -> bytes:
    """One record of the old workbook format."""
    return struct.pack("<HH", kind, len(data)) + data


def old_container(name: str, stream: bytes) -> bytes:
    """The old container with one stream in it, long enough to have sectors of its own."""
    stream = stream.ljust(4096, b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (4 * 108)
    written = name.encode("utf-16-le")
    entry = written.ljust(64, b"\0") + struct.pack("<HBB", len(written) + 2, 2, 1) + b"\xff" * 12 + bytes(36)
    entry += struct.pack("<IQ", 2, len(stream))
    return header + struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff") + entry.ljust(512, b"\0") + stream


BOF8 = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("stream", "content", "said"),
    [
        ("Book", record(0x809, struct.pack("<HH", 0x500, 5)), "Excel 95"),
        ("Workbook", record(0x809, struct.pack("<HH", 0x500, 5)), "Excel 95"),
        ("Workbook", BOF8 + record(0x2F, bytes(6)), "有密码"),
        ("EncryptedPackage", bytes(64), "有密码"),
        ("WordDocument", bytes(64), "不是 Excel 工作簿"),
    ],
)
def test_old_and_locked_workbooks_are_named(tmp_path: Path, stream: str, content: bytes, said: str) -> None:
    (tmp_path / "r.xls").write_bytes(old_container(stream, content))
    assert said in refused(tmp_path / "r.xls")


def test_formulas_errors_and_hidden_rows_of_an_old_workbook_are_seen(tmp_path: Path) -> None:
    from services.rosters.biff import marks

    name = "名册".encode("utf-16-le")
    globals_ = BOF8 + record(0x85, struct.pack("<IHBB", 0, 0, 2, 1) + name)
    start = len(globals_) + 4
    globals_ = BOF8 + record(0x85, struct.pack("<IHBB", start, 0, 2, 1) + name) + record(0x0A, b"")
    sheet = BOF8 + record(0x208, struct.pack("<HHHHHHHH", 4, 0, 3, 255, 0, 0, 0x20, 0))
    sheet += record(0x06, struct.pack("<HHH", 2, 7, 0) + bytes(14)) + record(
        0x205, struct.pack("<HHHBB", 3, 0, 0, 42, 1)
    )
    (tmp_path / "r.xls").write_bytes(old_container("Workbook", globals_ + sheet + record(0x0A, b"")))
    found = marks(tmp_path / "r.xls")["名册"]
    assert found.hidden == [5]
    assert {place: why[:2] for place, why in found.cells.items()} == {(3, 7): "是公", (4, 0): "是 "}
    assert "#N/A" in found.cells[4, 0]


def test_the_roster_itself_is_never_written_over(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, row_of(1))
    (tmp_path / "other.xlsx").symlink_to(path)
    for out in (path, tmp_path / "other.xlsx", tmp_path / "." / "r.xlsx"):
        with pytest.raises(BadRoster, match="名册本身"):
            guard_out(path, out)
    guard_out(path, tmp_path / "new.xlsx")


def test_sheets_are_named_as_excel_allows(tmp_path: Path) -> None:
    taken: set[str] = set()
    names = ["名册[1]", "名册[1]", "长" * 60, "长" * 70, "a/b:c*d?", "'x'", "", "History"]
    given = [sheet_name(name, taken) for name in names]
    made = openpyxl.Workbook()
    for name in given:
        made.create_sheet(name)
    made.save(io.BytesIO())
    assert len({name.casefold() for name in given}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in given)


def test_a_text_file_with_brackets_in_its_name_is_given_back(tmp_path: Path) -> None:
    path = text_file(tmp_path / f"名册[1]{'长' * 40}.csv", HEADER, row_of(1, 职业="飞船驾驶员"), row_of(2))
    with database_at(tmp_path).reading() as connection:
        checked = check(connection, path, "", by="甲", today=TODAY, unprintable=faces().unprintable)
    found = outcome(checked, skipped=0, opened=None, run=None, out=None)
    assert found.workbook is not None
    assert openpyxl.load_workbook(found.workbook).worksheets[0].cell(2, len(HEADER) + 1).value
    assert (found.rows, found.opened, found.skipped, found.failed) == (2, 1, 0, 1)


def test_a_row_beyond_the_header_is_named_as_a_column(tmp_path: Path) -> None:
    rows: list[Any] = [HEADER, [*row_of(1), "备注一"], row_of(2)]
    assert read_roster(book(tmp_path / "r.xlsx", *rows)).ignored_columns == ["L列（无表头）"]
