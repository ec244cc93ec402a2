"""A written value before anybody asks what it means: text, code, nothing, or what no datum of a person can be.

Whoever meets a BadValue is told what was seen and what to write instead; nothing is guessed that could be another's.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from services.coercion.radicals import CHARACTERS

_EXACT = 10**15  # Excel keeps fifteen digits; of a longer number typed as one the last are lost
NOTHING = frozenset(("", "无", "没有", "暂无", "空", "/", "\\", "-", "--", "—", "——", "–", "－", "／", "无。"))
DITTO = frozenset(("同上", "同前", "同左", "上同", "〃", "″", '"', "”", "“", "''", "ditto", "“”"))
ERRORS = frozenset(("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")) | {
    f"Err:{number}" for number in range(500, 541)
}
SPECIAL = NOTHING | DITTO | ERRORS
_TOLD = DITTO | ERRORS
_STAND_INS = frozenset("□■◻◼▢▣▯▮〓◆●○◯＿_?？*＊�")  # typed where a character could not be
_BREAKS = re.compile(r"\s*[\t\r\n\v\f\u0085\u2028\u2029]+\s*")
_INVISIBLE = frozenset(("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"))
_NAMES = {0x200B: "零宽空格", 0x200C: "零宽不连字", 0x200D: "零宽连字", 0xFEFF: "字节顺序标记", 0xAD: "软连字符"}
_SUPPLEMENT = range(0x2E80, 0x2FE0)


class BadValue(ValueError):
    """What is wrong with a value and what to write instead, in Chinese."""


def text(value: Any) -> str:
    """What is written, without outer blanks; a whole number without its decimal point."""
    if type(value) is str:
        found = value.strip()
        return found if found.isascii() and found.isprintable() and found not in _TOLD else _looked_at(found)
    if isinstance(value, bool):
        raise BadValue(f"应为文字，收到“{'是' if value else '否'}”")
    if isinstance(value, float | int):
        if abs(value) >= _EXACT:
            raise BadValue("被 Excel 当作数字保存，末几位已丢失；请把该列设为文本格式后重新录入")
        return repr(value) if value % 1 else str(int(value))  # not a number is a remainder too
    if isinstance(value, datetime | date | time | timedelta):
        shown = value.isoformat()[:10] if isinstance(value, date) else str(value)
        raise BadValue(f"被 Excel 当成了日期或时间（{shown}）；请把该列设为文本格式后重新录入")
    return str(value).strip()


def _looked_at(found: str) -> str:
    if found in DITTO:
        raise BadValue(f"写的是“{found}”；请写明内容，每行都要完整")
    if found in ERRORS:
        raise BadValue(f"是 Excel 的错误值 {found}；请改为应有的内容")
    found = characters(_BREAKS.sub(" ", found))
    for at, sign in enumerate(found, start=1):
        if unicodedata.category(sign) in _INVISIBLE:
            raise BadValue(f"第{at}个字{code_point(sign)}；请删去后重新录入")
    return found


def code_point(sign: str) -> str:
    """How a character that cannot be shown is named to a person."""
    number, category = ord(sign), unicodedata.category(sign)
    named = _NAMES.get(number) or {"Co": "自造字", "Cc": "控制字符"}.get(category, "不可见字符")
    return f"是{named} U+{number:04X}"


def characters(found: str) -> str:
    """With the radicals that copying from a PDF leaves put back into the characters that they stand for.

    Raises BadValue for one that stands for no character for certain.
    """
    if not any(ord(sign) in _SUPPLEMENT for sign in found):
        return found
    mended = "".join(CHARACTERS.get(sign, sign) for sign in found)
    for sign in mended:
        if ord(sign) in _SUPPLEMENT:
            raise BadValue(f"“{sign}”是部首 U+{ord(sign):04X}，不是汉字（多由PDF粘贴而来）；请重新录入该字")
    return mended


def stand_in(found: str) -> str:
    """The first sign of `found` that is typed for a character that could not be; empty where there is none."""
    return next((sign for sign in found if sign in _STAND_INS), "")


def is_plain(signs: set[str]) -> bool:
    """Whether texts made of `signs` say what they seem to: nothing invisible, no radical, no line break."""
    return all(sign.isprintable() and ord(sign) not in _SUPPLEMENT for sign in signs)


def code(value: Any) -> str:
    """A number or a code: full-width folded, inner blanks and the marks that keep a spreadsheet's hands off dropped."""
    found = text(value)
    if not found.isascii():
        found = unicodedata.normalize("NFKC", found)
    if found[:1] in _MARKS or found[:2] == '="':
        found = unmarked(found)
    return found.replace(" ", "") if " " in found else found


_MARKS = frozenset("'`‘’′´＇")


def unmarked(found: str) -> str:
    """Without the apostrophe or the `="…"` that people write before a number which must stay text."""
    if found.startswith('="') and found.endswith('"'):
        found = found[2:-1]
    return found.lstrip("".join(_MARKS)).rstrip("".join(_MARKS)).strip()


def whole(value: Any) -> int:
    """A whole number, not negative."""
    written = code(value)
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise BadValue(f"“{text(value)}”应为不小于0的整数")
    return int(written)
