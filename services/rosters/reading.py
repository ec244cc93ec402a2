"""Reading a roster: its sheets with people on them, what each heading is read as, and all that is not taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from services.rosters.columns import GUIDE, KIND_NAMES, KINDS, Column
from services.rosters.headings import (
    Kind,
    Unknown,
    column_of,
    folded,
    header_at,
    joined,
    kind_of,
    letter,
    missing,
    unknown,
    unknown_said,
)
from services.rosters.leftouts import left_out
from services.rosters.limits import MOST_COLUMNS, MOST_ROWS, BadRoster, guard
from services.rosters.package import NO_MARKS
from services.rosters.text_files import SUFFIXES, longer_rows, read_text
from services.rosters.workbook_files import Book, Grid, Merge, read_workbook

Place = tuple[int, int]  # row as Excel numbers it, column from 0


class Sheet(NamedTuple):
    """One sheet with people on it. `first` is the number, as Excel shows it, of the first of `rows`.

    `columns`: what each place is read as. `marks`: what is wrong with a cell, whatever it says; a row as a whole under
    column -1. `left_out`: the rows, by their index, that are no people. `hidden`: rows that nobody sees, by number.
    """

    name: str
    header: list[str]
    columns: dict[int, Column]
    first: int
    rows: list[list[Any]]
    marks: dict[Place, str]
    left_out: dict[int, str]
    hidden: list[int]
    unknown: list[Unknown]


class Roster(NamedTuple):
    """A file as read: its kind, why that is in doubt, its sheets, and what of it is not taken in."""

    path: Path
    kind: str
    doubt: str
    sheets: list[Sheet]
    ignored_sheets: list[str]
    notes: list[str]

    @property
    def ignored_columns(self) -> list[str]:
        """The headings that nothing was read from."""
        return [one.heading for sheet in self.sheets for one in sheet.unknown]


def read_roster(path: Path, kind: str = "") -> Roster:
    """The roster in `path` (.xlsx, .xls, .ods, .csv, .txt). Its kind is told by the headers where none is given.

    Raises BadRoster: nothing of the file can be taken as it is; the message says what to do.
    """
    guard(path)
    is_text = path.suffix.lower() in SUFFIXES
    book = Book([Grid(path.stem, read_text(path), NO_MARKS, [])], [], []) if is_text else read_workbook(path)
    grids = [grid for grid in book.grids if any(map(any, grid.rows)) and folded(grid.name) != GUIDE]
    headed = [(grid, found) for grid in grids if (found := header_at(grid.rows, kind))]
    if not headed:
        raise BadRoster(_no_header(path, kind, grids))
    headers = [joined(grid.rows, *found, kind) for grid, found in headed]
    told = Kind(kind, "") if kind else kind_of(headers)
    sheets = [
        _sheet(path, told.name, grid, at + lines, header, is_text=is_text)
        for (grid, (at, lines)), header in zip(headed, headers, strict=True)
    ]
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS:
        raise BadRoster(f"{path.name} 超过 {MOST_ROWS} 行；请拆成几个名册")
    taken = {grid.name for grid, _ in headed}
    ignored = book.hidden + [grid.name for grid in grids if grid.name not in taken]
    return Roster(path, told.name, told.doubt, sheets, ignored, _notes(book))


def _no_header(path: Path, kind: str, grids: list[Grid]) -> str:
    expected = "、".join(column.header for column in KINDS[kind or "announce"] if column.required)
    seen = next((unknown_said(unknown(grid.rows[0], kind or "announce")) for grid in grids if grid.rows), "")
    return (
        f"{path.name} 里没有找到表头；第一行应为 {expected} 等{seen[:200]}。可用 ./run import --template 得到模板"
        if grids
        else f"{path.name} 里没有内容；第一行应为表头：{expected} 等，可用 ./run import --template 得到模板"
    )


def _notes(book: Book) -> list[str]:
    notes = [f"远处的单元格未采用：{'、'.join(book.strays[:5])}"] if book.strays else []
    for grid in book.grids:
        if grid.marks.hidden_columns:
            hidden = "、".join(map(letter, grid.marks.hidden_columns[:10]))
            notes.append(f"“{grid.name}”有隐藏的列：{hidden}（照常读入）")
    return notes


def _sheet(path: Path, kind: str, grid: Grid, below: int, header: list[str], *, is_text: bool) -> Sheet:
    """The sheet whose people begin at index `below` of the grid."""
    if len(header) > MOST_COLUMNS:
        raise BadRoster(f"{path.name} 的“{grid.name}”超过 {MOST_COLUMNS} 列；请删去无关的列")
    columns = _columns(path, kind, grid.name, header)
    rows, first = grid.rows[below:], below + 1
    marks = {place: why for place, why in grid.marks.cells.items() if place[0] >= first}
    _fill(rows, first, columns, grid.merges, marks)
    beyond = _headless(header, rows, [])
    if is_text:
        longer = longer_rows(grid.rows, below - 1)
        marks |= {(row, -1): why for row, why in longer.items()}
        beyond = _headless(header, rows, longer)
    no_people = left_out(header, columns, rows)
    hidden = [row for row in grid.marks.hidden if 0 <= row - first < len(rows) and any(rows[row - first])]
    return Sheet(grid.name, header, columns, first, rows, marks, no_people, hidden, unknown(header, kind) + beyond)


def _columns(path: Path, kind: str, name: str, header: list[str]) -> dict[int, Column]:
    columns: dict[int, Column] = {}
    for place, heading in enumerate(header):
        column = column_of(heading, kind) if heading else None
        if column is None:
            continue
        taken = next((at for at, other in columns.items() if other.field == column.field), None)
        if taken is not None and not column.several:
            raise BadRoster(
                f"{path.name} 的“{name}”有两列都读作“{column.header}”：{letter(taken)}列“{header[taken]}”和"
                f"{letter(place)}列“{heading}”；请删去一列或改名"
            )
        columns[place] = column
    lacking = missing(kind, {column.field for column in columns.values()})
    if lacking:
        raise BadRoster(
            f"{path.name} 的“{name}”按{KIND_NAMES[kind]}读，缺少列：{'、'.join(lacking)}"
            f"{unknown_said(unknown(header, kind))}；可用 ./run import --template {kind} 得到模板"
        )
    return columns


def _headless(header: list[str], rows: list[list[Any]], told: Any) -> list[Unknown]:
    """Columns with something in them and no heading above, but for rows that are told anyway."""
    width = max((len(row) for row in rows), default=0)
    bare = [place for place in range(width) if place >= len(header) or not header[place]] if not told else []
    return [
        Unknown(place, f"{letter(place)}列（无表头）", "")
        for place in bare
        if any(len(row) > place and str(row[place]).strip() for row in rows)
    ]


def _fill(
    rows: list[list[Any]], first: int, columns: dict[int, Column], merges: list[Merge], marks: dict[Place, str]
) -> None:
    """Cells merged downwards say the same for each row, where a column can; elsewhere they are told."""
    for merge in merges:
        column = columns.get(merge.left)
        top = merge.top + 1 - first
        if column is None or top < 0:
            continue
        said = rows[top][merge.left] if top < len(rows) and merge.left < len(rows[top]) else ""
        for at in range(top + 1, min(merge.bottom + 2 - first, len(rows))):
            if not any(cell != "" for cell in rows[at]):
                continue
            if column.shared:
                rows[at] += [""] * (merge.left + 1 - len(rows[at]))
                rows[at][merge.left] = said
            else:
                marks[at + first, merge.left] = "是向下合并的单元格；请取消合并后逐行填写"
