"""The two kinds of certificate number, taken apart and put together.

Vocational (职业资格证书): 16 digits: year 2, province or industry 2, city 2, body type 1, body serial 3, level 1,
sequence 5. Skill level (职业技能等级证书, 人社鉴发〔2019〕2号): Y (employer) or S (social organisation), then
21 digits: ministry 4, province 2, site 6, year 2, level 1, sequence 6. `level` is 5 (五级/初级工) to 1
(一级/高级技师) in both. A skill-level number is its organisation's to draw, never ours (80号·一).
"""

from __future__ import annotations

import re
from typing import NamedTuple, Self

import msgspec
from msgspec.structs import astuple

from states.words import Instrument


class _Shape(NamedTuple):
    """How a kind of number is spelt, and how that is said."""

    pattern: re.Pattern[str]
    wording: str


_VOCATIONAL = _Shape(
    re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})([0-4])([0-9]{3})([1-5])([0-9]{5})"),
    "职业资格证书编号应为16位数字，第7位为机构类别0至4，第11位为等级1至5",
)
_SKILL_LEVEL = _Shape(
    re.compile(r"([YS])([0-9]{12})([0-9]{2})([1-5])([0-9]{6})"),
    "职业技能等级证书编号应为大写字母Y或S加21位数字，第16位为等级1至5",
)


OLD_SHANGHAI = "000"  # what old numbers of Shanghai, thirteen digits, are filled up with
_OLD_SHANGHAI = re.compile(r"[0-9]{13}")
_SPECIAL_GRADE = re.compile(r"[YS](?=[0-9]*[A-Z][0-9]*$)[0-9A-Z]{21}")  # 特级技师: a second letter, place not published


class BadCertificateNumber(ValueError):
    """Not such a number: `text` as it was given; the message says in Chinese what is wrong."""

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        self.why = why
        super().__init__(why)


class CertificateNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A vocational certificate's number. `year`: its last two digits; `area`: province or industry, two digits.

    Raises BadCertificateNumber when the parts make none.
    """

    year: int
    area: str
    city: str
    body_type: str
    body_serial: str
    level: int
    sequence: int

    def __post_init__(self) -> None:
        """No number exists that could not be printed and read again."""
        _check(self, _VOCATIONAL)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The number in `text`, outer spaces dropped. Raises BadCertificateNumber."""
        year, area, city, body_type, body_serial, level, sequence = _parts(text, _VOCATIONAL)
        return cls(
            year=int(year),
            area=area,
            city=city,
            body_type=body_type,
            body_serial=body_serial,
            level=int(level),
            sequence=int(sequence),
        )

    def __str__(self) -> str:
        """The 16 digits."""
        body = f"{self.area}{self.city}{self.body_type}{self.body_serial}"
        return f"{self.year:02d}{body}{self.level}{self.sequence:05d}"


class SkillLevelNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A skill-level certificate's number. `kind`: Y or S; `body`: ministry 4, province 2, site 6;
    `year`: its last two digits.

    Raises BadCertificateNumber when the parts make none.
    """

    kind: str
    body: str
    year: int
    level: int
    sequence: int

    def __post_init__(self) -> None:
        """No number exists that could not be printed and read again."""
        _check(self, _SKILL_LEVEL)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The number in `text`, outer spaces dropped. Raises BadCertificateNumber."""
        kind, body, year, level, sequence = _parts(text, _SKILL_LEVEL)
        return cls(kind=kind, body=body, year=int(year), level=int(level), sequence=int(sequence))

    def __str__(self) -> str:
        """The letter and its 21 digits."""
        return f"{self.kind}{self.body}{self.year:02d}{self.level}{self.sequence:06d}"


def _parts(text: str, shape: _Shape) -> tuple[str, ...]:
    number = text.strip()
    found = shape.pattern.fullmatch(number)
    if found is None:
        raise BadCertificateNumber(number, shape.wording)
    return found.groups()


def _check(number: CertificateNumber | SkillLevelNumber, shape: _Shape) -> None:
    """The parts, printed and read again, must be the same parts: none too long, none spilling into the next."""
    given = tuple(int(part) if str(part).isdecimal() else part for part in astuple(number))
    read = tuple(int(part) if part.isdecimal() else part for part in _parts(str(number), shape))
    if given != read:
        raise BadCertificateNumber(str(number), shape.wording)


def archive_number(text: str, instrument: Instrument) -> str:
    """`text` as it is kept if it has one of the old or rare forms of archives, which tell no level; else empty."""
    number = text.strip()
    if instrument is Instrument.VOCATIONAL:
        return OLD_SHANGHAI + number if _OLD_SHANGHAI.fullmatch(number) else ""
    return number if _SPECIAL_GRADE.fullmatch(number) else ""
