"""Scenario files (design §8): people, cases, a script of steps at business times, and what is expected at the end."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from records.office.exams import NewDraw, NewSession
from states.business_dates import SHANGHAI
from states.policies import Policies
from states.refusals import REFUSALS
from states.words import Role

_STEP_KEYS = frozenset({"at", "case", "do", "by", "refused", "redate"})
_KEYS = frozenset({"clock", "people", "cases", "script", "expect", "policy", "policies", "papers", "sessions"})
_PAPER_KEYS = frozenset({"number", "paper", "occupation", "level", "draw", "date"})
_SESSION_KEYS = frozenset({"code", "session", "centre", "date", "site"})
_DEFAULTS = {None: "", "none": "", "continue": "continue_exam", "refund": "request_refund"}
_EXPECT_KEYS = frozenset(
    {"case", "state", "revision", "documents", "certificate_no", "refund_fen", "pending", "escalated"}
)
_NEVER = (None, "", "access", "null")  # how a redate says that the occupation never exits


class BadScenario(ValueError):
    """A file that is not a scenario; the message says where and what to write instead."""


class Redate(NamedTuple):
    """An administrator moves the exit of a batch or an occupation; `to` None: it becomes 准入类."""

    to: date | None
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
    """A scripted season. `cases` maps a scenario's own id to what `announce` needs to know.

    `papers` fill the draw register; `sessions` are on record from the first day on.
    """

    cases: dict[str, dict[str, Any]]
    steps: tuple[ScenarioStep, ...]
    expect: tuple[dict[str, Any], ...]
    policies: Policies
    papers: tuple[NewDraw, ...]
    sessions: tuple[NewSession, ...]


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
    if unknown := set(map(str, data)) - _KEYS:
        raise BadScenario(f"没有项目 {'、'.join(sorted(unknown))}（可用：{'、'.join(sorted(_KEYS))}）")
    if data.get("clock") is not None:
        _day("clock ", data["clock"])
    people = {str(role): str(name) for role, name in _mapping(data, "people").items()}
    cases = {str(name): _case(str(name), case) for name, case in _mapping(data, "cases").items()}
    steps = [_step(n, raw, cases, people) for n, raw in enumerate(_list(data, "script"), 1)]
    for before, after in pairwise(steps):
        if after.at < before.at:
            raise BadScenario(f"第{after.position}步的时间 {after.at} 早于上一步")
    return Scenario(
        cases=cases,
        steps=tuple(steps),
        expect=tuple(wanted for raw in _list(data, "expect") for wanted in _expect(raw, cases)),
        policies=_policies(data),
        papers=tuple(_paper(n, raw) for n, raw in enumerate(_list(data, "papers"), 1)),
        sessions=tuple(_session(n, raw) for n, raw in enumerate(_list(data, "sessions"), 1)),
    )


def _mapping(data: dict[str, Any], key: str) -> dict[Any, Any]:
    found = data.get(key)
    if found is not None and not isinstance(found, dict):
        raise BadScenario(f"{key} 应为映射，收到“{found}”")
    return found or {}


def _list(data: dict[str, Any], key: str) -> list[Any]:
    found = data.get(key)
    if found is not None and not isinstance(found, list):
        raise BadScenario(f"{key} 应为列表，收到“{found}”")
    return found or []


def _case(name: str, raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise BadScenario(f"案件 {name} 应写明 candidate、occupation、level、centre，收到“{raw}”")
    return {str(key): value for key, value in raw.items()}


def _paper(n: int, raw: Any) -> NewDraw:
    """A paper of the draw register: its number, or a mapping that says for which occupation and level it was drawn."""
    if not isinstance(raw, dict):
        return NewDraw(_text(f"papers 第{n}项", raw))
    if unknown := set(map(str, raw)) - _PAPER_KEYS:
        raise BadScenario(f"papers 第{n}项没有项目 {'、'.join(sorted(unknown))}")
    number = _text(f"papers 第{n}项的 number", raw.get("number", raw.get("paper")))
    level = raw.get("level") or 0
    if level not in range(6) or isinstance(level, bool):
        raise BadScenario(f"papers 第{n}项的 level 应为 1 至 5，收到“{level}”")
    drawn_on = _day(f"papers 第{n}项", raw["date"]) if raw.get("date") is not None else None
    return NewDraw(number, str(raw.get("occupation") or ""), level, str(raw.get("draw") or ""), drawn_on)


def _session(n: int, raw: Any) -> NewSession:
    """A session on record from the first day on."""
    if not isinstance(raw, dict) or set(map(str, raw)) - _SESSION_KEYS or "centre" not in raw:
        raise BadScenario(f'sessions 第{n}项应写作 {{code: S-1, centre: "430100", date: …, site: …}}，收到“{raw}”')
    code = _text(f"sessions 第{n}项的 code", raw.get("code", raw.get("session")))
    held_on = _day(f"sessions 第{n}项", raw["date"]) if raw.get("date") is not None else None
    return NewSession(str(raw["centre"]), code, held_on, str(raw.get("site") or ""))


def _text(what: str, raw: Any) -> str:
    if isinstance(raw, dict | list | None) or not str(raw).strip():
        raise BadScenario(f"{what} 应为编号，收到“{raw}”")
    return str(raw).strip()


def _policies(data: dict[str, Any]) -> Policies:
    given = {**_mapping(data, "policy"), **_mapping(data, "policies")}
    try:
        if "choice_default" in given:
            given["choice_default"] = _DEFAULTS.get(given["choice_default"], given["choice_default"])
        return msgspec.convert(given, Policies)
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        raise BadScenario(f"policy 有误：{error}") from error


def _step(index: int, raw: Any, cases: dict[str, dict[str, Any]], people: dict[str, str]) -> ScenarioStep:
    if not isinstance(raw, dict) or "at" not in raw or ("case" in raw and "do" not in raw):
        raise BadScenario(f"第{index}步应有 at 和 do（或 redate；只有 at 则时钟走到那时）")
    by, role = _actor(index, raw, people)
    ids = _ids(index, raw, cases)
    fields = {str(key): value for key, value in raw.items() if key not in _STEP_KEYS}
    if fields and "do" not in raw:
        raise BadScenario(f"第{index}步没有 do，不能有项目 {'、'.join(sorted(fields))}")
    moved = _redate(index, raw["redate"]) if "redate" in raw else None
    return ScenarioStep(
        position=index,
        at=_instant(index, raw["at"]),
        cases=ids,
        do=_command(index, raw),
        by=by,
        role=role,
        fields=fields,
        refused=_refused(index, raw),
        redate=moved,
    )


def _command(index: int, raw: dict[Any, Any]) -> str:
    if "do" in raw and not isinstance(raw["do"], str):
        raise BadScenario(f"第{index}步的 do 应为命令名，收到“{raw['do']}”")
    return str(raw.get("do", ""))


def _refused(index: int, raw: dict[Any, Any]) -> str:
    """The refusal that is expected, by name; `any` for any, empty for none."""
    name = raw.get("refused")
    if name in (None, "", False):
        return ""
    if name == "any" or name is True:
        return "any"
    if str(name) not in REFUSALS:
        raise BadScenario(f"第{index}步的 refused 没有名为“{name}”的拒绝（any 表示任何一种）")
    return str(name)


def _ids(index: int, raw: dict[Any, Any], cases: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    named = raw.get("case", [])
    ids = tuple(str(case) for case in (named if isinstance(named, list) else [named]))
    if missing := [case for case in ids if case not in cases]:
        raise BadScenario(f"第{index}步的案件 {'、'.join(missing)} 不在 cases 中")
    if "do" in raw and not ids:
        raise BadScenario(f"第{index}步没有写明案件（case）")
    return ids


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
    shown = "{batch: 2, date: 2021-03-31}、{occupation: 电工, date: …} 或 {occupation: 电工, date: access}"
    if not isinstance(raw, dict) or not {"date", "standing"} & set(raw) or not {"batch", "occupation"} & set(raw):
        raise BadScenario(f"第{index}步的 redate 应写作 {shown}")
    if unknown := set(map(str, raw)) - {"batch", "occupation", "date", "standing"}:
        raise BadScenario(f"第{index}步的 redate 没有项目 {'、'.join(sorted(unknown))}")
    date_ = raw.get("date", raw.get("standing"))
    to = None if date_ in _NEVER else _day(f"第{index}步的", date_)
    return Redate(to, str(raw.get("batch", "")), str(raw.get("occupation", "")))


def _day(what: str, raw: Any) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise BadScenario(f"{what}日期“{raw}”应写作 2020-12-31") from None


def _instant(index: int, raw: Any) -> datetime:
    """Business time in Asia/Shanghai."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        raw = raw.isoformat()
    try:
        at = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
    except ValueError:
        raise BadScenario(f"第{index}步的时间“{raw}”应写作 2020-12-31T09:00") from None
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


def _expect(raw: Any, cases: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What is expected of each case that `raw` names."""
    if not isinstance(raw, dict):
        raise BadScenario(f"expect 的每一项应有 cases 中的 case，收到 {raw}")
    named = raw.get("case")
    ids = [str(case) for case in (named if isinstance(named, list) else [named])]
    if not ids or any(case not in cases for case in ids):
        raise BadScenario(f"expect 的每一项应有 cases 中的 case，收到 {raw}")
    if unknown := set(map(str, raw)) - _EXPECT_KEYS:
        raise BadScenario(f"expect 没有项目 {'、'.join(sorted(unknown))}")
    if not isinstance(raw.get("documents", []), list):
        raise BadScenario(f"expect 的 documents 应为列表，收到“{raw['documents']}”")
    wanted = {**raw, "certificate_no": str(raw["certificate_no"])} if raw.get("certificate_no") else raw
    return [{**wanted, "case": case} for case in ids]
