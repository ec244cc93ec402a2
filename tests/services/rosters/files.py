"""Rosters as people send them, made in the test: workbooks, text files, and what a reading of them came to."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from letters.fonts import Faces, load_faces
from services.rosters.faults import RosterRow
from services.rosters.judging import Judge
from services.rosters.reading import read_roster
from states.policies import Policies
from states.reference.catalog import annex_2020
from states.reference.identity import make_id_number

TODAY = date(2026, 11, 24)
HEADER = ("姓名", "证件号码", "职业", "等级", "鉴定中心", "考试", "考生类别", "报名费", "地址", "联系电话", "电子邮箱")
CERTIFICATES = ("姓名", "证件号码", "职业", "等级", "鉴定中心", "证书编号", "发证日期")


@cache
def faces() -> Faces:
    """The fonts, once."""
    return load_faces()


def id_of(n: int) -> str:
    """A citizen's number, another for each `n`."""
    return make_id_number("430102", date(1970 + n % 30, 1 + n % 12, 1 + n % 28), 1 + n % 900)


def row_of(n: int, **said: Any) -> list[Any]:
    """One person of an announcement roster, with what is `said` instead, by heading."""
    name = f"考生{'甲乙丙丁戊己庚辛壬癸'[n % 10]}"
    person = (name, id_of(n), "保安员", "五级", "430100", "2026-12", "", 280)
    plain = dict(zip(HEADER, (*person, "长沙市示例路1号", "13800000000", ""), strict=True))
    return list((plain | said).values())


def certificate(n: int, **said: Any) -> list[Any]:
    """One old certificate, with what is `said` instead, by heading."""
    number = f"191801000050{n:04d}"
    plain = dict(
        zip(CERTIFICATES, (f"考生{n}", id_of(n), "保安员", "五级", "430100", number, "2019-06-18"), strict=True)
    )
    return list((plain | said).values())


def book(path: Path, *rows: Any) -> Path:
    """A workbook of one sheet."""
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = "名册"
    for row in rows:
        page.append(list(row))
    made.save(path)
    return path


def text_file(path: Path, *rows: Any, separator: str = ",", encoding: str = "utf-8", start: str = "") -> Path:
    """A CSV or the like."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    path.write_bytes((start + out.getvalue()).encode(encoding))
    return path


def rewritten(path: Path, member: str, old: str, new: str) -> Path:
    """The workbook at `path` with a piece of one of its parts replaced, as another program would have written it."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    changed = re.sub(old, new, parts[member].decode())
    assert changed != parts[member].decode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (parts | {member: changed.encode()}).items():
            packed.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def judged(path: Path, kind: str = "") -> list[RosterRow]:
    """Every row of the roster as the rules see it."""
    roster = read_roster(path, kind)
    by_rules = Judge(roster, annex_2020(), Policies(), by="王芳", today=TODAY, unprintable=faces().unprintable)
    return list(by_rules.rows())


def told(path: Path, kind: str = "") -> dict[int, list[tuple[str, str]]]:
    """What is wrong with each row that is wrong: (column, message)."""
    return {row.row: [(e.column, e.message) for e in row.errors] for row in judged(path, kind) if row.errors}
