"""Which reading each field has, wherever it is written: in a cell, at the prompt, in a scenario or a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.coercion import choices, dates, levels, money, names, phones, values
from states.reference.documents import plain


def id_number(value: Any) -> str:
    """A number of an identity document as it is compared."""
    return plain(values.code(value))


def certificate_number(value: Any) -> str:
    """A certificate's number; its letter a capital, look-alikes left to be told."""
    return values.code(value).upper()


READINGS: Mapping[str, Callable[[Any], Any]] = {
    "name": names.person_name,
    "id_type": choices.id_type,
    "id_number": id_number,
    "birth": dates.day,
    "level": levels.level,
    "held_level": levels.level,
    "cohort": choices.cohort,
    "result": choices.result,
    "theory": choices.mark,
    "practice": choices.mark,
    "diploma": choices.diploma,
    "plan_intake": dates.day,
    "exam_on": dates.day,
    "received": money.fen,
    "instrument": choices.instrument,
    "fee": money.fen,
    "fee_fen": values.whole,
    "work_years": values.whole,
    "held_years": values.whole,
    "issued_on": dates.day,
    "held_on": dates.day,
    "phone": phones.telephone,
    "email": choices.email,
    "centre": values.code,
    "case": values.code,
    "certificate_no": certificate_number,
    "site": values.code,
    "paper": values.code,
}
