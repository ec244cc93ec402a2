"""What a file may be before anything opens it: a small program must not be brought down by a big lie."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

MOST_BYTES = 64 << 20
MOST_UNPACKED = 512 << 20
MOST_MEMBERS = 2000
MOST_RATIO = 400  # a roster packs to a tenth or a fiftieth
RATIO_MATTERS_FROM = 32 << 20
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CHARACTERS = 1000  # in one cell
_FORMULA = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*?>\s*<f[ >/]")


class BadRoster(Exception):
    """A file that no row of can be taken; the message says what is wrong and what to do."""


def guard(path: Path) -> None:
    """Raises BadRoster for a file that is missing, empty, too big, or a zip that would burst."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadRoster(f"无法读取 {path}：{error.strerror}") from error
    if not path.is_file():
        raise BadRoster(f"{path} 不是文件")
    if size == 0:
        raise BadRoster(f"{path.name} 是空文件")
    if size > MOST_BYTES:
        raise BadRoster(f"{path.name} 有 {size >> 20} MB，超过 {MOST_BYTES >> 20} MB；请拆成几个名册")
    if zipfile.is_zipfile(path):
        _guard_zip(path, size)


def _guard_zip(path: Path, size: int) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
    except zipfile.BadZipFile as error:
        raise BadRoster(f"{path.name} 已损坏，请重新保存") from error
    unpacked = sum(member.file_size for member in members)
    bursts = unpacked > RATIO_MATTERS_FROM and unpacked > MOST_RATIO * size
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or bursts:
        raise BadRoster(f"{path.name} 解压后过大（{unpacked >> 20} MB），不像名册；请另存为新的工作簿")


def formula_cells(path: Path) -> dict[str, frozenset[tuple[int, int]]]:
    """Where an .xlsx holds formulas: sheet name → (row from 1, column from 0). Nothing is computed."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as packed:
        parts = _sheet_parts(packed)
        found = {}
        for name, member in parts.items():
            text = _member(packed, member)
            if b"<f" in text:
                cells = _FORMULA.findall(text)
                found[name] = frozenset((int(row), _index(letters.decode())) for letters, row in cells)
        return found


def _sheet_parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its part of the package."""
    book = _member(packed, "xl/workbook.xml").decode("utf-8", "replace")
    links = _member(packed, "xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for link in re.findall(r"<Relationship\b[^>]*>", links):
        id_, target = re.search(r'\bId="([^"]*)"', link), re.search(r'\bTarget="([^"]*)"', link)
        if id_ and target:
            targets[id_[1]] = target[1].removeprefix("/").removeprefix("xl/")
    parts = {}
    for sheet in re.findall(r"<sheet\b[^>]*>", book):
        name, id_ = re.search(r'\bname="([^"]*)"', sheet), re.search(r'\br:id="([^"]*)"', sheet)
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
