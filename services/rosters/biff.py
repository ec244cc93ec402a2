"""What an .xls says beyond its values: formulas, errors, hidden rows; and whether it is too old, or locked.

Only the records that answer these are looked at (MS-CFB for the container, MS-XLS for the records).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from services.rosters.limits import BadRoster
from services.rosters.package import FORMULA, Marks, error_said

_BOF, _EOF, _SHEET, _LOCKED, _FORMULA, _BOOL_OR_ERROR, _ROW = 0x809, 0x0A, 0x85, 0x2F, 0x06, 0x205, 0x208
_BIFF8 = 0x0600
_HIDDEN = 0x20
_END = 0xFFFFFFFA  # sector numbers from here on are marks
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def guard(path: Path) -> None:
    """Raises BadRoster for a file of the old container that is no .xls since 97, or is locked."""
    streams = _streams(path)
    if "EncryptedPackage" in streams:
        raise BadRoster(f"{path.name} 无法打开：有密码；请另存为无密码的 .xlsx 或 .csv")
    if "Workbook" not in streams:
        old = "Book" in streams
        why = "是 Excel 95 或更早的格式" if old else "不是 Excel 工作簿"
        raise BadRoster(f"{path.name} 无法打开：{why}；请在 Excel 或 WPS 中另存为 .xlsx")
    for kind, _, data in _records(streams["Workbook"]):
        if kind == _BOF and len(data) >= 2 and struct.unpack_from("<H", data)[0] != _BIFF8:
            raise BadRoster(f"{path.name} 无法打开：是 Excel 95 或更早的格式；请在 Excel 或 WPS 中另存为 .xlsx")
        if kind == _LOCKED:
            raise BadRoster(f"{path.name} 无法打开：有密码；请另存为无密码的 .xlsx 或 .csv")
        if kind == _EOF:
            return


def marks(path: Path) -> dict[str, Marks]:
    """What is known of the cells of each sheet."""
    stream = _streams(path).get("Workbook", b"")
    starts: dict[int, str] = {}
    for kind, _, data in _records(stream):
        if kind == _SHEET and len(data) > 8:
            starts[struct.unpack_from("<I", data)[0]] = _name(data)
        if kind == _EOF:
            break
    return {name: _sheet(stream, start) for start, name in starts.items()}


def _name(data: bytes) -> str:
    length, wide = data[6], data[7] & 1
    return data[8 : 8 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "replace")


def _sheet(stream: bytes, start: int) -> Marks:
    found: dict[tuple[int, int], str] = {}
    hidden = []
    for kind, _, data in _records(stream, start):
        if kind == _EOF:
            break
        if kind == _FORMULA and len(data) >= 4:
            row, column = struct.unpack_from("<HH", data)
            found[row + 1, column] = FORMULA
        elif kind == _BOOL_OR_ERROR and len(data) >= 8 and data[7]:
            row, column = struct.unpack_from("<HH", data)
            found[row + 1, column] = error_said(_ERRORS.get(data[6], "#N/A"))
        elif kind == _ROW and len(data) >= 16 and struct.unpack_from("<H", data, 12)[0] & _HIDDEN:
            hidden.append(struct.unpack_from("<H", data)[0] + 1)
    return Marks(found, hidden, [])


def _records(stream: bytes, start: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """Each record from `start` on: its kind, where it stands, its data."""
    at = start
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, at, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _streams(path: Path) -> dict[str, bytes]:
    """The streams of the container by name; short ones, which live elsewhere, come back empty."""
    content = path.read_bytes()
    try:
        size = 1 << struct.unpack_from("<H", content, 30)[0]
        table = _table(content, size)
        directory = _chain(content, size, table, struct.unpack_from("<I", content, 48)[0])
        entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
        return {name: data for name, data in (_stream(content, size, table, entry) for entry in entries) if name}
    except (struct.error, ValueError) as bad:
        raise BadRoster(f"{path.name} 已损坏，请重新保存") from bad


def _stream(content: bytes, size: int, table: list[int], entry: bytes) -> tuple[str, bytes]:
    name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
    start, length = struct.unpack_from("<II", entry, 116)
    kept = name in ("Workbook", "Book") and length >= struct.unpack_from("<I", content, 56)[0]
    return name, _chain(content, size, table, start)[:length] if kept else b""


def _table(content: bytes, size: int) -> list[int]:
    """Which sector follows which."""
    if not 64 <= size <= 1 << 16:
        raise ValueError(size)
    sectors = list(struct.unpack_from("<109I", content, 76))
    following, more = struct.unpack_from("<II", content, 68)
    for _ in range(min(more, len(content) // size)):
        if following >= _END:
            break
        numbers = struct.unpack_from(f"<{size // 4}I", content, (following + 1) * size)
        sectors += numbers[:-1]
        following = numbers[-1]
    table: list[int] = []
    for sector in sectors:
        if sector < _END:
            table += struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)
    return table


def _chain(content: bytes, size: int, table: list[int], start: int) -> bytes:
    pieces: list[bytes] = []
    at = start
    while at < _END and len(pieces) <= len(table):
        pieces.append(content[(at + 1) * size : (at + 2) * size])
        at = table[at] if at < len(table) else _END
    return b"".join(pieces)
