"""Dates as people write them. Only one that can be read in one way is; the others are asked about."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

from services.coercion.values import BadValue, code, text, unmarked

EARLIEST, LATEST = date(1950, 1, 1), date(2099, 12, 31)  # no exam or certificate of this trade lies outside
_WRITTEN = re.compile(r"(\d{4})\s*[-/.年、\\ ]\s*(\d{1,2})\s*[-/.月、\\ ]\s*(\d{1,2})\s*[日.]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MIDNIGHT = re.compile(r"[ T]?0?0:00(:00(\.0+)?)?$")
_SHORT = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_YEAR_MONTH = re.compile(r"\d{4}[-/.年]\d{1,2}月?")
_CHINESE = re.compile(r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日")
_DIGITS = {sign: str(at) for at, sign in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0"}
_SERIALS = range(18_264, 73_051)  # Excel's count of days for 1950 to 2099
_EXCEL_ZERO = date(1899, 12, 30)


def day(value: Any) -> date:
    """The date in `value`: as Excel keeps it, 2020-12-31, 2020/12/31, 2020.12.31, 2020年12月31日, 20201231.

    Raises BadValue for two-digit years, days without a year first, bare months, and years that cannot be meant.
    """
    if isinstance(value, datetime | date):
        return _plausible(value.date() if isinstance(value, datetime) else value, value.isoformat()[:10])
    raw = text(value)
    spaced = _MIDNIGHT.sub("", unmarked(unicodedata.normalize("NFKC", raw))).strip()
    written = code(spaced)
    found = _WRITTEN.fullmatch(spaced) or _COMPACT.fullmatch(written)
    try:
        parts = [int(part) for part in found.groups()] if found else _chinese(written)
        if parts:
            return _plausible(date(*parts), raw)
    except ValueError as wrong:
        if isinstance(wrong, BadValue):
            raise
    raise BadValue(_why(written, raw))


def _chinese(written: str) -> list[int]:
    found = _CHINESE.fullmatch(written)
    if not found:
        return []
    return [int("".join(_DIGITS[sign] for sign in found[1])), _counted(found[2]), _counted(found[3])]


def _counted(written: str) -> int:
    """十二 as 12, 二十 as 20, 三十一 as 31."""
    tens, ten, ones = written.partition("十")
    if not ten:
        return int(_DIGITS[written])
    return int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0"))


def _plausible(found: date, written: str) -> date:
    if not EARLIEST <= found <= LATEST:
        raise BadValue(f"日期“{written}”不在{EARLIEST.year}年至{LATEST.year}年之间；请核对年份，写作 2020-12-31")
    return found


def _why(written: str, raw: str) -> str:
    if _SHORT.fullmatch(written):
        return f"日期“{raw}”的年份只有两位；请写作四位年份，如 2020-12-31"
    if _YEAR_LAST.fullmatch(written):
        return f"日期“{raw}”分不清月和日；请写作 2020-12-31"
    if _YEAR_MONTH.fullmatch(written):
        return f"日期“{raw}”没有日；请写作 2020-12-31"
    if written.isdigit() and int(written) in _SERIALS:
        meant = _EXCEL_ZERO + timedelta(days=int(written))
        return f"日期“{raw}”像是 Excel 的日期序号（{meant}）；请把该列设为日期格式，或写作 {meant}"
    return f"日期“{raw}”应写作 2020-12-31"
