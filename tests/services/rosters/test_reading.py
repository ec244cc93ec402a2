"""What is no roster is refused with what to do about it, before it can do harm."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rosters import limits
from services.rosters.escaping import guarded, unguarded
from services.rosters.limits import BadRoster
from services.rosters.reading import read_roster
from tests.services.rosters.making import HEADER, person


def book(path: Path, *rows: Any) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))  # type: ignore[union-attr]
    made.save(path)
    return path


def refused(path: Path, kind: str = "") -> str:
    with pytest.raises(BadRoster) as told:
        read_roster(path, kind)
    return str(told.value)


def test_not_a_workbook(tmp_path: Path) -> None:
    for name, content in {
        "a.xlsx": b"",
        "b.xlsx": b"not a workbook",
        "c.xlsx": b"PK\3\4broken",
        "d.csv": b"\0\1\2",
    }.items():
        (tmp_path / name).write_bytes(content)
        assert name in refused(tmp_path / name)
    assert "无法读取" in refused(tmp_path / "nowhere.xlsx")
    assert "不是文件" in refused(tmp_path)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    assert "解压后过大" in refused(tmp_path / "bomb.xlsx")


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [("MOST_BYTES", 100, "超过"), ("MOST_UNPACKED", 100, "解压后过大"), ("MOST_MEMBERS", 2, "过大")],
)
def test_too_big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, said: str) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, person(1))
    monkeypatch.setattr(limits, limit, value)
    assert said in refused(path)


def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path / "r.xlsx", HEADER, person(1), person(2))
    monkeypatch.setattr("services.rosters.reading.MOST_ROWS", 1)
    assert "拆成" in refused(path)


@pytest.mark.parametrize(
    ("header", "kind", "said"),
    [
        (("甲", "乙", "丙"), "", "表头"),
        (("姓名", "证件号码", "职业"), "", "缺"),
        (("姓名", "证件号码", "职业", "等级"), "announce", "鉴定中心"),
        ((*HEADER, "姓名"), "", "两列"),
        (("成绩", "场次", "姓名"), "hold_exam", "案件编号"),
    ],
)
def test_headers_that_do_not_do(tmp_path: Path, header: tuple[str, ...], kind: str, said: str) -> None:
    assert said in refused(book(tmp_path / "r.xlsx", header, ["x"] * len(header)), kind)


def test_what_is_not_taken_in_is_named(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.append([*HEADER, "学历", "错误"])
    page.append([*person(1), "大学", ""])
    made.create_sheet("统计").append(["合计", 1])
    hidden = made.create_sheet("旧名册")
    hidden.append(HEADER)
    hidden.sheet_state = "hidden"
    made.save(tmp_path / "r.xlsx")
    roster = read_roster(tmp_path / "r.xlsx")
    assert roster.ignored_columns == ["学历"]
    assert sorted(roster.ignored_sheets) == ["旧名册", "统计"]


@given(st.text(alphabet="'=+-@\t\rab王", max_size=8))
def test_an_export_computes_nothing_and_comes_back_as_it_was(text: str) -> None:
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(text)) == text
