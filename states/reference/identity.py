"""Resident identity numbers after GB 11643-1999: checked, made for synthetic data, masked for the eyes of others.

Six digits of division, eight of birth, three of sequence (odd: male), one check character (ISO 7064 MOD 11-2).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

# GB/T 2260 by province; 81 to 83 are the residence permits of Hong Kong, Macao and Taiwan residents.
PROVINCES = frozenset(
    f"{region}{place}"
    for region, places in {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345"}.items()
    for place in places
) | {"71", "81", "82", "83"}
LENGTH = 18
_DIGITS = frozenset("0123456789")
# Full-width digits, and what looks like the X that a keyboard did not offer: Cyrillic, Greek, a cross, a box line.
_FOLDED = str.maketrans("０１２３４５６７８９ＸｘxХхΧχⅩⅹ×✕╳", "0123456789XXXXXXXXXXXX")
_CHECK = "10X98765432"


class BadIdNumber(ValueError):
    """Not an identity number: `masked` shows no more of it than may be shown, `why` says in Chinese what is wrong."""

    def __init__(self, masked: str, why: str) -> None:
        self.masked = masked
        self.why = why
        super().__init__(f"身份证号码{masked}有误：{why}，请对照证件重新录入")


class IdNumber(msgspec.Struct, frozen=True):
    """A number that has been checked. `text`: 18 characters, X in upper case; `division`: six digits."""

    text: str
    birth: date
    sex: Literal["male", "female"]
    division: str


def check_id_number(text: str, today: date | None = None, *, foreign: bool = False) -> IdNumber:
    """The number in `text`, whose outer spaces are dropped and full-width digits folded; a small x becomes X.

    `today`: the business date that a birth may not lie after; None leaves that unasked. `foreign`: a foreigner's
    permanent residence number, which begins with 9 instead of a province. Raises BadIdNumber.
    """
    number = folded(text.strip())
    why = _misspelt(number, foreign=foreign)
    if why:
        raise BadIdNumber(mask(number), why)
    birth = _birth(number)
    if birth is None:
        raise BadIdNumber(mask(number), "出生日期不存在")
    if today is not None and birth > today:
        raise BadIdNumber(mask(number), "出生日期晚于今天")
    if number[-1] != check_character(number[:-1]):
        raise BadIdNumber(mask(number), "校验码不符，可能有一位录错")
    return IdNumber(number, birth, "male" if int(number[16]) % 2 else "female", number[:6])


def folded(number: str) -> str:
    """`number` in the characters of the standard, where others that look the same were typed."""
    return number if number.isascii() and number.isdigit() else number.translate(_FOLDED)


def make_id_number(division: str, birth: date, seq: int) -> str:
    """A well-formed number for synthetic data: `division` six digits, `seq` 0 to 999 (odd: male).

    Raises BadIdNumber when these make none.
    """
    body = f"{division}{birth.isoformat().replace('-', '')}{seq:03d}"
    if len(body) != LENGTH - 1 or not set(body) <= _DIGITS:
        raise BadIdNumber(mask(body), "区划代码应为6位数字，顺序码应为0至999")
    return check_id_number(body + check_character(body)).text


def check_character(body: str) -> str:
    """The check character of the first 17 digits, by ISO 7064 MOD 11-2."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return _CHECK[remainder]


def mask(id_number: str) -> str:
    """`id_number` with only its first three and last four characters left, for eyes other than its holder's."""
    if len(id_number) < LENGTH:  # what is cut short could give a whole birth date away
        return id_number[:3] + "*" * max(0, len(id_number) - 3)
    return f"{id_number[:3]}{'*' * 11}{id_number[-4:]}"


def _misspelt(number: str, *, foreign: bool) -> str:
    """What of the spelling is wrong, without repeating the number; empty when nothing is."""
    if len(number) == 15 and set(number) <= _DIGITS:
        return "15位旧号码已停用，请用18位号码"
    if len(number) != LENGTH:
        return f"应为{LENGTH}位，实为{len(number)}位"
    for place, character in enumerate(number, start=1):
        if character not in _DIGITS and not (place == LENGTH and character == "X"):
            return f"第{place}位不是数字" + ("也不是X" if place == LENGTH else "")
    if not foreign and number[:2] not in PROVINCES:
        return f"前两位{number[:2]}不是省级行政区划代码"
    return ""


def _birth(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
