"""A centre by its code, by the code of a district in its area, or by its name, whole or short."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from services.coercion.values import BadValue, code

_ENDINGS = ("职业技能鉴定中心", "职业技能鉴定指导中心", "鉴定中心", "土家族苗族自治州", "自治州", "市", "省", "州")


class Named(Protocol):
    """What is asked of a centre here."""

    @property
    def code(self) -> str:
        """Six digits."""
        ...

    @property
    def name(self) -> str:
        """The whole name."""
        ...

    @property
    def short(self) -> str:
        """What stands in its 文号."""
        ...


def centre(written: str, known: Iterable[Named]) -> str:
    """The code of the one centre that `written` names. Raises BadValue where it names none, or several."""
    wanted = code(written)
    every = list(known)
    found = _by_code(wanted, every) if wanted.isdigit() else _by_name(wanted, every)
    if len(found) == 1:
        return found[0].code
    if found:
        shown = "、".join(f"{one.code} {one.name}" for one in found)
        raise BadValue(f"“{written}”可能是{shown}；请写明6位代码")
    raise BadValue("登记册中没有这个鉴定中心；请写6位区划代码（如 430100）或中心名称")


def _by_code(wanted: str, every: list[Named]) -> list[Named]:
    """The centre itself, else the one of the prefecture that a district's code lies in."""
    same = [one for one in every if one.code == wanted]
    if same or len(wanted) != 6:
        return same
    return [one for one in every if one.code[:4] == wanted[:4] and one.code.endswith("00") and wanted[2:4] != "00"]


def _by_name(wanted: str, every: list[Named]) -> list[Named]:
    same = [one for one in every if wanted in (one.name, one.short)]
    if same:
        return same
    place = _place(wanted)
    return [one for one in every if place and place == _place(one.name)]


def _place(name: str) -> str:
    for ending in _ENDINGS:
        if len(name) > len(ending):
            name = name.removesuffix(ending)
    return name
