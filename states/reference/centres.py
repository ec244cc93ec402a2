"""The registry of appraisal centres (鉴定中心): who may act, under which name, and how its numbers are made up.

A centre is known by its six-digit division code. Telephone numbers and addresses in the bundled file are made up.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import msgspec

from states.reference.lengths import LONGEST

MOST_CHARACTERS = 1_000_000


class CentresRefused(ValueError):
    """A registry that cannot be used. `problems`: every one of them with its line, in Chinese."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Centre(msgspec.Struct, frozen=True, kw_only=True):
    """One centre. `short` stands in its 文号; `hotline` is the complaints line (44号·六).

    `area`, `city`, `body_type` and `body_serial` are its part of a vocational certificate number; `organisation` is
    the registered evaluation organisation that cases are handed to; its own numbers are the authority's and its own.
    """

    code: str
    short: str
    name: str
    address: str
    phone: str
    hotline: str
    area: str
    city: str
    body_type: str
    body_serial: str
    organisation: str


def _text(most: int) -> tuple[re.Pattern[str], str]:
    """Some text, no longer than letters can print (states/reference/lengths.py)."""
    return re.compile(rf"\S.{{0,{most - 1}}}"), f"应为1至{most}个字"


TELEPHONE = (re.compile(r"0[0-9]{2,3}-[0-9]{7,8}|[0-9]{5,11}"), "应为带区号的电话号码，如0731-80000001")

# A spreadsheet drops leading zeros: every code is therefore held to its exact length.
COLUMNS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "code": (re.compile(r"[1-9][0-9]{5}"), "应为6位行政区划代码"),
    "short": (re.compile(r"\S{1,8}"), "应为1至8个字，不含空格"),
    "name": _text(LONGEST["centre_name"][1]),
    "address": _text(LONGEST["centre_address"][1]),
    "phone": TELEPHONE,
    "hotline": TELEPHONE,
    "area": (re.compile(r"[0-9]{2}"), "应为2位数字"),
    "city": (re.compile(r"[0-9]{2}"), "应为2位数字"),
    "body_type": (re.compile(r"[0-4]"), "应为0至4的1位数字"),
    "body_serial": (re.compile(r"[0-9]{3}"), "应为3位数字"),
    "organisation": _text(LONGEST["organisation"][1]),
}

COLUMN_NAMES: Mapping[str, str] = {
    "short": "简称",
    "name": "名称",
    "address": "地址",
    "phone": "电话",
    "hotline": "监督电话",
    "area": "证书编号：省（行业）代码",
    "city": "证书编号：市代码",
    "body_type": "证书编号：机构类型",
    "body_serial": "证书编号：机构序号",
    "organisation": "转认定机构",
}

# Two centres alike in one of these would give two documents, or two certificates, the same number.
UNIQUE: tuple[tuple[str, ...], ...] = (
    ("code",),
    ("short",),
    ("area", "city", "body_type", "body_serial"),
)


@cache
def centres() -> Mapping[str, Centre]:
    """The bundled centres of Hunan by division code: the province's and those of its fourteen prefectures."""
    return load_centres(files("states.reference").joinpath("data", "centres.csv").read_text(encoding="utf-8"))


def load_centres(csv_text: str) -> Mapping[str, Centre]:
    """The centres written in `csv_text` by division code, in its order; a BOM is ignored.

    Raises CentresRefused with every problem and its line.
    """
    if len(csv_text) > MOST_CHARACTERS:
        raise CentresRefused([f"文件过大：{len(csv_text)}字，最多{MOST_CHARACTERS}字"])
    reader = csv.DictReader(csv_text.removeprefix("\ufeff").splitlines(), restval="")
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as bad:
        raise CentresRefused([f"第{reader.line_num + 1}行：不是有效的CSV（{bad}）"]) from bad
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise CentresRefused([f"第1行：缺少列{'、'.join(missing)}"])
    cells = [(line, {name: row[name].strip() for name in COLUMNS}) for line, row in rows]
    problems = [f"第{line}行：{why}" for line, row in cells for why in _misspelt(row)] + _repeated(cells)
    if not cells:
        problems.append("文件中没有鉴定中心")
    if problems:
        raise CentresRefused(problems)
    return MappingProxyType({row["code"]: Centre(**row) for _, row in cells})


def checked(columns: Mapping[str, str], others: Iterable[Centre]) -> Centre:
    """The centre of these columns, beside `others`. Raises CentresRefused with every problem."""
    row = {name: str(columns.get(name, "")).strip() for name in COLUMNS}
    if unknown := set(columns) - set(COLUMNS):
        raise CentresRefused([f"没有栏目{'、'.join(sorted(unknown))}（可用：{'、'.join(COLUMNS)}）"])
    problems = _misspelt(row)
    for other in others:
        for names in UNIQUE:
            if all(row[name] == getattr(other, name) for name in names):
                problems.append(f"{'、'.join(names)}与{other.name}相同")
    if problems:
        raise CentresRefused(problems)
    return Centre(**row)


def _misspelt(row: Mapping[str, str]) -> list[str]:
    return [
        f"{name}{wording}，实为“{row[name]}”"
        for name, (pattern, wording) in COLUMNS.items()
        if not pattern.fullmatch(row[name])
    ]


def _repeated(cells: Iterable[tuple[int, Mapping[str, str]]]) -> list[str]:
    seen: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
    problems = []
    for line, row in cells:
        for names in UNIQUE:
            first = seen.setdefault((names, tuple(row[name] for name in names)), line)
            if first != line:
                problems.append(f"第{line}行：{'、'.join(names)}与第{first}行相同")
    return problems


def within(division: str, centre: str) -> bool:
    """Whether a six-digit division lies in the area of the centre of that code: 430102 in 430100 and in 430000.

    A code ends in pairs of zeros where it stands for the whole of a province or a prefecture.
    """
    area = centre
    while area.endswith("00"):
        area = area[:-2]
    return division.startswith(area)
