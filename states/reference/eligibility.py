"""申报条件: the conditions of the national standards that a registration is judged by (44号·二, 25号·二)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from states.case.commands import Register
from states.case.facts import CaseFacts
from states.reference.documents import birth_of

WORKING_AGE = 16


class Condition(NamedTuple):
    """One way to be eligible: `work_years` in the occupation, or `held_years` since `held_level` was obtained."""

    work_years: int | None
    held_level: int | None
    held_years: int | None
    wording: str


# The general conditions of 国家职业技能标准编制技术规程（2018年版）, by level.
CONDITIONS: dict[int, tuple[Condition, ...]] = {
    5: (Condition(1, None, None, "累计从事本职业或相关职业工作1年以上"),),
    4: (
        Condition(None, 5, 4, "取得五级证书后累计工作4年以上"),
        Condition(6, None, None, "累计从事本职业或相关职业工作6年以上"),
    ),
    3: (Condition(None, 4, 5, "取得四级证书后累计工作5年以上"),),
    2: (Condition(None, 3, 4, "取得三级证书后累计工作4年以上"),),
    1: (Condition(None, 2, 4, "取得二级证书后累计工作4年以上"),),
}


def age_on(birth: date, day: date) -> int:
    """Whole years of age on `day`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def shortfall(facts: CaseFacts, command: Register, today: date) -> str:
    """Why the candidate may not register, in Chinese; empty when they may.

    A plan student or apprentice sits the exam their training plan leads to (80号·三), so only others are judged.
    """
    if facts.protected or facts.candidate is None:
        return ""
    who = facts.candidate
    birth = birth_of(who.id_number, who.id_type, who.birth)
    if birth is not None and age_on(birth, today) < WORKING_AGE:
        return f"报名之日未满{WORKING_AGE}周岁"
    declared = command.work_years is not None or command.held_level is not None
    ways = CONDITIONS[facts.level]
    if not declared or any(_meets(command, way) for way in ways):
        return ""
    return "申报本等级应当" + "，或".join(way.wording for way in ways)


def _meets(command: Register, way: Condition) -> bool:
    if way.work_years is not None:
        return (command.work_years or 0) >= way.work_years
    return (
        command.held_level is not None
        and way.held_level is not None
        and command.held_level <= way.held_level
        and (command.held_years or 0) >= (way.held_years or 0)
    )
