"""What an .xlsx says of its cells beyond their values: formulas, errors, hidden rows, and cells far from all others.

Read from the sheets' own XML: one stray cell in the last corner of a sheet makes its table 17 thousand million cells
large, so that it can only be found there, and taken out.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from services.rosters.limits import MOST_COLUMNS, MOST_ROWS, BadRoster

FORMULA = "是公式；请复制后选择性粘贴为数值"
_CELL = rb"<(?:\w+:)?c\b"
_FORMULA = re.compile(_CELL + rb"[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*?>\s*<(?:\w+:)?f[ >/]")
_ERROR = re.compile(
    _CELL + rb"(?=[^>]*\bt=\"e\")[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<"
)
_HIDDEN = re.compile(rb"<(?:\w+:)?row\b(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*?\br=\"(\d+)\"")
_HIDDEN_COLUMNS = re.compile(
    rb"<(?:\w+:)?col\b(?=[^>]*\bhidden=\"(?:1|true)\")(?=[^>]*\bmin=\"(\d+)\")[^>]*\bmax=\"(\d+)\""
)
_FAR = re.compile(rb" r=\"(?:(?:[A-Z]{3}|[H-Z][A-Z]|G[S-Z])\d{1,7}|\d{6,7})\"")  # beyond column GR, the two hundredth
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d{6,7})\"[^>]*?(?:/>|>.*?</(?:\w+:)?row>)", re.DOTALL)
_ONE = re.compile(_CELL + rb"[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*?(?:/>|>.*?</(?:\w+:)?c>)", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>]*>([^<]*)<")
_SHARED = re.compile(rb"<(?:\w+:)?si\b.*?</(?:\w+:)?si>|<(?:\w+:)?si\s*/>", re.DOTALL)


class Marks(NamedTuple):
    """Of one sheet: what is wrong with a cell, by row from 1 and column from 0; the hidden rows; the hidden columns."""

    cells: dict[tuple[int, int], str]
    hidden: list[int]
    hidden_columns: list[int]


NO_MARKS = Marks({}, [], [])


def marks(path: Path) -> dict[str, Marks]:
    """What the .xlsx at `path` says of the cells of each sheet. Raises BadRoster."""
    with _opened(path) as packed:
        return {name: _marks(_member(packed, member)) for name, member in _sheet_parts(packed).items()}


def without_strays(path: Path) -> tuple[bytes | None, list[str]]:
    """The file without the cells that stand far from all others, None if it has none; those that are not blank.

    Raises BadRoster for people below the last row that is taken.
    """
    strays: list[str] = []
    with _opened(path) as packed:
        parts = {member: _member(packed, member) for member in _sheet_parts(packed).values()}
        far = {member: text for member, text in parts.items() if _FAR.search(text)}
        return (_cleaned(path, packed, far, strays) if far else None), strays


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as packed:
            yield packed
    except (zipfile.BadZipFile, OSError) as error:
        raise BadRoster(f"{path.name} 已损坏，请重新保存") from error


def _marks(text: bytes) -> Marks:
    found: dict[tuple[int, int], str] = {}
    if b"<f" in text or b":f>" in text or b":f " in text:
        found |= {(int(row), _index(column.decode())): FORMULA for column, row in _FORMULA.findall(text)}
    if b't="e"' in text:
        for column, row, word in _ERROR.findall(text):
            found[int(row), _index(column.decode())] = error_said(html.unescape(word.decode("utf-8", "replace")))
    if b"hidden=" not in text:
        return Marks(found, [], [])
    columns = [at for low, high in _HIDDEN_COLUMNS.findall(text) for at in range(int(low) - 1, min(int(high), 200))]
    return Marks(found, [int(row) for row in _HIDDEN.findall(text)], columns)


def error_said(word: str) -> str:
    """What is said of a cell that holds the error `word`."""
    return f"是 Excel 的错误值 {word}；请改为应有的内容"


def _cleaned(path: Path, packed: zipfile.ZipFile, far: dict[str, bytes], strays: list[str]) -> bytes | None:
    """The file without its far cells, if it has any; those that are not blank are told."""
    shared = _Shared(packed)
    clean = {member: _without_far(path, text, shared, strays) for member, text in far.items()}
    if all(clean[member] == text for member, text in far.items()):
        return None
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for info in packed.infolist():
            made.writestr(info.filename, clean.get(info.filename) or _member(packed, info.filename))
    return out.getvalue()


def _without_far(path: Path, text: bytes, shared: _Shared, strays: list[str]) -> bytes:
    def row(found: re.Match[bytes]) -> bytes:
        if int(found[1]) <= MOST_ROWS:
            return found[0]
        for column, at, said in _said(found[0], shared):
            if _index(column) < MOST_COLUMNS:
                raise BadRoster(
                    f"{path.name} 超过 {MOST_ROWS} 行：{column}{at} 还有内容“{said[:20]}”；请删去，或拆成几个名册"
                )
            strays.append(f"{column}{at}“{said[:20]}”")
        return b""

    def cell(found: re.Match[bytes]) -> bytes:
        if _index(found[1].decode()) < MOST_COLUMNS:
            return found[0]
        strays.extend(f"{column}{at}“{said[:20]}”" for column, at, said in _said(found[0], shared))
        return b""

    return _ONE.sub(cell, _ROW.sub(row, text))


def _said(chunk: bytes, shared: _Shared) -> Iterator[tuple[str, str, str]]:
    """The cells in a piece of XML that are not blank: column, row, what they say."""
    for found in _ONE.finditer(chunk):
        said = "".join(html.unescape(part.decode("utf-8", "replace")) for part in _TEXT.findall(found[0]))
        if b't="s"' in found[0] and said.isdigit():
            said = shared.text(int(said))
        if said.strip():
            yield found[1].decode(), found[2].decode(), said.strip()


class _Shared:
    """The workbook's shared texts, looked up only when a stray cell is one."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._all: list[bytes] | None = None

    def text(self, at: int) -> str:
        """The text numbered `at`."""
        if self._all is None:
            self._all = _SHARED.findall(_member(self._packed, "xl/sharedStrings.xml"))
        whole = self._all[at] if at < len(self._all) else b""
        return "".join(html.unescape(part.decode("utf-8", "replace")) for part in _TEXT.findall(whole))


def _sheet_parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its part of the package."""
    book = _member(packed, "xl/workbook.xml").decode("utf-8", "replace")
    links = _member(packed, "xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for link in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        id_, target = re.search(r'\bId="([^"]*)"', link), re.search(r'\bTarget="([^"]*)"', link)
        if id_ and target:
            targets[id_[1]] = target[1].removeprefix("/").removeprefix("xl/")
    parts = {}
    for sheet in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, id_ = re.search(r'\bname="([^"]*)"', sheet), re.search(r'\b\w+:id="([^"]*)"', sheet)
        if name and id_ and id_[1] in targets:
            parts[html.unescape(name[1])] = f"xl/{targets[id_[1]]}"
    return parts


def _member(packed: zipfile.ZipFile, name: str) -> bytes:
    """A part, never more of it than the directory says: that much was checked."""
    try:
        info = packed.getinfo(name)
        with packed.open(info) as part:
            return part.read(info.file_size)
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return b""


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
