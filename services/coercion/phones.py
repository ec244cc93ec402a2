"""Telephone numbers made alike: 138-0000-0000 is 13800000000, (0731)88888888转801 is 0731-88888888转801."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from services.coercion.values import BadValue, text

_COUNTRY = r"(?:(?:\+|00)86-?)?"
_EXTENSION = r"(?:(?:转|分机|EXT\.?:?|[-#*X])(?P<ext>\d{1,6}))?"
_MOBILE = re.compile(rf"{_COUNTRY}(1[3-9]\d)-?(\d{{4}})-?(\d{{4}})")
_LANDLINE = re.compile(rf"{_COUNTRY}(?P<area>0\d{{2,3}})-?(?P<line>\d{{3,4}}-?\d{{4}}){_EXTENSION}")
_LOCAL = re.compile(rf"(?P<line>[2-8]\d{{6,7}}){_EXTENSION}")
_SERVICE = re.compile(r"([48]00)-?(\d{3,4})-?(\d{3,4})|1\d{4}|9\d{4,5}")
_ABROAD = re.compile(r"(?:\+|00)\d{1,4}-?\d{4,14}")
_DASHES = re.compile(r"[‐‑‒–—―−－]")
_BETWEEN = re.compile(r"[、,;/|]|或")
_PLAIN = re.compile(r"1[3-9]\d{9}")


def telephone(value: Any) -> str:
    """One telephone number, or several joined by 、; an extension is kept. Raises BadValue for what is none."""
    if type(value) is str and _PLAIN.fullmatch(value):
        return value
    written = _DASHES.sub("-", unicodedata.normalize("NFKC", text(value)).upper())
    written = "".join(written.replace("(", "").replace(")", "-").split())
    return "、".join(_one(part, value) for part in _BETWEEN.split(written) if part)


def _one(part: str, value: Any) -> str:
    part = part.strip("-:")
    part = re.sub(r"^(手机|电话|TEL|固话)[:.]?", "", part)
    if found := _MOBILE.fullmatch(part):
        return "".join(found.groups())
    if found := _LANDLINE.fullmatch(part):
        return _extended(f"{found['area']}-{found['line'].replace('-', '')}", found)
    if found := _LOCAL.fullmatch(part):
        return _extended(found["line"], found)
    if _SERVICE.fullmatch(part) or _ABROAD.fullmatch(part):
        return part
    raise BadValue(f"“{text(value)}”不是电话号码；手机应为11位，座机写作 0731-88888888；也请看看是否与相邻的列错位")


def _extended(number: str, found: re.Match[str]) -> str:
    return f"{number}转{found['ext']}" if found["ext"] else number
