"""Forms made from the structs of the office's acts: a field that an act gains is on its form by itself."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from desk.web.act_words import CHOICES, YES_NO, named, role_choices, scope_choices
from services.acting.doing import Private
from states.office.commands import OFFICE_COMMANDS, OfficeCommand
from states.office.people import Scope, SignInPolicies
from states.policies import Policies
from states.words import Role

PRIVATE: Mapping[str, tuple[str, ...]] = {
    "add_operator": ("password",),
    "reset_operator": ("password",),
    "change_password": ("password", "new_password"),
}
_WORDS: Mapping[str, bool] = {"true": True, "false": False}
_EVERYWHERE = "全部"
_POLICIES: Mapping[str, Any] = {**get_type_hints(SignInPolicies), **get_type_hints(Policies)}


class Part(NamedTuple):
    """One field of a form. `kind`: text, long, date, number, choice, many, parts (of a whole, dotted), secret, file."""

    name: str
    label: str
    hint: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()


class Wrong(Exception):
    """What was typed makes no act: by field, what to mend."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def parts_of(act: str, choices: Mapping[str, tuple[tuple[str, str], ...]], whole: tuple[str, ...]) -> list[Part]:
    """The fields of `act`, the reason last. `choices`: of fields whose values lie in the database; `whole`: the names
    of what its dictionary, if it has one, may hold.
    """
    kind = OFFICE_COMMANDS[act]
    hints = get_type_hints(kind)
    fields = [one for one in msgspec.structs.fields(kind) if one.name != "reason"]
    found = [part for one in fields for part in _parts(act, one, hints[one.name], choices, whole)]
    found += [_part(act, name, "secret", required=True) for name in PRIVATE.get(act, ())]
    return [*found, _part(act, "reason", "long", required=False)]


def _parts(act: str, field: Any, hint: Any, choices: Mapping[str, Any], whole: tuple[str, ...]) -> list[Part]:
    if get_origin(hint) is dict:
        return [_of_whole(act, field.name, name) for name in whole]
    if field.name in choices:
        return [_part(act, field.name, "choice", required=True, choices=choices[field.name])]
    shape, offered = _shape(field.name, hint)
    return [_part(act, field.name, shape, required=field.required and shape != "centres", choices=offered)]


def _of_whole(act: str, whole: str, name: str) -> Part:
    """One part of a dictionary: a list to choose from where the policy of that name takes only some values."""
    offered = _offered(_POLICIES.get(name))
    return _part(act, name, "parts", required=False, choices=offered)._replace(name=f"{whole}.{name}")


def _offered(hint: Any) -> tuple[tuple[str, str], ...]:
    if hint is bool:
        return tuple((word, YES_NO[word]) for word in _WORDS)
    if get_origin(hint) is Literal:
        return tuple((word, CHOICES.get(word, word)) for word in get_args(hint))
    return ()


def _shape(field: str, hint: Any) -> tuple[str, tuple[tuple[str, str], ...]]:
    if field == "centres":
        return "centres", ()
    if field in ("csv", "totals"):
        return "file", ()
    inner = get_args(hint)[0] if get_origin(hint) in (Union, types.UnionType) else hint
    if inner in (tuple[Role, ...], tuple[Scope, ...]):
        return "many", role_choices() if inner == tuple[Role, ...] else scope_choices()
    if inner is bool:
        return "choice", tuple((word, CHOICES[word]) for word in _WORDS)
    if get_origin(inner) is Literal:
        return "choice", _offered(inner)
    return {date: "date", int: "number"}.get(inner, "text"), ()


def _part(act: str, name: str, kind: str, *, required: bool, choices: Any = ()) -> Part:
    found = named(act, name)
    return Part(name, found.label, found.hint, kind, required, tuple(choices))


def act_typed(
    act: str, parts: list[Part], form: Mapping[str, str], lists: Mapping[str, tuple[str, ...]]
) -> OfficeCommand:
    """The act that a form says. Of a whole, only those parts that differ from what the form showed. Raises Wrong."""
    missing = {one.name: f"请填写“{one.label}”" for one in parts if _blank(one, form, lists)}
    if missing:
        raise Wrong(missing)
    given: dict[str, Any] = {"act": act}
    for one in parts:
        if one.kind == "parts":
            whole, _, part = one.name.partition(".")
            given.setdefault(whole, {}).update(_moved(one.name, part, form))
        elif one.kind != "secret":
            given |= _value(one, form, lists)
    try:
        return msgspec.convert(given, OFFICE_COMMANDS[act], strict=False)
    except msgspec.ValidationError as wrong:
        raise Wrong({"": f"所填内容有误：{wrong}"}) from wrong


def _blank(one: Part, form: Mapping[str, str], lists: Mapping[str, tuple[str, ...]]) -> bool:
    if not one.required or one.kind == "many":
        return False
    return not form.get(one.name, "").strip()


def _moved(name: str, part: str, form: Mapping[str, str]) -> dict[str, str]:
    was = form.get(f"was.{name}", "").strip()
    now = form.get(name, was).strip()
    return {part: now} if now != was else {}


def _value(one: Part, form: Mapping[str, str], lists: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    text = form.get(one.name, "").strip()
    if one.kind == "many":
        return {one.name: lists.get(one.name, ())}
    if one.kind == "centres":
        return {one.name: None if text == _EVERYWHERE else tuple(text.replace("、", " ").replace(",", " ").split())}
    if one.kind == "choice" and text in _WORDS:
        return {one.name: _WORDS[text]}
    return {one.name: text} if text else {}


def private_typed(act: str, form: Mapping[str, str]) -> Private:
    """What the form holds that no ledger sees."""
    return Private(**{name: form.get(name, "") for name in PRIVATE.get(act, ())})
