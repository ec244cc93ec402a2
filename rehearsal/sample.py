"""A made-up roster for the demonstration: the season of 2020 as a few centres of Hunan would have met it.

Nobody in it exists; every number is well-formed. The same `n` and `seed` give the same roster, whatever the day.
The season runs from 1 September 2020: batch 1 leaves on 30 September, batch 2 on 31 December.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, cycle
from random import Random
from typing import NamedTuple

import msgspec

from states.reference.catalog import ACCESS, Occupation, annex_2020
from states.reference.centres import Centre, centres
from states.reference.identity import make_id_number
from states.reference.numbers import CertificateNumber
from states.words import Cohort

SEASON_BEGINS = date(2020, 9, 1)


class Story(StrEnum):
    """What the season holds for one candidate."""

    CONTINUE = "continue"
    REFUND = "refund"
    CONVERT = "convert"
    SILENT = "silent"
    WITHDRAW = "withdraw"
    PASSED_BEFORE_EXIT = "passed_before_exit"
    FAILED = "failed"
    ABSENT = "absent"
    PROTECTED = "protected"
    ACCESS = "access"
    LOST_BEFORE_EXIT = "lost_before_exit"
    LOST_AFTER_EXIT = "lost_after_exit"
    ZERO_FEE = "zero_fee"
    ANNOUNCED_ONLY = "announced_only"
    REFUND_BANK_REFUSED = "refund_bank_refused"
    DECLINED_THEN_APPROVED = "declined_then_approved"
    LATE_ANSWER = "late_answer"
    MARKS_LATER = "marks_later"
    RESIT = "resit"
    EXCHANGED = "exchanged"
    REVOKED = "revoked"
    POSTPONED = "postponed"
    BEREAVED = "bereaved"


class SampleCase(msgspec.Struct, frozen=True):
    """One row of the roster. `level` 5 to 1; `centre`: division code; `fee_fen`: integer fen.

    `certificate_no` and `issued_on` are given for the lost certificates only, which have no `exam` and no fee.
    """

    name: str
    id_number: str
    address: str
    occupation: str
    level: int
    centre: str
    cohort: Cohort
    exam: str
    fee_fen: int
    story: Story
    certificate_no: str = ""
    issued_on: date | None = None


class _Place(NamedTuple):
    division: str
    name: str


# How often each story occurs once every one of them has occurred: most candidates sit the exam.
WEIGHTS: dict[Story, int] = {
    Story.CONTINUE: 30,
    Story.REFUND: 14,
    Story.CONVERT: 8,
    Story.SILENT: 4,
    Story.WITHDRAW: 3,
    Story.PASSED_BEFORE_EXIT: 15,
    Story.FAILED: 4,
    Story.ABSENT: 2,
    Story.PROTECTED: 8,
    Story.ACCESS: 6,
    Story.LOST_BEFORE_EXIT: 2,
    Story.LOST_AFTER_EXIT: 2,
    Story.ZERO_FEE: 2,
    Story.ANNOUNCED_ONLY: 3,
    Story.REFUND_BANK_REFUSED: 1,
    Story.DECLINED_THEN_APPROVED: 1,
    Story.LATE_ANSWER: 2,
    Story.MARKS_LATER: 3,
    Story.RESIT: 2,
    Story.EXCHANGED: 1,
    Story.REVOKED: 1,
    Story.POSTPONED: 2,
    Story.BEREAVED: 1,
}
LOST = frozenset({Story.LOST_BEFORE_EXIT, Story.LOST_AFTER_EXIT})
FREE = LOST | {Story.ZERO_FEE}

FEES_FEN = {5: 18_000, 4: 22_000, 3: 28_000, 2: 42_000, 1: 56_000}
LEVEL_WEIGHTS = {5: 30, 4: 30, 3: 25, 2: 10, 1: 5}
YOUNGEST = {5: 18, 4: 22, 3: 27, 2: 31, 1: 35}  # age in years on the day of the exam, or of issue
STUDENT_AGES = {Cohort.PLAN_STUDENT: (17, 19), Cohort.NEW_APPRENTICE: (19, 26)}

# Surnames and given names are common ones; the rare characters of given names take turns, for the fonts' sake.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔"
    "谭陆范汪廖石金贾韦夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英文辉玲鹏华飞红波斌莉宇浩凯健俊帆婷雪琳晨欣怡佳雨思远志国建海林梅兰峰"
    "松柏"
)
RARE = "喆珺昇旻镕祎𬱖"
RARE_EVERY = 8  # so that sixty cases hold every rare character

PLACES: dict[str, tuple[_Place, ...]] = {
    "430000": (_Place("430102", "长沙市芙蓉区"), _Place("430105", "长沙市开福区")),
    "430100": (
        _Place("430103", "长沙市天心区"),
        _Place("430104", "长沙市岳麓区"),
        _Place("430111", "长沙市雨花区"),
        _Place("430121", "长沙市长沙县"),
    ),
    "430200": (_Place("430202", "株洲市荷塘区"), _Place("430204", "株洲市石峰区")),
    "430300": (_Place("430302", "湘潭市雨湖区"), _Place("430304", "湘潭市岳塘区")),
    "430400": (_Place("430405", "衡阳市珠晖区"), _Place("430406", "衡阳市雁峰区")),
    "430500": (_Place("430502", "邵阳市双清区"), _Place("430503", "邵阳市大祥区")),
    "430600": (_Place("430602", "岳阳市岳阳楼区"), _Place("430603", "岳阳市云溪区")),
    "430700": (_Place("430702", "常德市武陵区"), _Place("430703", "常德市鼎城区")),
    "430800": (_Place("430802", "张家界市永定区"), _Place("430811", "张家界市武陵源区")),
    "430900": (_Place("430902", "益阳市资阳区"), _Place("430903", "益阳市赫山区")),
    "431000": (_Place("431002", "郴州市北湖区"), _Place("431003", "郴州市苏仙区")),
    "431100": (_Place("431102", "永州市零陵区"), _Place("431103", "永州市冷水滩区")),
    "431200": (_Place("431202", "怀化市鹤城区"),),
    "431300": (_Place("431302", "娄底市娄星区"),),
    "433100": (_Place("433101", "湘西土家族苗族自治州吉首市"),),
}
STREETS = ("示例路", "样本街", "演示大道", "范例巷", "试点路")


def sample_candidates(n: int, seed: int) -> list[SampleCase]:
    """`n` made-up cases, the same for the same `n` and `seed`, no two of one person.

    From 60 on there is every story, rare character and cohort, both sides of all six split qualifications (80号·附件).
    Raises ValueError for a negative `n`.
    """
    if n < 0:
        raise ValueError(f"样本数不能为负：{n}")
    return _Roster(Random(seed)).cases(n)  # noqa: S311 - a sample has to be repeatable, not secret


class _Roster:
    """Draws case after case, minding what may not occur twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._leaving = self._occupations(leaving=True)
        self._access = self._occupations(leaving=False)
        self._cohorts = cycle((Cohort.PLAN_STUDENT, Cohort.NEW_APPRENTICE))
        self._rare = cycle(RARE)
        self._ids: set[str] = set()
        self._certificates: set[str] = set()

    def cases(self, n: int) -> list[SampleCase]:
        """The next `n` cases, in an order that no story shapes."""
        rest = self._rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=n)
        stories = [*WEIGHTS, Story.PROTECTED, *rest][:n]  # protected twice: once for each cohort
        self._rng.shuffle(stories)
        return [self._case(story, rare=place % RARE_EVERY == 0) for place, story in enumerate(stories)]

    def _case(self, story: Story, *, rare: bool) -> SampleCase:
        cohort = next(self._cohorts) if story is Story.PROTECTED else Cohort.NONE
        centre = self._rng.choice(list(centres().values()))
        occupation = next(self._access if story is Story.ACCESS else self._leaving)
        level = self._level(cohort)
        issued_on = self._issued_on() if story in LOST else None
        home = self._rng.choice(PLACES[centre.code])
        return SampleCase(
            name=self._name(rare=rare),
            id_number=self._id_number(home, self._birth(level, cohort, issued_on or SEASON_BEGINS)),
            address=f"湖南省{home.name}{self._rng.choice(STREETS)}{self._rng.randint(1, 399)}号",
            occupation=occupation.occupation,
            level=level,
            centre=centre.code,
            cohort=cohort,
            exam="" if issued_on else f"{centre.code}-2020-{self._rng.randint(1, 3):02d}",
            fee_fen=0 if story in FREE else FEES_FEN[level],
            story=story,
            certificate_no=self._certificate_no(centre, level, issued_on) if issued_on else "",
            issued_on=issued_on,
        )

    def _occupations(self, *, leaving: bool) -> Iterator[Occupation]:
        """Both sides of every split qualification first, then any: endlessly."""
        known = [row for row in annex_2020().occupations if (row.batch != ACCESS) == leaving]
        batches: dict[int, set[str]] = {}
        for row in known:
            batches.setdefault(row.item, set()).add(row.batch)
        sides = {(row.item, row.batch): row for row in known if len(batches[row.item]) > 1}
        return chain(sides.values(), (self._rng.choice(known) for _ in cycle((None,))))

    def _level(self, cohort: Cohort) -> int:
        if cohort is not Cohort.NONE:
            return self._rng.choice((5, 4))
        return self._rng.choices(list(LEVEL_WEIGHTS), list(LEVEL_WEIGHTS.values()))[0]

    def _issued_on(self) -> date:
        day = date(2015, 1, 5) + timedelta(days=self._rng.randint(0, 1800))
        return day - timedelta(days=max(0, day.weekday() - 4))

    def _birth(self, level: int, cohort: Cohort, day: date) -> date:
        youngest, oldest = STUDENT_AGES.get(cohort, (YOUNGEST[level], 55))
        return day - timedelta(days=self._rng.randint(youngest * 366, oldest * 365))

    def _name(self, *, rare: bool) -> str:
        given = next(self._rare) if rare else self._rng.choice(GIVEN)
        if self._rng.random() < 0.6:
            given = self._rng.choice(GIVEN) + given
        return self._rng.choice(SURNAMES) + given

    def _id_number(self, home: _Place, birth: date) -> str:
        while (made := make_id_number(home.division, birth, self._rng.randint(1, 499))) in self._ids:
            pass
        self._ids.add(made)
        return made

    def _certificate_no(self, centre: Centre, level: int, issued_on: date) -> str:
        while (made := self._numbered(centre, level, issued_on)) in self._certificates:
            pass
        self._certificates.add(made)
        return made

    def _numbered(self, centre: Centre, level: int, issued_on: date) -> str:
        number = CertificateNumber(
            year=issued_on.year % 100,
            area=centre.area,
            city=centre.city,
            body_type=centre.body_type,
            body_serial=centre.body_serial,
            level=level,
            sequence=self._rng.randint(1, 99_999),
        )
        return str(number)
