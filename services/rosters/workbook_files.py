"""Workbooks (.xlsx, .xls, .ods) to grids: unpacked by another process under a limit of memory and time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

from services.rosters import biff, odf, package, reader
from services.rosters.limits import MOST_MEMORY, MOST_ROWS, MOST_SECONDS, BadRoster
from services.rosters.package import NO_MARKS, Marks

Unpacked = dict[str, Any] | None  # what reader.py answers
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = "mimetype"


class Merge(NamedTuple):
    """Cells made one, from one corner to the other, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


class Grid(NamedTuple):
    """One visible sheet as it is: the cells, and what is known of them beyond their values."""

    name: str
    rows: list[list[Any]]
    marks: Marks
    merges: list[Merge]


class Book(NamedTuple):
    """A file's grids, the names of the sheets that are hidden, and the stray cells that were passed over."""

    grids: list[Grid]
    hidden: list[str]
    strays: list[str]


def read_workbook(path: Path) -> Book:
    """The visible sheets of the workbook at `path`. Raises BadRoster, saying what the file is and what to do."""
    with path.open("rb") as file:
        is_old = file.read(len(_OLE)) == _OLE
    if is_old:
        biff.guard(path)
    elif not zipfile.is_zipfile(path):
        raise BadRoster(f"{path.name} 无法打开：{_looks_like(path)}；请在 Excel 或 WPS 中另存为 .xlsx")
    with path.open("rb") as file, _reading(file) as process:
        marks = _marks(path, is_old=is_old)  # while the other process unpacks
        unpacked = _answer(path, process)
    strays: list[str] = []
    if not is_old and _is_vast(unpacked):
        unpacked, strays = _without_strays(path)
    sheets = _sheets(path, unpacked)
    grids = [_grid(sheet, marks.get(sheet["name"], NO_MARKS)) for sheet in sheets if sheet["visible"]]
    return Book(grids, [sheet["name"] for sheet in sheets if not sheet["visible"]], strays)


def _is_vast(unpacked: Unpacked) -> bool:
    """Whether the other process died of the table, or it is larger than any roster."""
    return unpacked is None or any(len(sheet["rows"]) > MOST_ROWS for sheet in unpacked.get("sheets", ()))


def _without_strays(path: Path) -> tuple[Unpacked, list[str]]:
    """What the file says without its cells far from all others; those of them that are not blank are told."""
    cleaned, strays = package.without_strays(path)
    if cleaned is None:
        return None, []
    with tempfile.TemporaryFile() as clean:
        clean.write(cleaned)
        clean.seek(0)
        with _reading(clean) as process:
            return _answer(path, process), strays


@contextmanager
def _reading(file: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The other process, at work on `file`; gone when this is left."""
    command = [sys.executable, "-I", "-S", reader.__file__, os.pathsep.join(sys.path), str(MOST_MEMORY)]
    with subprocess.Popen(
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"PATH": os.defpath}
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _answer(path: Path, process: subprocess.Popen[bytes]) -> Unpacked:
    """What the other process found; None if it died, of memory most likely."""
    try:
        packed = process.communicate(timeout=MOST_SECONDS)[0]
    except subprocess.TimeoutExpired as slow:
        raise BadRoster(f"{path.name} 打开用时超过 {MOST_SECONDS} 秒；请另存为新的工作簿，或拆成几个名册") from slow
    found: Unpacked = msgspec.msgpack.decode(packed) if packed and process.returncode == 0 else None
    return found


def _marks(path: Path, *, is_old: bool) -> dict[str, Marks]:
    if is_old:
        return biff.marks(path)
    with zipfile.ZipFile(path) as packed:
        is_ods = _ODS in packed.namelist() and b"opendocument" in packed.read(_ODS)[:100]
    return odf.marks(path) if is_ods else package.marks(path)


def _sheets(path: Path, found: Unpacked) -> list[dict[str, Any]]:
    if found is None:
        raise BadRoster(f"{path.name} 展开后过大，无法读取；请把名册复制到新的工作簿中另存后再试")
    if found.get("error") == "password":
        raise BadRoster(f"{path.name} 无法打开：有密码；请另存为无密码的 .xlsx 或 .csv")
    if "error" in found:
        raise BadRoster(f"{path.name} 无法打开：不是工作簿，或已损坏；请另存为无密码的 .xlsx 或 .csv")
    sheets: list[dict[str, Any]] = found["sheets"]
    return sheets


_TIMES = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}


def _grid(sheet: dict[str, Any], marks: Marks) -> Grid:
    rows = sheet["rows"]
    for at, place, kind, written in sheet["times"]:
        if kind in _TIMES and at < len(rows):
            rows[at][place] = _TIMES[kind](written)
    merges = [Merge(top, left, bottom, right) for (top, left), (bottom, right) in sheet["merges"]]
    return Grid(sheet["name"], rows, marks, merges)


def _looks_like(path: Path) -> str:
    """What a file is that is no workbook, by how it begins."""
    start = path.read_bytes()[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<meta")):
        return "这是网页，不是工作簿"
    if start.startswith(b"<?xml"):
        return "这是 XML 表格，不是工作簿"
    if start.startswith(b"pk"):
        return "工作簿已损坏"
    return "不是工作簿，或已损坏"
