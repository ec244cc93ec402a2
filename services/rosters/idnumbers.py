"""The check of `states.reference.documents` for whole rosters: the same verdict, an order of magnitude cheaper.

A citizen's number is summed three digits at a time from tables; every other number, and one that fails, is asked of
the rules themselves, which know why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from states.case.likeness import candidate_traits
from states.reference.documents import birth_of, check_document, guess_type
from states.reference.identity import LENGTH, PROVINCES, BadIdNumber
from states.words import IdType

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_CITIZENS = PROVINCES - {"81", "82", "83"}
_LOST = "000"  # what Excel makes of the last three digits of eighteen


def _table(at: int) -> dict[str, int]:
    weights = _WEIGHTS[at : at + 3]
    digits = len(weights)
    return {
        f"{n:0{digits}d}": sum(int(d) * w for d, w in zip(f"{n:0{digits}d}", weights, strict=True))
        for n in range(10**digits)
    }


_T0, _T1, _T2, _T3, _T4, _T5 = (_table(at) for at in range(0, 17, 3))


class Birth(NamedTuple):
    """A date of birth, and what the rules see of whoever has it."""

    on: date
    traits: int | None


Births = dict[str, Birth]


def citizen(number: str, today: date, births: Births) -> Birth | None:
    """The birth of the citizen whose `number` (no blanks, X in upper case) this is; None if it is none by `today`.

    `births` remembers the dates of birth seen so far, by their eight digits.
    """
    try:
        total = _T0[number[0:3]] + _T1[number[3:6]] + _T2[number[6:9]]
        total += _T3[number[9:12]] + _T4[number[12:15]] + _T5[number[15:17]]
        if number[17:] != _CHECK[total % 11] or number[:2] not in _CITIZENS:
            return None
        birth = births.get(number[6:14]) or _born(number[6:14], today, births)
        return birth if birth.on <= today else None
    except (KeyError, ValueError):
        return None  # not all digits, or no such day


def number_problem(number: str, said: IdType | None, today: date) -> tuple[IdType, str]:
    """The document that `number` is of (`said`, else as its shape says), and why it is none, in Chinese."""
    id_type = said or guess_type(number) or IdType.RESIDENT_ID
    try:
        check_document(number, id_type, today)
    except BadIdNumber as bad:
        unsure = said is None and len(number) not in (15, LENGTH)
        return id_type, bad.why + ("；如不是居民身份证，请在“证件类型”列写明" if unsure else "")
    return id_type, ""


def traits(number: str, id_type: IdType, told: date | None, today: date) -> int | None:
    """What the rules see of the person with this checked number, or with the birth that was `told`."""
    return candidate_traits(birth_of(number, id_type, told), today)


def lost_digits(numbers: Sequence[str | None], today: date, births: Births) -> frozenset[str]:
    """The numbers of a column whose last three digits a spreadsheet has made 000; nobody can tell what they were.

    One in eleven of those still has its check character right, so that none of them is taken. Where most that end so
    are right, they were so from the beginning.
    """
    found = [n for n in numbers if n is not None and n.endswith(_LOST) and len(n) == LENGTH]
    wrong = sum(citizen(number, today, births) is None for number in found)
    return frozenset(found) if len(found) > 1 and 2 * wrong >= len(found) else frozenset()


def _born(written: str, today: date, births: Births) -> Birth:
    """Who was born on that day. Raises ValueError for a day that is none."""
    on = date(int(written[:4]), int(written[4:6]), int(written[6:]))
    birth = births[written] = Birth(on, candidate_traits(on, today))
    return birth
