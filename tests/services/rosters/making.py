"""Rosters of made-up people, with faults planted where a test can find them again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from states.reference.identity import make_id_number

HEADER = ("姓名", "证件号码", "职业", "等级", "鉴定中心", "考试", "考生类别", "报名费", "地址", "联系电话")
FAULTS: dict[str, tuple[str, Any, str]] = {  # name → (column, what is written instead, error)
    "no name": ("姓名", "", "InvalidField"),
    "check digit": ("证件号码", "43010219900101001A", "InvalidIdNumber"),
    "short id": ("证件号码", "4301021990", "InvalidIdNumber"),
    "id as number": ("证件号码", 430102199001010012, "InvalidField"),
    "unborn": ("证件号码", make_id_number("430102", date(2090, 1, 1), 1), "InvalidIdNumber"),
    "no such occupation": ("职业", "飞船驾驶员", "UnknownOccupation"),
    "left the catalog": ("职业", "电工", "NotInCatalog"),
    "no such level": ("等级", "九级", "InvalidField"),
    "no such centre": ("鉴定中心", "999999", "CentreNotQualified"),
    "nobody answers": ("联系电话", "长沙市", "InvalidField"),
    "an error of the sheet": ("地址", "#REF!", "InvalidField"),
    "as above": ("地址", "同上", "InvalidField"),
    "no such cohort": ("考生类别", "外星人", "InvalidField"),
    "half a fen": ("报名费", "280.005", "InvalidField"),
    "negative fee": ("报名费", -1, "InvalidField"),
    "words for money": ("报名费", "二百八十", "InvalidField"),
    "too young": ("证件号码", lambda n: make_id_number("430102", date(2020, 1, 1), n % 1000), "NotEligible"),
    "no font has it": ("姓名", "王\U0001f600", "CharacterNotPrintable"),
    "a novel": ("地址", "长" * 2000, "InvalidField"),
}


class Planted(NamedTuple):
    row: int
    fault: str
    column: str
    error: str


def person(n: int) -> list[Any]:
    born = date(1960 + n // 336 % 40, 1 + n // 28 % 12, 1 + n % 28)
    id_number = make_id_number("430102", born, n // 13440 * 7 % 1000)
    return [
        f"考生{n}",
        id_number,
        "保安员",
        "五级",
        "430100",
        f"考-{n // 13440 // 142}",
        "社会考生",
        280,
        "长沙市",
        "13800000000",
    ]


def make_roster(path: Path, rows: int, every: int = 0) -> list[Planted]:
    """An .xlsx of `rows` people; each `every`-th has one fault, in turn. What was planted, by row as Excel counts."""
    planted = []
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("名册")
    sheet.write_row(0, 0, HEADER)
    names = list(FAULTS)
    for n in range(rows):
        row = person(n)
        if every and n % every == every - 1:
            fault = names[n // every % len(names)]
            column, instead, error = FAULTS[fault]
            row[HEADER.index(column)] = instead(n) if callable(instead) else instead
            planted.append(Planted(n + 2, fault, column, error))
        sheet.write_row(n + 1, 0, row)
    book.close()
    return planted
