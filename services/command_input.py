"""From what people type (key=value, YAML, a roster row) to a command: coerced where it is plain, refused where not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, get_type_hints
from uuid import uuid4

import msgspec

from services.coercion import choices, dates, levels, names, phones
from services.coercion import fields as fields_
from services.coercion.values import NOTHING, BadValue
from services.command_spelling import respelled
from states.case.commands import COMMANDS, AnyCommand
from states.case.facts import Candidate
from states.case.table import SENDERS
from states.reference.documents import type_of
from states.refusals import InvalidField, UnknownCommand
from states.words import Role

# Where people write the same thing in many ways; as in a roster's cells.
READINGS: Mapping[str, Callable[[Any], Any]] = {
    "level": levels.level,
    "held_level": levels.level,
    "cohort": choices.cohort,
    "result": choices.result,
    "instrument": choices.instrument,
    **dict.fromkeys(("issued_on", "held_on", "exam_on", "requested_on", "birth", "intake"), dates.day),
}
# Of the candidate, whose name no payee's firm has to look like.
PERSONAL_READINGS: Mapping[str, Callable[[Any], Any]] = {
    "name": names.name_of_command,
    "id_number": fields_.id_number,
    "id_type": choices.id_type,
    "birth": dates.day,
    "phone": phones.telephone,
    "email": choices.email,
}
CORRECTING = frozenset({"correct", "exchange"})
PEOPLE_FIELDS = frozenset(Candidate.__struct_fields__)
INTERNAL = frozenset({"follow_calendar"})


def known_commands() -> list[str]:
    """The commands that a person may send."""
    return [name for name in COMMANDS if name not in INTERNAL]


def command_from(
    command: str,
    fields: Mapping[str, Any],
    *,
    by: str,
    role: Role | None = None,
    command_id: str = "",
    account: str = "",
) -> AnyCommand:
    """The command named `command` with `fields`, sent by the person `by` (`account`: theirs in the register).

    Without `role` the sender acts in the role that the command asks for. Raises UnknownCommand or InvalidField, each
    saying what to write instead.
    """
    kind = COMMANDS.get(command)
    if kind is None or command in INTERNAL:
        raise UnknownCommand(command=command, known="、".join(known_commands()))
    spelled = respelled(command, fields)
    if "candidate" in kind.__struct_fields__:
        spelled = _with_candidate(command, spelled)
    hints = get_type_hints(kind)
    if command in CORRECTING:
        spelled = {key: _personal(command, key, value) for key, value in spelled.items()}
    data = {key: _coerced(command, key, value, hints.get(key)) for key, value in spelled.items()}
    data |= {"by": by, "account": account, "role": (role or SENDERS[command][0]).value, "id": command_id or uuid4().hex}
    try:
        made: Any = msgspec.convert(data, kind, strict=False)
    except msgspec.ValidationError as wrong:
        raise InvalidField(command=command, why=_in_chinese(str(wrong))) from wrong
    sent: AnyCommand = made
    return sent


def _with_candidate(command: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Gathers the person's own fields, given flat or as a mapping, into `candidate`."""
    rest = {key: value for key, value in fields.items() if key not in PEOPLE_FIELDS and key != "candidate"}
    person = fields.get("candidate") or {}
    if not isinstance(person, Mapping):
        raise InvalidField(command=command, why="candidate 应为姓名、证件号等项目")
    person = dict(person) | {key: value for key, value in fields.items() if key in PEOPLE_FIELDS}
    if unknown := set(person) - PEOPLE_FIELDS:
        raise InvalidField(command=command, why=f"没有项目{'、'.join(sorted(map(str, unknown)))}")
    texts = {key: _coerced(command, key, _personal(command, key, value), str) for key, value in person.items()}
    if "id_type" not in texts and isinstance(texts.get("id_number"), str) and texts["id_number"]:
        texts["id_type"] = type_of(texts["id_number"])
    return rest | {"candidate": texts}


def _personal(command: str, key: str, value: Any) -> Any:
    """What is written of the candidate, as a roster's cell is read; nothing where it says so."""
    if key not in PERSONAL_READINGS or value is None or isinstance(value, bool | float | date):
        return value
    written = str(value)
    if written.strip() in NOTHING:
        return ""
    return _read(command, PERSONAL_READINGS[key], written)


def _read(command: str, reading: Callable[[Any], Any], value: Any) -> Any:
    try:
        return reading(value)
    except BadValue as bad:
        raise InvalidField(command=command, why=str(bad)) from bad


def _coerced(command: str, key: str, value: Any, hint: Any) -> Any:
    if key in READINGS and value is not None:
        return _read(command, READINGS[key], value)
    if hint is str and isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # an unquoted number in YAML is still a certificate number, a centre or a telephone
    if isinstance(value, float | bool):
        raise InvalidField(command=command, why=f"{key} 应为整数，收到 {value}")
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return {str(part): _coerced(command, str(part), told, str) for part, told in value.items()}
    return value if isinstance(value, date | int | None) else str(value)


_KINDS = {
    "int": "整数",
    "str": "文字",
    "object": "各项内容",
    "array": "列表",
    "null": "空",
    "float": "小数",
    "bool": "是否",
}
_EXPECTED = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")


def _in_chinese(message: str) -> str:
    """Msgspec's sentence, with the commonest cases in the operator's language."""
    for english, chinese in (
        ("Object missing required field ", "缺少必填项"),
        ("Object contains unknown field ", "没有这个项目："),
        ("Invalid RFC3339 encoded date", "日期应写作 2020-12-31"),
        ("Invalid enum value ", "不能取值"),
    ):
        message = message.replace(english, chinese)
    return _EXPECTED.sub(lambda told: f"应为{_kinds(told[1])}，收到{_kinds(told[2])}", message)


def _kinds(names: str) -> str:
    return "或".join(_KINDS.get(name, name) for name in names.split(" | ") if name != "null") or "空"
