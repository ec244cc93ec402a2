"""Data into Typst markup, literally: whatever somebody is called, it is printed and never obeyed."""

from __future__ import annotations

import string

# Every ASCII sign is escaped, also where it would be harmless: no list of dangerous signs that could be incomplete.
_ESCAPES: dict[int, str] = {ord(sign): "\\" + sign for sign in string.punctuation}
# What Typst takes for the end of a line or a paragraph becomes a plain space.
_ESCAPES.update(dict.fromkeys(map(ord, "\t\n\v\f\r\x85\u2028\u2029"), " "))


def markup(value: object) -> str:
    """`value` as Typst markup that prints exactly its characters; runs of white space print as one space."""
    return str(value).translate(_ESCAPES)


def literal(text: str) -> str:
    """`text` as a Typst string literal, quotes included."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
