"""Choosing cases by what their rows say: what a bulk command is sent to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, true

from records.case.tables import CASES
from states.words import State

TEXTS = ("state", "centre", "occupation", "exam_id", "cohort", "pending", "number")
SPELLINGS = {"exam": "exam_id", "case": "number"}
FILTERS = ("state", "centre", "occupation", "exam", "cohort", "pending", "case", "level", "escalated", "exit_date")


class BadFilter(ValueError):
    """A condition that no case could be chosen by; the message says what to write."""


def choose(connection: Connection, filters: Mapping[str, Sequence[str]]) -> list[str]:
    """The numbers of the cases that meet every filter, in order; a filter is met by any of its values.

    Raises BadFilter. `pending=none` means without a proposal.
    """
    condition = and_(true(), *(_condition(name, values) for name, values in filters.items()))
    return list(connection.execute(select(CASES.c.number).where(condition).order_by(CASES.c.number)).scalars())


def _condition(name: str, values: Sequence[str]) -> ColumnElement[bool]:
    column = SPELLINGS.get(name, name)
    if name == "pending" and list(values) == ["none"]:
        return _is(CASES.c.pending.is_(None))
    if name == "state" and (unknown := set(values) - {state.value for state in State}):
        raise BadFilter(f"没有状态“{'、'.join(sorted(unknown))}”（可用：{'、'.join(s.value for s in State)}）")
    if column in TEXTS:
        return _is(CASES.c[column].in_(values))
    if name not in FILTERS:
        raise BadFilter(f"不能按“{name}”选择（可用：{'、'.join(FILTERS)}）")
    return _is(CASES.c[column].in_([_TYPED[name](value) for value in values]))


def _is(condition: Any) -> ColumnElement[bool]:
    is_so: ColumnElement[bool] = condition
    return is_so


def _level(value: str) -> int:
    if value not in {"1", "2", "3", "4", "5"}:
        raise BadFilter(f"等级“{value}”应为 1 至 5")
    return int(value)


def _flag(value: str) -> bool:
    if value not in {"true", "false"}:
        raise BadFilter(f"escalated 应为 true 或 false，收到“{value}”")
    return value == "true"


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadFilter(f"日期“{value}”应写作 2020-12-31") from None


_TYPED: dict[str, Any] = {"level": _level, "escalated": _flag, "exit_date": _date}
