"""The five levels in every usual writing: 4, 4级, 四级, IV, Ⅳ, 中级, 中级工, 四级/中级工, 国家职业资格四级."""

from __future__ import annotations

import re
from typing import Any

from services.coercion.values import BadValue, code, text

_NUMBERS = {
    **{sign: level for level, sign in enumerate("一二三四五", start=1)},
    **{str(level): level for level in range(1, 6)},
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
    "V": 5,
}
_GRADES = {"初级工": 5, "初级": 5, "中级工": 4, "中级": 4, "高级工": 3, "高级": 3, "高级技师": 1, "技师": 2}
_PREFIX = r"(?:国家)?(?:职业资格|职业技能|技能)?(?:等级)?"
_NUMBER = r"(?:第?(?P<number>[一二三四五1-5]|IV|I{1,3}|V)(?:级工|级)?)"
_GRADE = rf"(?P<grade>{'|'.join(sorted(_GRADES, key=len, reverse=True))})"
_NUMBER_LAST = _NUMBER.replace("number", "last")
_WRITTEN = re.compile(rf"{_PREFIX}(?:{_NUMBER}[/、,-]?)?{_GRADE}?(?:[/、,-]?{_NUMBER_LAST})?")
_BRACKETS = str.maketrans("", "", "()（）[]【】〔〕")


def level(value: Any) -> int:
    """1 (一级/高级技师) to 5 (五级/初级工). Raises BadValue, also for one that names two."""
    written = code(value).upper().translate(_BRACKETS)
    found = _WRITTEN.fullmatch(written)
    named = {*_named(found)} if found else set()
    if len(named) == 1:
        return named.pop()
    if len(named) > 1:
        raise BadValue(f"等级“{text(value)}”自相矛盾；请写作 四级/中级工 这样的一个等级")
    raise BadValue(f"等级“{text(value)}”应写作 1 至 5，或 四级/中级工")


def _named(found: re.Match[str]) -> list[int]:
    numbers = [_NUMBERS[found[part]] for part in ("number", "last") if found[part]]
    return numbers + ([_GRADES[found["grade"]]] if found["grade"] else [])
