"""What a file may be before anything opens it: a small program must not be brought down by a big lie."""

from __future__ import annotations

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
MOST_MEMORY = 3 << 30  # of the process that unpacks a workbook
MOST_SECONDS = 120


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
