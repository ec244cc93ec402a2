"""Forms made from the command structs themselves: a field that a command gains is on its form by itself."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from desk.web.field_names import FIELD_NAMES, FieldName, choice_name
from services.coercion.money import fen
from services.coercion.values import BadValue
from states.case.commands import COMMANDS
from states.refusals import InvalidField

NEVER = frozenset({"id", "by", "account", "role", "seen_revision", "seen_hash", "revision", "facts"})
_LAST = ("evidence", "reason")
_LONG = frozenset({"reason", "address"})
_LEVELS = {"5": "五级", "4": "四级", "3": "三级", "2": "二级", "1": "一级"}


class Input(NamedTuple):
    """One field of a form. `name` is dotted for parts of a whole; `choices`: (value, text) of a list to choose from."""

    name: str
    label: str
    hint: str
    example: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    group: str = ""


def inputs_of(command: str) -> tuple[Input, ...]:
    """The fields of `command`, what must be given first, evidence and remark last."""
    found = [one for one in _fields(COMMANDS[command]) if one.name.split(".")[0] not in NEVER]
    return tuple(sorted(found, key=lambda one: (one.name in _LAST, not one.required)))


def _fields(kind: type[msgspec.Struct], prefix: str = "", group: str = "") -> list[Input]:
    hints = get_type_hints(kind)
    found: list[Input] = []
    for field in msgspec.structs.fields(kind):
        if not prefix and field.name in NEVER:
            continue
        inner, optional = _plain(hints[field.name])
        name = f"{prefix}{field.name}"
        required = field.required and not optional and not group
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            found += _fields(inner, f"{name}.", _named(field.name).label)
        else:
            found.append(_input(name, field.name, inner, required, group))
    return found


def _plain(hint: Any) -> tuple[Any, bool]:
    """A type without its None, and whether it had one; of several, the one that takes a text."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    rest = [one for one in get_args(hint) if one is not type(None)]
    return (rest[0] if len(rest) == 1 else str), len(rest) < len(get_args(hint))


def _input(name: str, field: str, kind: Any, required: bool, group: str) -> Input:
    said = _named(field)
    choices = _choices(field, kind, required)
    shape = "choice" if choices else "date" if kind is date else "long" if field in _LONG else "text"
    return Input(name, said.label, said.hint, said.example, shape, required, choices, group)


def _choices(field: str, kind: Any, required: bool) -> tuple[tuple[str, str], ...]:
    none = () if required else (("", "—"),)
    if field in ("level", "held_level"):
        return (*none, *_LEVELS.items())
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return (*none, *((one.value, choice_name(one.value)) for one in kind))
    if get_origin(kind) is Literal:
        return (*none, *((one, choice_name(one)) for one in get_args(kind) if one))
    return ()


def _named(field: str) -> FieldName:
    return FIELD_NAMES.get(field, FieldName(field))


def typed(command: str, form: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, as the command line would be given it: parts gathered, empty fields left out, yuan as fen.

    Raises InvalidField.
    """
    found: dict[str, Any] = {}
    for one in inputs_of(command):
        text = form.get(one.name, "").strip()
        if not text:
            continue
        value: Any = _fen(command, one, text) if one.name.endswith("_fen") else text
        whole, _, part = one.name.partition(".")
        if part:
            found.setdefault(whole, {})[part] = value
        else:
            found[whole] = value
    return found


def _fen(command: str, one: Input, text: str) -> int:
    try:
        return fen(text)
    except BadValue as bad:
        raise InvalidField(command=command, why=f"{one.label}：{bad}") from bad
