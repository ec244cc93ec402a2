"""One cell at a time: what people write, as Excel gives it, to what a command carries. BadCell says what to write."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from services.command_input import COHORT_SPELLINGS
from states.case.handlers import MOST_FEN
from states.reference.email import is_email
from states.words import Cohort, ExamResult, Instrument

T = TypeVar("T")
_EXACT = 10**15  # Excel keeps fifteen digits; of a longer number typed as one the last are lost
_LEVELS = {
    spelling: level
    for level, names in {
        5: ("5", "五级", "初级工", "初级", "五级/初级工", "五级初级工"),
        4: ("4", "四级", "中级工", "中级", "四级/中级工", "四级中级工"),
        3: ("3", "三级", "高级工", "高级", "三级/高级工", "三级高级工"),
        2: ("2", "二级", "技师", "二级/技师", "二级技师"),
        1: ("1", "一级", "高级技师", "一级/高级技师", "一级高级技师"),
    }.items()
    for spelling in (*names, *(f"{name}({'一二三四五'[level - 1]}级)" for name in names[2:3]))
}
_COHORTS = {**{k: Cohort(v) for k, v in COHORT_SPELLINGS.items()}, **{c.value: c for c in Cohort}, "无": Cohort.NONE}
_RESULTS = {
    "合格": ExamResult.PASSED,
    "通过": ExamResult.PASSED,
    "不合格": ExamResult.FAILED,
    "未通过": ExamResult.FAILED,
    "缺考": ExamResult.ABSENT,
    **{result.value: result for result in ExamResult},
}
_INSTRUMENTS = {
    "": Instrument.VOCATIONAL,
    "职业资格证书": Instrument.VOCATIONAL,
    "职业技能等级证书": Instrument.SKILL_LEVEL,
    **{instrument.value: instrument for instrument in Instrument},
}


class BadCell(ValueError):
    """What is wrong with a cell and what to write instead, in Chinese."""


def text(value: Any) -> str:
    """What is written, without outer blanks; a whole number without its decimal point."""
    if type(value) is str:
        return value.strip()
    if isinstance(value, bool):
        raise BadCell(f"应为文字，收到“{'是' if value else '否'}”")
    if isinstance(value, float | int):
        if abs(value) >= _EXACT:
            raise BadCell("被 Excel 当作数字保存，末几位已丢失；请把该列设为文本格式后重新录入")
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()


def code(value: Any) -> str:
    """A number or a code: full-width folded, inner blanks dropped."""
    found = text(value)
    if not found.isascii():
        found = unicodedata.normalize("NFKC", found)
    return found.replace(" ", "") if " " in found else found


def id_number(value: Any) -> str:
    """An ID number as it is compared: no blanks, X in upper case."""
    return code(value).upper()


def email(value: Any) -> str:
    """An address that a mail server can be given."""
    found = unicodedata.normalize("NFKC", text(value))
    if not is_email(found):
        raise BadCell(f"电子邮箱“{text(value)}”应写作 name@example.org")
    return found


def level(value: Any) -> int:
    """1 (一级/高级技师) to 5 (五级/初级工)."""
    found = _LEVELS.get(code(value))
    if found is None:
        raise BadCell(f"等级“{text(value)}”应写作 1 至 5，或 四级/中级工")
    return found


def cohort(value: Any) -> Cohort:
    """Whom the exit never interrupts, or 社会考生."""
    return _of(_COHORTS, value, "考生类别", "社会考生、培养计划学生或新型学徒")


def result(value: Any) -> ExamResult:
    """How the exam ended."""
    return _of(_RESULTS, value, "成绩", "合格、不合格或缺考")


def instrument(value: Any) -> Instrument:
    """Which certificate; empty is the vocational one."""
    return _of(_INSTRUMENTS, value, "证书种类", "职业资格证书或职业技能等级证书")


def _of(known: dict[str, T], value: Any, what: str, expected: str) -> T:
    found = known.get(code(value))
    if found is None:
        raise BadCell(f"{what}“{text(value)}”应写作{expected}")
    return found


def fen(value: Any) -> int:
    """Yuan as people write them (280, 280.5, ￥1,280.00, 280元) to integer fen."""
    written = code(value).removeprefix("¥").removeprefix("￥").removesuffix("元").replace(",", "")
    try:
        amount = Decimal(written) * 100
    except InvalidOperation:
        raise BadCell(f"报名费“{text(value)}”应写作元，如 280 或 280.50") from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise BadCell(f"报名费“{text(value)}”最多两位小数")
    if not 0 <= amount <= MOST_FEN:
        raise BadCell(f"报名费“{text(value)}”应在 0 至 {MOST_FEN // 100} 元之间")
    return int(amount)


def whole(value: Any) -> int:
    """A whole number, not negative."""
    written = code(value)
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise BadCell(f"“{text(value)}”应为不小于0的整数")
    return int(written)


def day(value: Any) -> date:
    """A date as Excel keeps it, or as people write it: 2020-12-31, 2020/12/31, 2020.12.31, 2020年12月31日, 20201231."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    written = code(value)
    for sign in "年月/.":
        written = written.replace(sign, "-")
    written = written.rstrip("日")
    parts = written.split("-")
    if len(parts) == 1 and len(written) == 8:
        parts = [written[:4], written[4:6], written[6:]]
    try:
        year, month, day_of_month = (int(part) for part in parts)
        return date(year, month, day_of_month)
    except ValueError:
        raise BadCell(f"日期“{text(value)}”应写作 2020-12-31") from None
