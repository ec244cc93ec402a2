"""Reading a roster: Excel through calamine (which computes nothing), CSV in the encodings that Excel writes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from services.rosters.columns import ERRORS, GUIDE, KIND_NAMES, KINDS, OPENING, Column, folded, spellings
from services.rosters.escaping import unguarded
from services.rosters.limits import MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, BadRoster, formula_cells, guard

_HEADER_WITHIN = 10  # a title or two may stand above the header
_ENOUGH = 3  # headings that make a line the header


class Sheet(NamedTuple):
    """One sheet with people on it. `first` is the number, as Excel shows it, of the first of `rows`."""

    name: str
    header: list[str]
    columns: dict[int, Column]
    first: int
    rows: list[list[Any]]
    formulas: frozenset[tuple[int, int]]


class Roster(NamedTuple):
    """A file as read: its kind, its sheets, and what of it is not taken in."""

    path: Path
    kind: str
    sheets: list[Sheet]
    ignored_sheets: list[str]
    ignored_columns: list[str]


def read_roster(path: Path, kind: str = "") -> Roster:
    """The roster in `path` (.xlsx, .xls, .ods or .csv). Its kind is told by the headers where none is given.

    Raises BadRoster: nothing of the file can be taken as it is; the message says what to do.
    """
    guard(path)
    grids, hidden = (_csv(path), []) if path.suffix.lower() == ".csv" else _workbook(path)
    grids = {name: grid for name, grid in grids.items() if any(any(cell != "" for cell in row) for row in grid)}
    headed = {name: (_header_at(grid, kind), grid) for name, grid in grids.items() if folded(name) != GUIDE}
    found = {name: (at, grid) for name, (at, grid) in headed.items() if at is not None}
    if not found:
        expected = "、".join(c.header for c in KINDS[kind or "announce"] if c.required)
        raise BadRoster(f"{path.name} 里没有找到表头；第一行应为 {expected} 等，可用 ./run import --template 得到模板")
    kind = kind or _kind_of([grid[at] for at, grid in found.values()])
    formulas = formula_cells(path)
    sheets, unknown = [], []
    for name, (at, grid) in found.items():
        sheet, passed_over = _sheet(path, kind, name, at, grid, formulas.get(name, frozenset()))
        sheets.append(sheet)
        unknown += passed_over
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS:
        raise BadRoster(f"{path.name} 超过 {MOST_ROWS} 行；请拆成几个名册")
    left_out = hidden + [name for name, (at, _) in headed.items() if at is None]
    return Roster(path, kind, sheets, left_out, unknown)


def _workbook(path: Path) -> tuple[dict[str, list[list[Any]]], list[str]]:
    try:
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
            visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
            grids = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in visible}
            return grids, [name for name in book.sheet_names if name not in visible]
    except (CalamineError, OSError, ValueError) as error:
        why = "有密码" if "assword" in f"{type(error).__name__}{error}" else "不是工作簿，或已损坏"
        raise BadRoster(f"{path.name} 无法打开：{why}；请另存为无密码的 .xlsx 或 .csv") from error


def _csv(path: Path) -> dict[str, list[list[Any]]]:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadRoster(f"{path.name} 的编码无法识别；请另存为 CSV UTF-8")
    if "\0" in text:
        raise BadRoster(f"{path.name} 不是 CSV 文件；请另存为 CSV UTF-8")
    try:
        return {path.stem: [[unguarded(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]}
    except csv.Error as error:
        raise BadRoster(f"{path.name} 不是 CSV 文件：{error}") from error


def _header_at(grid: list[list[Any]], kind: str) -> int | None:
    """Which of the first lines is the header: the one with most headings that we know."""
    best, most = None, _ENOUGH - 1
    known = [spellings(one) for one in ([kind] if kind else KINDS)]
    for at, row in enumerate(grid[:_HEADER_WITHIN]):
        headings = {folded(cell) for cell in row if cell != ""}
        score = max(len(headings & names.keys()) for names in known)
        if score > most:
            best, most = at, score
    return best


def _kind_of(headers: Sequence[Sequence[Any]]) -> str:
    """What the headings make of the roster: the first kind, the most telling first, whose required ones are all there.

    Raises BadRoster if none is.
    """
    headings = {folded(cell) for header in headers for cell in header}
    closest, fewest = "", 99
    for kind in ("import_certificate", "hold_exam", "announce", "register"):
        fields = {names.field for spelling, names in spellings(kind).items() if spelling in headings}
        missing = [column.header for column in KINDS[kind] if column.required and not _has(fields, column)]
        if not missing:
            return kind
        if len(missing) < fewest:
            closest, fewest = f"{KIND_NAMES[kind]}还缺：{'、'.join(missing)}", len(missing)
    raise BadRoster(f"表头不足以判断名册种类；{closest}。可用 ./run import --template 得到模板，或用 --kind 指明")


def _has(fields: set[str], column: Column) -> bool:
    return column.field in fields or (column.field == "fee" and "fee_fen" in fields)


def _sheet(
    path: Path, kind: str, name: str, at: int, grid: list[list[Any]], formulas: frozenset[tuple[int, int]]
) -> tuple[Sheet, list[str]]:
    header = [str(cell).strip() for cell in grid[at]]
    if len(header) > MOST_COLUMNS:
        raise BadRoster(f"{path.name} 的“{name}”超过 {MOST_COLUMNS} 列；请删去无关的列")
    known = spellings(kind)
    columns: dict[int, Column] = {}
    unknown = []
    for index, heading in enumerate(header):
        column = known.get(folded(heading))
        if column is not None and column.field in {taken.field for taken in columns.values()}:
            raise BadRoster(f"{path.name} 的“{name}”有两列都是“{column.header}”；请删去一列")
        if column is not None:
            columns[index] = column
        elif heading and folded(heading) != ERRORS:
            unknown.append(heading)
    _require(path, kind, name, columns)
    return Sheet(name, header, columns, at + 2, grid[at + 1 :], formulas), unknown


def _require(path: Path, kind: str, name: str, columns: dict[int, Column]) -> None:
    fields = {column.field for column in columns.values()}
    missing = [column.header for column in KINDS[kind] if column.required and not _has(fields, column)]
    if kind not in OPENING and "case" not in fields and not {"id_number", "occupation", "level"} <= fields:
        missing.append("案件编号（或证件号码、职业、等级）")
    if missing:
        raise BadRoster(
            f"{path.name} 的“{name}”缺少列：{'、'.join(missing)}；可用 ./run import --template {kind} 得到模板"
        )


def too_long(value: Any) -> bool:
    """Whether a cell holds more than any datum of a person could."""
    return type(value) is str and len(value) > MOST_CHARACTERS
