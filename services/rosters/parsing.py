"""A column of cells to what each says. Most cells of a column say what another has said before, or are plain."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from services.coercion.fields import READINGS
from services.coercion.money import FREE
from services.coercion.values import NOTHING, SPECIAL, BadValue, is_plain, text
from services.rosters.limits import MOST_CHARACTERS

_EACH_ITS_OWN = frozenset({"name", "id_number", "address", "phone", "email", "case", "certificate_no"})
# What most cells of a column look like, that no reading would change.
_AS_THEY_ARE = {
    "name": re.compile(r"[\u4e00-\u9fff]{2,4}\d{0,8}").fullmatch,
    "id_number": re.compile(r"[0-9]{17}[0-9X]").fullmatch,
    "phone": re.compile(r"1[3-9][0-9]{9}").fullmatch,
}


def parsed(field: str, column: Sequence[Any]) -> list[Any]:
    """What each cell says: None where it is empty or says so (无, -, /), a BadValue where it makes no sense."""
    read = READINGS.get(field, text)
    kinds = set(map(type, column))
    if field not in _EACH_ITS_OWN and bool not in kinds:  # True is 1 to a dict
        known = {cell: _one(read, cell) for cell in set(column)}
        return [known[cell] for cell in column]
    if kinds == {str} and read is text:
        return _texts(column)
    as_it_is = _AS_THEY_ARE.get(field)
    if kinds == {str} and as_it_is and SPECIAL.isdisjoint(set(column) - {""}):
        return [cell if as_it_is(cell) else _one(read, cell) for cell in column]
    return [_one(read, cell) for cell in column]


def _texts(column: Sequence[str]) -> list[Any]:
    """Texts that need no second look are not looked at one by one."""
    bare = [cell.strip() for cell in column]
    signs: set[str] = set().union(*bare)
    plain = is_plain(signs) and SPECIAL.isdisjoint(set(bare) - {""}) and max(map(len, bare)) <= MOST_CHARACTERS
    return [cell or None for cell in bare] if plain else [_one(text, cell) for cell in bare]


def _one(read: Callable[[Any], Any], cell: Any) -> Any:
    if type(cell) is str and (cell == "" or cell.strip() in NOTHING):
        return None
    try:
        if type(cell) is str and cell in SPECIAL:
            text(cell)
        found = read(cell)
    except BadValue as bad:
        return bad
    if type(found) is str and len(found) > MOST_CHARACTERS:
        return BadValue(f"超过{MOST_CHARACTERS}个字符，请核对")
    return found


def fee_notes(column: Sequence[Any]) -> list[str]:
    """What was made of fees that are no number, for whoever reads the dry run."""
    said = [cell.strip() for cell in column if type(cell) is str]
    free, none = (sum(word in words for word in said) for words in (FREE, NOTHING - {""}))
    notes = [f"报名费写“免费”等的 {free} 行按 0 元办理"] if free else []
    return notes + ([f"报名费写“-”“无”等的 {none} 行按没有填写办理（只公告，不报名）"] if none else [])
