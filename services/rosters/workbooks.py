"""Workbooks that we give: templates to fill in, and rosters handed back with what is wrong in each row.

Every text is written as text, so that nothing of it is ever computed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from services.rosters.columns import ERRORS, GUIDE, KIND_NAMES, KINDS, TEXT_FIELDS, Column
from services.rosters.faults import RowError
from services.rosters.headings import folded
from services.rosters.reading import Roster, Sheet

_ROWS_WITH_CHOICES = 10_000
_NOT_IN_SHEET_NAMES = frozenset("[]:*?/\\")
_MOST_IN_SHEET_NAME = 31
_RESERVED = "history"


def write_template(kind: str, path: Path) -> None:
    """The workbook to fill in for `kind`: headings, text columns, choices, and a sheet that says what to write."""
    columns = KINDS[kind]
    book = xlsxwriter.Workbook(str(path))
    must, may, text = (
        book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1}),
        book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1}),
        book.add_format({"num_format": "@"}),
    )
    sheet = book.add_worksheet(KIND_NAMES[kind])
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 22, text if column.field in TEXT_FIELDS else None)
        sheet.write_string(0, place, column.header, must if column.required else may)
        sheet.write_comment(0, place, column.hint)
        if column.choices:
            sheet.data_validation(
                1, place, _ROWS_WITH_CHOICES, place, {"validate": "list", "source": list(column.choices)}
            )
    sheet.freeze_panes(1, 0)
    _write_guide(book, columns, must)
    book.close()


def _write_guide(book: Any, columns: Sequence[Column], bold: Any) -> None:
    guide = book.add_worksheet(GUIDE)
    guide.set_column(0, 1, 14)
    guide.set_column(2, 2, 60)
    rows = [("列", "必填", "填写什么"), *((c.header, "必填" if c.required else "", c.hint) for c in columns)]
    for line, row in enumerate(rows):
        for place, text in enumerate(row):
            guide.write_string(line, place, text, bold if line == 0 else None)


def write_errors(roster: Roster, errors: Sequence[RowError], path: Path) -> None:
    """A copy of `roster` with a last column 错误. Corrected and imported again, it gives what was good the same ids."""
    by_row: dict[tuple[str, int], list[RowError]] = defaultdict(list)
    for error in errors:
        by_row[error.sheet, error.row].append(error)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1}),
        "bad": book.add_format({"bg_color": "#FCE4D6"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "text": book.add_format({"num_format": "@"}),
    }
    taken: set[str] = set()
    for sheet in roster.sheets:
        page = book.add_worksheet(sheet_name(sheet.name, taken))
        _write_sheet(page, sheet, by_row, formats)
    book.close()


def sheet_name(name: str, taken: set[str]) -> str:
    """`name` as Excel allows a sheet to be called, unlike all in `taken`, to which it is added."""
    plain = "".join("_" if sign in _NOT_IN_SHEET_NAMES or not sign.isprintable() else sign for sign in name)
    plain = plain.strip("' ")[:_MOST_IN_SHEET_NAME].rstrip("' ") or KIND_NAMES["announce"]
    candidate, n = plain if plain.casefold() != _RESERVED else f"{plain}_", 1
    while candidate.casefold() in taken:
        n += 1
        candidate = f"{plain[: _MOST_IN_SHEET_NAME - len(str(n)) - 1]}-{n}"
    taken.add(candidate.casefold())
    return candidate


def _write_sheet(page: Any, sheet: Sheet, by_row: dict[tuple[str, int], list[RowError]], formats: Any) -> None:
    kept = [place for place, heading in enumerate(sheet.header) if folded(heading) != ERRORS]
    for at, place in enumerate(kept):
        column = sheet.columns.get(place)
        page.set_column(at, at, 20, formats["text"] if column and column.field in TEXT_FIELDS else None)
    page.set_column(len(kept), len(kept), 80)
    for at, place in enumerate(kept):
        page.write_string(0, at, sheet.header[place], formats["head"])
    page.write_string(0, len(kept), ERRORS, formats["head"])
    for line, row in enumerate(sheet.rows, start=1):
        wrong = by_row.get((sheet.name, sheet.first + line - 1), [])
        for at, place in enumerate(kept):
            _write_cell(page, line, at, row[place] if place < len(row) else "", formats, bad=bool(wrong))
        if wrong:
            said = "；".join(f"{one.column}：{one.message}" if one.column else one.message for one in wrong)
            page.write_string(line, len(kept), said[:32000], formats["bad"])
    page.freeze_panes(1, 0)


def _write_cell(page: Any, line: int, at: int, value: Any, formats: Any, *, bad: bool) -> None:
    look = formats["bad"] if bad else None
    if value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(line, at, value, look)
    elif isinstance(value, int | float):
        page.write_number(line, at, value, look)
    elif isinstance(value, datetime | date) and not isinstance(value, time):
        page.write_datetime(line, at, value, formats["day"])
    else:
        page.write_string(line, at, str(value)[:32000], look)
