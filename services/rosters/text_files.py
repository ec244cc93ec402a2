"""CSV and its kin to a grid: the encodings and separators that Excel writes, and quotes that do not close told."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from services.rosters.escaping import unguarded
from services.rosters.limits import BadRoster

SUFFIXES = frozenset((".csv", ".txt", ".tsv"))
_SEPARATORS = ",\t;|，；"
_LOOKED_AT = 10  # lines in which the separator is looked for
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")


def read_text(path: Path) -> list[list[str]]:
    """The cells of the file.

    Raises BadRoster for what is no such file, and for a quote that swallows rows, with its line.
    """
    text = _decoded(path)
    separator = _separator(text)
    if told := _SEPARATOR_LINE.match(text):
        separator, text = told[1], text[told.end() :]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    before = 0
    try:
        for row in lines:
            if lines.line_num - before > 1:
                _guard_breaks(path, row, before + 1, separator, len(rows[0]) if rows else len(row))
            before = lines.line_num
            rows.append(row)
    except csv.Error as error:
        open_ended = "end of data" in str(error) or "field limit" in str(error)
        why = "从这一行起引号没有成对，后面的行会被并进同一个单元格" if open_ended else "引号后面还有文字"
        raise BadRoster(f"{path.name} 第{before + 1}行：{why}；请补上或删去引号") from error
    return [[unguarded(cell) for cell in row] for row in rows]


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    if content[:4] in (b"PK\3\4", b"\xd0\xcf\x11\xe0"):
        raise BadRoster(f"{path.name} 其实是工作簿；请把扩展名改为 .xlsx 或 .xls")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in content[:200]:
        encodings = ("utf-16-le", "utf-16-be") if content[1:2] == b"\0" else ("utf-16-be", "utf-16-le")
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadRoster(f"{path.name} 不是文本名册，或编码无法识别；请另存为 CSV UTF-8")


def _separator(text: str) -> str:
    """The sign that most evenly parts the first lines."""
    counted = Counter(dict.fromkeys(_SEPARATORS, 0))
    for line in text.splitlines()[:_LOOKED_AT]:
        counted.update(sign for sign in line if sign in counted)
    return max(_SEPARATORS, key=lambda sign: counted[sign])


def _guard_breaks(path: Path, row: list[str], line: int, separator: str, width: int) -> None:
    """Raises BadRoster where a cell goes on over a line that looks like a row of its own."""
    enough = max(2, width // 2)
    for cell in row:
        for at, part in enumerate(cell.splitlines()[1:], start=1):
            if part.count(separator) >= enough:
                raise BadRoster(
                    f"{path.name} 第{line}行：单元格里的引号把第{line + at}行也包了进去（“{part[:12]}…”）；"
                    "请补上或删去引号，每人一行"
                )


def longer_rows(rows: Sequence[Sequence[str]], header: int) -> dict[int, str]:
    """By row (from 1), those with more cells than the header at index `header`, and than the others, have.

    Most likely a separator stands in a text without quotes, and all that follows has moved by one column.
    """
    widths = Counter(len(row) for row in rows[header + 1 :])
    usual = [width for width, times in widths.items() if times > 2 and 2 * times > widths.total()]
    most = max(len(rows[header]), *usual, 0)
    why = "这一行比表头多出单元格；文字里有分隔符而没有加引号，后面的内容因此错位，请加上引号或换成全角标点"
    return {at: why for at, row in enumerate(rows, start=1) if at > header + 1 and len(row) > most}
