"""A program of its own that unpacks one workbook: it may die of it, the one that asked may not.

    python -I -S reader.py PATHS < workbook > grids

PATHS is the asker's module search path. It writes msgpack: `{"sheets": [{"name", "visible", "rows", "times",
"merges"}]}`, or `{"error": "password" | "broken"}`. `times` holds the dates, which msgpack has no word for, as
(row, column, kind, ISO text).
"""

from __future__ import annotations

import os
import sys
from typing import IO, Any


def main(source: IO[bytes], out: IO[bytes], memory: int) -> None:
    """Reads the workbook in `source`, within `memory` bytes of address space."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    import msgspec
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_filelike(source) as book:
            found: dict[str, Any] = {"sheets": [_sheet(book, about) for about in book.sheets_metadata]}
    except PasswordError:
        found = {"error": "password"}
    except (CalamineError, OSError, ValueError):
        found = {"error": "broken"}
    out.write(msgspec.msgpack.encode(found))


def _sheet(book: Any, about: Any) -> dict[str, Any]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    visible = about.visible is SheetVisibleEnum.Visible
    if not visible or about.typ is not SheetTypeEnum.WorkSheet:
        return {"name": about.name, "visible": visible, "rows": [], "times": [], "merges": []}
    sheet = book.get_sheet_by_name(about.name)
    rows = sheet.to_python(skip_empty_area=False)
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    while rows and not any(type(cell) is not str or cell.strip() for cell in rows[-1]):
        rows.pop()
    merges = [pair for pair in sheet.merged_cell_ranges or () if pair[1][0] > pair[0][0]]
    return {"name": about.name, "visible": True, "rows": rows, "times": _times(rows), "merges": merges}


def _times(rows: list[list[Any]]) -> list[tuple[int, int, str, str]]:
    """Takes the dates and times out of `rows`: where they were and what they are."""
    plain, found = {str, float, int, bool}, []
    for at, row in enumerate(rows):
        if not plain.issuperset(map(type, row)):
            for place, cell in enumerate(row):
                if type(cell) not in plain:
                    isoformat = getattr(cell, "isoformat", None)
                    found.append((at, place, type(cell).__name__, isoformat() if isoformat else str(cell)))
                    row[place] = str(cell)
    return found


if __name__ == "__main__":
    sys.path[:] = sys.argv[1].split(os.pathsep)
    main(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[2]))
