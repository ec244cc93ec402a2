"""How long a text may be that a letter prints: at that length the layout still holds it, whole and readable.

Refused where it is entered, by name (TextTooLong), and once more before a letter is set (letters/fields.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

# field → (its name for the operator, most characters)
LONGEST: Mapping[str, tuple[str, int]] = {
    "name": ("姓名", 50),
    "id_name": ("证件类型", 14),
    "id_number": ("证件号码", 30),
    "address": ("地址", 100),
    "centre_name": ("鉴定中心名称", 26),
    "centre_address": ("鉴定中心地址", 60),
    "centre_phone": ("联系电话", 20),
    "centre_hotline": ("监督电话", 20),
    "number": ("文号或编号", 30),
    "case": ("案件编号", 30),
    "occupation": ("职业", 40),
    "exam": ("公告编号", 40),
    "session": ("考试场次", 40),
    "site": ("考试地点", 80),
    "paper": ("试卷编号", 40),
    "parts": ("分项成绩", 60),
    "checked": ("核对依据", 120),
    "plan": ("培养计划", 80),
    "organisation": ("机构名称", 50),
    "evidence": ("凭据", 120),
    "consent": ("同意凭据", 120),
    "reason": ("原因", 300),
    "payee": ("收款人", 50),
    "account": ("收款账户", 50),
    "certificate_no": ("证书编号", 30),
    "skill_level_no": ("证书编号", 30),
    "asked": ("申请事项", 30),
}
# What a name within something else is the name of.
_WITHIN: Mapping[tuple[str, str], str] = {("Plan", "name"): "plan", ("Payee", "name"): "payee"}


class TooLong(NamedTuple):
    """The first text that no letter can hold."""

    shown: str
    length: int
    limit: int


def too_long(given: msgspec.Struct) -> TooLong | None:
    """The first text in `given`, or in what it holds, that is longer than any letter can print."""
    for name, text in _texts(given):
        shown, limit = LONGEST.get(name, ("", 0))
        if limit and len(text) > limit:
            return TooLong(shown, len(text), limit)
    return None


def _texts(given: msgspec.Struct) -> Iterator[tuple[str, str]]:
    kind = type(given).__name__
    for field in given.__struct_fields__:
        value = getattr(given, field)
        if isinstance(value, str):
            yield _WITHIN.get((kind, field), field), value
        elif isinstance(value, msgspec.Struct):
            yield from _texts(value)
