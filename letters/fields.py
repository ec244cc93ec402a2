"""How long each field of a letter may be, and which may not be empty: refused by name, never cut, never left blank.

The layout sets a long text smaller or in more lines; these are the lengths up to which a test looks that it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import get_origin

import msgspec

from letters.failures import FieldMissing, FieldTooLong
from letters.kinds import kind_of
from letters.model import LetterData
from states.reference.lengths import LONGEST

_ITEM = 300


# What a letter cannot do without on one occasion only; a field without a default is never empty.
_NEEDED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("conversion_notice", "done"): ("organisation", "skill_level_no"),
    ("registration_receipt", "plan"): ("plan",),
    ("reissue_notice", "skill_level"): ("organisation",),
}
# Names of fields that have no length of their own.
_NAMES = {"clause": "依据", "choice": "选择", "result": "成绩", "sex": "性别"}


def check_fields(data: LetterData) -> None:
    """Raises FieldMissing for a field that must be there, FieldTooLong for the first that no page can hold."""
    for name in (*_never_empty(type(data)), *_NEEDED.get((data.kind, data.occasion), ())):
        if not getattr(data, name):
            shown = LONGEST[name][0] if name in LONGEST else _NAMES.get(name, name)
            raise FieldMissing(kind_of(data.kind).title, shown)
    for name, shown, limit in _limited(type(data)):
        if len(value := getattr(data, name)) > limit:
            raise FieldTooLong(kind_of(data.kind).title, shown, len(value), limit)
    for text in _listed(data):
        if len(text) > _ITEM:
            raise FieldTooLong(kind_of(data.kind).title, "列表", len(text), _ITEM)


@cache
def _limited(kind: type[LetterData]) -> tuple[tuple[str, str, int], ...]:
    return tuple((name, *LONGEST[name]) for name in kind.__struct_fields__ if name in LONGEST)


@cache
def _never_empty(kind: type[LetterData]) -> tuple[str, ...]:
    fields = msgspec.structs.fields(kind)
    return tuple(field.name for field in fields if field.required and field.type in (str, tuple[str, ...]))


def lists_text(data: LetterData) -> str:
    """All that the letter's own lists print, for the check of characters."""
    return "".join(_listed(data))


def _listed(data: LetterData) -> list[str]:
    texts: list[str] = []
    for name in _lists_of(type(data)):
        for item in getattr(data, name):
            texts += [item] if isinstance(item, str) else _strings(item)
    return texts


@cache
def _lists_of(kind: type[LetterData]) -> tuple[str, ...]:
    return tuple(field.name for field in msgspec.structs.fields(kind) if get_origin(field.type) is tuple)


def _strings(item: msgspec.Struct) -> list[str]:
    values = msgspec.structs.asdict(item).values()
    return [value for value in values if isinstance(value, str)]
