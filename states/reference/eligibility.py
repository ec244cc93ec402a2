"""申报条件: the conditions of the national standards that a registration is judged by (44号·二, 25号·二).

Plain values in, words out: who is judged, and by which route, is the case's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

WORKING_AGE = 16
SCHOOL_AGE = 15  # who enters a technical school after nine years of schooling
PLAN_LEVELS = frozenset({5, 4, 3})  # 技工院校 and 企业新型学徒制 train 初级工, 中级工 and 高级工

APPRENTICESHIP, TECHNICAL, SENIOR, COLLEGE, RESERVE = (
    "apprenticeship", "technical_school", "senior_technical_school", "college", "reserve_technician",
)  # fmt: skip
DIPLOMAS: Mapping[str, str] = {
    APPRENTICESHIP: "学徒期满",
    TECHNICAL: "技工学校或以中级技能为培养目标的中等职业学校毕业证书",
    SENIOR: "高级技工学校、技师学院或以高级技能为培养目标的高等职业学校毕业证书",
    COLLEGE: "大专及以上毕业证书",
    RESERVE: "预备技师证书",
}


class Declared(NamedTuple):
    """What a candidate says of themselves; None and empty: not said. Years are whole."""

    work_years: int | None = None
    held_level: int | None = None
    held_years: int | None = None
    diploma: str = ""

    @property
    def anything(self) -> bool:
        """Whether anything was said at all."""
        return self != Declared()


class Condition(NamedTuple):
    """One way to be eligible: each part that is not None must be met. `held_years` count since `held_level`."""

    wording: str
    work_years: int | None = None
    held_level: int | None = None
    held_years: int | None = None
    diplomas: tuple[str, ...] = ()

    def met_by(self, said: Declared) -> bool:
        """Whether what was said meets every part."""
        return (
            (self.work_years is None or (said.work_years or 0) >= self.work_years)
            and (self.held_level is None or (said.held_level is not None and said.held_level <= self.held_level))
            and (self.held_years is None or (said.held_years or 0) >= self.held_years)
            and (not self.diplomas or said.diploma in self.diplomas)
        )


# 国家职业技能标准编制技术规程（2018年版）, by level; an occupation's own standard may deviate.
CONDITIONS: Mapping[int, tuple[Condition, ...]] = {
    5: (
        Condition("累计从事本职业或相关职业工作1年以上", work_years=1),
        Condition("本职业或相关职业学徒期满", diplomas=(APPRENTICESHIP,)),
    ),
    4: (
        Condition("取得五级证书后累计工作4年以上", held_level=5, held_years=4),
        Condition("累计从事本职业或相关职业工作6年以上", work_years=6),
        Condition("取得技工学校或中等职业学校本专业毕业证书", diplomas=(TECHNICAL, SENIOR)),
    ),
    3: (
        Condition("取得四级证书后累计工作5年以上", held_level=4, held_years=5),
        Condition("持四级证书并有高级技工学校、技师学院或高等职业学校毕业证书", held_level=4, diplomas=(SENIOR,)),
        Condition("大专以上毕业，取得四级证书后累计工作2年以上", held_level=4, held_years=2, diplomas=(COLLEGE,)),
    ),
    2: (
        Condition("取得三级证书后累计工作4年以上", held_level=3, held_years=4),
        Condition("高级技校或技师学院毕业，持三级证书后工作3年以上", held_level=3, held_years=3, diplomas=(SENIOR,)),
        Condition("取得预备技师证书后累计工作2年以上", held_years=2, diplomas=(RESERVE,)),
    ),
    1: (Condition("取得二级证书后累计工作4年以上", held_level=2, held_years=4),),
}  # fmt: skip


def age_on(birth: date, day: date) -> int:
    """Whole years of age on `day`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def too_young(birth: date | None, day: date, *, student: bool) -> str:
    """Why somebody born on `birth` may not register on `day`, in Chinese; empty when they may or nothing is known."""
    least = SCHOOL_AGE if student else WORKING_AGE
    return f"报名之日未满{least}周岁" if birth is not None and age_on(birth, day) < least else ""


def met(level: int, said: Declared) -> str:
    """The condition of `level` that is met by what was said, in words; empty when none is."""
    return next((way.wording for way in CONDITIONS[level] if way.met_by(said)), "")


def missing(level: int, said: Declared) -> str:
    """What has to be asked before anybody can be judged by what was said, in Chinese; empty when nothing has.

    Half a statement is neither a ground to refuse nor one to accept.
    """
    if said.held_years is not None and said.held_level is None and said.diploma != RESERVE:
        return "写明了取证后工作年限（held_years），请同时写明所持证书等级（held_level）"
    if said.held_level is not None and said.held_years is None and said.work_years is None and not met(level, said):
        return "写明了所持证书等级（held_level），请同时写明取得该证书后的工作年限（held_years）"
    return ""


def unmet(level: int, said: Declared) -> list[str]:
    """Every condition of `level` that is not met by what was said; empty when one is: any one suffices."""
    return [] if met(level, said) else [way.wording for way in CONDITIONS[level]]
