"""Scenario files (design §8): people, cases, a script of steps at business times, and what is expected at the end."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from states.business_dates import SHANGHAI
from states.policies import Policies
from states.words import Role

_STEP_KEYS = frozenset({"at", "case", "do", "by", "refused", "redate"})
_DEFAULTS = {None: "", "none": "", "continue": "continue_exam", "refund": "request_refund"}
_EXPECT_KEYS = frozenset(
    {"case", "state", "revision", "documents", "certificate_no", "refund_fen", "pending", "escalated"}
)


class BadScenario(ValueError):
    """A file that is not a scenario; the message says where and what to write instead."""


class Redate(NamedTuple):
    """An administrator moves the exit of a batch or an occupation."""

    to: date
    batch: str
    occupation: str


class ScenarioStep(NamedTuple):
    """One step: `do` to each of `cases`, or a `redate`. `refused` names the refusal it must meet, `any` for any."""

    position: int
    at: datetime
    cases: tuple[str, ...]
    do: str
    by: str
    role: Role
    fields: dict[str, Any]
    refused: str
    redate: Redate | None


class Scenario(NamedTuple):
    """A scripted season. `cases` maps a scenario's own id to what `announce` needs to know."""

    cases: dict[str, dict[str, Any]]
    steps: tuple[ScenarioStep, ...]
    expect: tuple[dict[str, Any], ...]
    policies: Policies


def load_scenario(path: Path) -> Scenario:
    """Reads and checks a scenario file. Raises BadScenario."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadScenario(f"无法读取 {path}：{error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadScenario(f"{path} 不是有效的 YAML：{error}") from error
    if not isinstance(data, dict):
        raise BadScenario(f"{path} 应为含 people、cases、script、expect 的映射")
    unknown = set(data) - {"clock", "people", "cases", "script", "expect", "policy"}
    if unknown:
        raise BadScenario(f"没有项目 {'、'.join(map(str, unknown))}")
    people = {str(role): str(name) for role, name in (data.get("people") or {}).items()}
    cases = {str(name): dict(case) for name, case in (data.get("cases") or {}).items()}
    steps = [_step(n, raw, cases, people) for n, raw in enumerate(data.get("script") or [], 1)]
    for before, after in pairwise(steps):
        if after.at < before.at:
            raise BadScenario(f"第{after.position}步的时间 {after.at} 早于上一步")
    return Scenario(cases, tuple(steps), tuple(_expect(e, cases) for e in data.get("expect") or []), _policies(data))


def _policies(data: dict[str, Any]) -> Policies:
    try:
        given = dict(data.get("policy") or {})
        if "choice_default" in given:
            given["choice_default"] = _DEFAULTS.get(given["choice_default"], given["choice_default"])
        return msgspec.convert(given, Policies)
    except (msgspec.ValidationError, ValueError) as error:
        raise BadScenario(f"policy 有误：{error}") from error


def _step(index: int, raw: Any, cases: dict[str, dict[str, Any]], people: dict[str, str]) -> ScenarioStep:
    if not isinstance(raw, dict) or "at" not in raw or ("case" in raw and "do" not in raw):
        raise BadScenario(f"第{index}步应有 at 和 do（或 redate；只有 at 则时钟走到那时）")
    by, role = _actor(index, raw, people)
    named = raw.get("case", [])
    ids = tuple(str(case) for case in (named if isinstance(named, list) else [named]))
    if missing := [case for case in ids if case not in cases]:
        raise BadScenario(f"第{index}步的案件 {'、'.join(missing)} 不在 cases 中")
    if "do" in raw and not ids:
        raise BadScenario(f"第{index}步没有写明案件（case）")
    fields = {str(key): value for key, value in raw.items() if key not in _STEP_KEYS}
    moved = _redate(index, raw["redate"]) if "redate" in raw else None
    refused = str(raw.get("refused") or "")
    return ScenarioStep(
        index, _instant(index, raw["at"]), ids, str(raw.get("do", "")), by, role, fields, refused, moved
    )


def _actor(index: int, raw: dict[str, Any], people: dict[str, str]) -> tuple[str, Role]:
    default = "" if "do" in raw else "administrator"
    by = str(raw.get("by", default))
    try:
        role = Role(by)
    except ValueError:
        known = "、".join(role.value for role in Role if role is not Role.CALENDAR)
        raise BadScenario(f"第{index}步的 by 应为角色之一（{known}），收到“{by}”") from None
    return people.get(by, by), role


def _redate(index: int, raw: Any) -> Redate:
    if not isinstance(raw, dict) or "date" not in raw or not ({"batch", "occupation"} & set(raw)):
        raise BadScenario(
            f"第{index}步的 redate 应写作 {{batch: 2, date: 2021-03-31}} 或 {{occupation: 电工, date: …}}"
        )
    return Redate(_day(index, raw["date"]), str(raw.get("batch", "")), str(raw.get("occupation", "")))


def _day(index: int, raw: Any) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise BadScenario(f"第{index}步的日期“{raw}”应写作 2020-12-31") from None


def _instant(index: int, raw: Any) -> datetime:
    """Business time in Asia/Shanghai."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        raw = raw.isoformat()
    try:
        at = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
    except ValueError:
        raise BadScenario(f"第{index}步的时间“{raw}”应写作 2020-12-31T09:00") from None
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


def _expect(raw: Any, cases: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if not isinstance(raw, dict) or str(raw.get("case")) not in cases:
        raise BadScenario(f"expect 的每一项应有 cases 中的 case，收到 {raw}")
    if unknown := set(raw) - _EXPECT_KEYS:
        raise BadScenario(f"expect 没有项目 {'、'.join(map(str, unknown))}")
    return raw
