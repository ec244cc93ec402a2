"""Data into Typst markup, literally: whatever somebody is called, it is printed and never obeyed."""

from __future__ import annotations

import string
from collections.abc import Iterable

# Every ASCII sign is escaped, also where it would be harmless: no list of dangerous signs that could be incomplete.
_ESCAPES: dict[int, str] = {ord(sign): "\\" + sign for sign in string.punctuation}
# What Typst takes for the end of a line or a paragraph becomes a plain space.
_ESCAPES.update(dict.fromkeys(map(ord, "\t\n\v\f\r\x85\u2028\u2029"), " "))


class Set(str):
    """Typst markup that we made ourselves: never escaped again."""

    __slots__ = ()


def markup(value: object) -> str:
    """`value` as Typst markup that prints exactly its characters; runs of white space print as one space."""
    if isinstance(value, Set):
        return value
    return str(value).translate(_ESCAPES)


def unbroken(text: str) -> Set:
    """`text` as markup that no line end divides: a date, an amount, a 文号 (GB/T 9704-2012, 8: 数字、年份不能回行)."""
    return Set(f"#box[{text.translate(_ESCAPES)}]")


def literal(text: str) -> str:
    """`text` as a Typst string literal, quotes included."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def cells(texts: Iterable[str]) -> str:
    """Texts as the content arguments of a Typst function."""
    return ",".join(f"[{markup(text)}]" for text in texts)
