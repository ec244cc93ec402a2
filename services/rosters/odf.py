"""What an .ods says beyond its values: formulas, errors and hidden rows, with repeated rows and cells counted."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

from services.rosters.package import FORMULA, Marks, error_said

_SHEET = re.compile(rb"<table:table\b[^>]*?table:name=\"([^\"]*)\"[^>]*>(.*?)</table:table>", re.DOTALL)
_ROW = re.compile(rb"<table:table-row\b([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(?:/>|>(.*?)</table:(?:covered-)?table-cell>)", re.DOTALL)
_TIMES = re.compile(rb"number-(?:rows|columns)-repeated=\"(\d+)\"")
_HIDDEN = re.compile(rb"table:visibility=\"(?:collapse|filter)\"")
_ERROR = re.compile(r"#[A-Z/0!?]+|Err:\d{3}")
_TAGS = re.compile(rb"<[^>]*>")
_MOST_HIDDEN = 100_000


def marks(path: Path) -> dict[str, Marks]:
    """What is known of the cells of each sheet."""
    with zipfile.ZipFile(path) as packed:
        content = packed.read("content.xml") if "content.xml" in packed.namelist() else b""
    return {html.unescape(name.decode("utf-8", "replace")): _sheet(body) for name, body in _SHEET.findall(content)}


def _sheet(body: bytes) -> Marks:
    found: dict[tuple[int, int], str] = {}
    hidden: list[int] = []
    row = 1
    for about, cells in _ROW.findall(body):
        times = _times(about)
        if _HIDDEN.search(about) and cells.strip():
            hidden += range(row, row + min(times, _MOST_HIDDEN))
        column = 0
        for cell, inner in _CELL.findall(cells):
            if said := _wrong(cell, inner):
                found[row, column] = said
            column += _times(cell)
        row += times
    return Marks(found, hidden, [])


def _times(about: bytes) -> int:
    found = _TIMES.search(about)
    return int(found[1]) if found else 1


def _wrong(cell: bytes, inner: bytes) -> str:
    if b"table:formula=" in cell:
        return FORMULA
    if b'value-type="error"' in cell:
        said = html.unescape(_TAGS.sub(b"", inner).decode("utf-8", "replace")).strip()
        return error_said(said if _ERROR.fullmatch(said) else "#N/A")
    return ""
