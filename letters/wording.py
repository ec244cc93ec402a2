"""How dates, amounts, levels and names are written in official Chinese: the filters of the templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from letters.escaping import Set, markup, unbroken

LEVEL_NAMES: Mapping[int, str] = {
    5: "五级/初级工",
    4: "四级/中级工",
    3: "三级/高级工",
    2: "二级/技师",
    1: "一级/高级技师",
}
CHOICE_NAMES: Mapping[str, str] = {
    "continue_exam": "继续参加鉴定考试",
    "request_refund": "退回费用",
    "request_conversion": "转职业技能等级认定",
}
RESULT_NAMES: Mapping[str, str] = {"passed": "合格", "failed": "不合格", "absent": "缺考"}
INSTRUMENT_NAMES: Mapping[str, str] = {"vocational": "职业资格证书", "skill_level": "职业技能等级证书"}

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def chinese_date(day: date) -> str:
    """2020年12月31日: Arabic numerals, no leading zeros (GB/T 9704-2012, 7.3.5.3)."""
    return f"{day.year}年{day.month}月{day.day}日"


def yuan(fen: int) -> str:
    """人民币280.00元, from integer fen."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"人民币{sign}{fen // 100:,}.{fen % 100:02d}元"


def capitals(fen: int) -> str:
    """The amount in capital numerals, 贰佰捌拾元整, after the rules for vouchers (支付结算办法, 附一).

    Defined for 0 ≤ fen < 10¹⁸; raises ValueError outside.
    """
    if not 0 <= fen < 10**18:
        raise ValueError(f"no capital numerals for {fen} fen")
    whole, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    text = _whole(whole) + "元" if whole else ""
    if not jiao and not cent:
        return (text or "零元") + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif whole:
        text += "零"
    return text + (_DIGITS[cent] + "分" if cent else "整")


def _whole(amount: int) -> str:
    """Capital numerals of a positive whole number; one 零 stands for any run of inner noughts."""
    text, gap = "", False
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = amount // 10 ** (4 * group) % 10**4
        for place in range(3, -1, -1):
            digit = part // 10**place % 10
            if digit:
                text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
            gap = not digit
        if part:
            text += _GROUPS[group]
    return text


def level_name(level: int) -> str:
    """三级/高级工 for 3; raises KeyError for what is no level."""
    return LEVEL_NAMES[level]


_LAW = re.compile(r"[^、和，（）]*〔\d{4}〕\d+号")


def law(clause: str) -> Set:
    """A clause as markup: the 文号 in it is never divided."""
    at, parts = 0, []
    for found in _LAW.finditer(clause):
        parts += [markup(clause[at : found.start()]), unbroken(found[0])]
        at = found.end()
    return Set("".join(parts) + markup(clause[at:]))


def _set(write: Callable[[Any], str]) -> Callable[[Any], Set]:
    return lambda value: unbroken(write(value))


def _amount(fen: int) -> Set:
    """人民币 may stand at the end of a line, its figure with 元 is whole."""
    return Set("人民币" + unbroken(yuan(fen).removeprefix("人民币")))


FILTERS: Mapping[str, Callable[..., str]] = {
    "date": _set(chinese_date),
    "yuan": _amount,
    "capitals": _set(capitals),
    "number": unbroken,
    "law": law,
    "level": level_name,
    "choice": CHOICE_NAMES.__getitem__,
    "result": RESULT_NAMES.__getitem__,
    "instrument": INSTRUMENT_NAMES.__getitem__,
}
