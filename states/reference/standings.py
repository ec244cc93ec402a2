"""Occupations that no annex of exits names: in the catalog for good, or left before, with the day and the source.

Old certificates of theirs stay valid, and their losses are served like any other (80号·四, 25号·三): by whether the
occupation is in the catalog on the day.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from states.reference.catalog import CatalogRefused, Occupation, normalised
from states.words import Standing

COLUMNS = ("occupation", "qualification", "standing", "left_on", "source")
MOST_CHARACTERS = 1_000_000


@cache
def known_standings() -> tuple[Occupation, ...]:
    """Those that come with Jianding; an office loads its own."""
    return load_standings(files("states.reference").joinpath("data", "standings.csv").read_text(encoding="utf-8"))


def load_standings(csv_text: str) -> tuple[Occupation, ...]:
    """The occupations written in `csv_text`, in its order; a BOM is ignored.

    Raises CatalogRefused with every problem and its line.
    """
    if len(csv_text) > MOST_CHARACTERS:
        raise CatalogRefused([f"文件过大：{len(csv_text)}字，最多{MOST_CHARACTERS}字"])
    reader = csv.DictReader(csv_text.removeprefix("\ufeff").splitlines(), restval="")
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise CatalogRefused([f"第1行：缺少列{'、'.join(missing)}"])
    problems: list[str] = []
    found: dict[str, Occupation] = {}
    for row in reader:
        cells = {name: (row[name] or "").strip() for name in COLUMNS}
        wrong = _problems(cells, found)
        problems += [f"第{reader.line_num}行：{why}" for why in wrong]
        if not wrong:
            found[normalised(cells["occupation"])] = _occupation(cells)
    if problems or not found:
        raise CatalogRefused(problems or ["文件中没有职业"])
    return tuple(found.values())


def _problems(cells: Mapping[str, str], found: Mapping[str, Occupation]) -> list[str]:
    problems = [f"{name}不能为空" for name in ("occupation", "source") if not cells[name]]
    if normalised(cells["occupation"]) in found:
        problems.append(f"职业“{cells['occupation']}”重复")
    if cells["standing"] not in (Standing.IN, Standing.LEFT):
        problems.append(f"standing应为in（在目录内）或left（此前已退出），实为“{cells['standing']}”")
    if cells["standing"] == Standing.IN and cells["left_on"]:
        problems.append("在目录内的职业不应有退出日期（left_on）")
    if cells["standing"] == Standing.LEFT and _day(cells["left_on"]) is None:
        problems.append(f"退出日期（left_on）应写作2016-06-08，实为“{cells['left_on']}”")
    return problems


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _occupation(cells: Mapping[str, str]) -> Occupation:
    return Occupation(
        item=0,
        qualification=cells["qualification"],
        occupation=cells["occupation"],
        departments=(),
        batch=cells["standing"],
        exit_date=_day(cells["left_on"]),
        source=cells["source"],
    )
