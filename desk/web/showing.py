"""How money, dates, levels and names are shown on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from desk.web.field_names import field_label
from letters.kinds import KINDS
from states.business_dates import SHANGHAI
from states.case.commands import COMMAND_NAMES
from states.reference.identity import mask
from states.words import ROLE_NAMES, STATE_NAMES, Role, State

LEVEL_NAMES: Mapping[int, str] = {
    5: "五级/初级工",
    4: "四级/中级工",
    3: "三级/高级工",
    2: "二级/技师",
    1: "一级/高级技师",
}


def yuan(fen: int) -> str:
    """Integer fen as yuan: 28000 → 280.00."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def day(value: date | str | None) -> str:
    """A business date as 2020-12-31; a dash where there is none."""
    return str(value) if value else "—"


def instant(value: datetime | str) -> str:
    """An instant in Asia/Shanghai, to the minute."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def state_name(value: str) -> str:
    """A state in Chinese."""
    return STATE_NAMES[State(value)]


def kind_name(value: str) -> str:
    """A kind of letter in Chinese; its own name for one that is no longer made."""
    return KINDS[value].title if value in KINDS else value


def masked_name(name: str) -> str:
    """A name with all but its first character hidden."""
    return name[:1] + "＊" * max(len(name) - 1, 0)


_ABOUT = frozenset({"do", "id", "by", "role", "account"})
_PERSONAL = frozenset({"address", "phone", "email", "account", "birth"})
FATE_NAMES: Mapping[str, str] = {
    "pending": "待投递",
    "sending": "投递中",
    "sent": "已投递",
    "failed": "失败",
    "uncertain": "不明",
    "returned": "退回",
}


def command_fields(command: Any) -> list[tuple[str, Any]]:
    """What a command says, field by field, without who says it."""
    said: Mapping[str, Any] = msgspec.to_builtins(command)
    return [(name, value) for name, value in said.items() if name not in _ABOUT]


RUN_NAMES: Mapping[str, str] = {
    "running": "进行中",
    "paused": "已暂停",
    "cancelling": "正在取消",
    "cancelled": "已取消",
    "done": "已完成",
}


def shown_value(value: Any, name: str) -> str:
    """One field of a command as text: money in yuan, numbers of documents masked, what is personal not at all."""
    if name == "id_number":
        return mask(str(value))
    if name in _PERSONAL:
        return "（已登记，未显示）"
    if name.endswith("_fen") and isinstance(value, int):
        return f"{yuan(value)} 元"
    if isinstance(value, Mapping):
        return "；".join(f"{field_label(key)} {shown_value(part, key)}" for key, part in value.items())
    return str(value)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "yuan": yuan,
    "day": day,
    "instant": instant,
    "state_name": state_name,
    "kind_name": kind_name,
    "masked_id": mask,
    "masked_name": masked_name,
    "level_name": lambda level: LEVEL_NAMES.get(int(level), str(level)),
    "command_name": lambda name: COMMAND_NAMES.get(name, name),
    "field_name": field_label,
    "command_fields": command_fields,
    "shown_value": shown_value,
    "role_name": lambda role: ROLE_NAMES[Role(role)],
}
NAMES: Mapping[str, Any] = {
    "STATE_NAMES": STATE_NAMES,
    "FATE_NAMES": FATE_NAMES,
    "RUN_NAMES": RUN_NAMES,
    "ROLE_NAMES": ROLE_NAMES,
    "LEVEL_NAMES": LEVEL_NAMES,
}
