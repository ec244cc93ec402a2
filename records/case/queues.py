"""The operators' queues, by deadline: what waits for whom. Every question is answered from an index."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, true

from records.case.tables import CASES
from records.post.outbox import TROUBLED
from records.post.tables import DELIVERIES
from states.words import Role

TITLES: Mapping[str, str] = {
    "mine": "待我办理",
    "review": "待复核",
    "exiting": "即将退出",
    "overdue": "逾期未选择",
    "late": "到期未办",
    "undelivered": "投递失败",
    "unrefunded": "退费失败",
}
_MINE: Mapping[Role, tuple[str, ...]] = {
    Role.CLERK: ("announced", "registered", "choosing", "examined", "converting"),
}
_SHOWN = ("number", "name", "state", "occupation", "level", "centre", "exit_date", "next_wake_on", "pending")


def _where(name: str, role: Role, by: Collection[str], today: date, days: int) -> Any:
    c = CASES.c
    exiting = c.state.in_(("announced", "registered")) & (c.cohort == "none")
    proposed = c.pending.is_not(None)
    conditions = {
        "mine": _mine(role),
        "review": proposed if not by else and_(proposed, c.pending_by.not_in(by)),
        "exiting": exiting & (c.exit_date > today) & (c.exit_date <= today + timedelta(days=days)),
        "overdue": c.escalated.is_(True),
        "late": c.next_wake_on < today,  # an alarm: the engine should have acted
        "undelivered": c.number.in_(select(DELIVERIES.c.case_number).where(DELIVERIES.c.status.in_(TROUBLED))),
        "unrefunded": c.refund_open.is_(True) & (c.refund_failure != ""),
    }
    return conditions[name]


def _mine(role: Role) -> Any:
    c = CASES.c
    if role is Role.REVIEWER:
        return c.pending.is_not(None)
    if role is Role.FINANCE:  # a refund of its own, beside a conversion, too
        return c.refund_open.is_(True)
    if role is Role.SUPERVISOR:
        return or_(c.escalated.is_(True), and_(c.refund_open.is_(True), c.refund_failure != ""))
    return and_(c.state.in_(_MINE.get(role, ())), c.pending.is_(None))


def queue(
    connection: Connection,
    name: str,
    *,
    today: date,
    role: Role = Role.CLERK,
    by: Collection[str] = (),
    centre: str = "",
    days: int = 30,
    limit: int = 50,
    centres: frozenset[str] | None = None,
) -> dict[str, Any]:
    """`{"queue", "title", "count", "nearest", "cases": [{"id", "due", …}]}`, nearest deadline first.

    `days`: how far ahead 即将退出 looks. `by`: the account and name whose own proposals a reviewer is not
    shown.
    `centres`: only of these.
    """
    where = and_(_where(name, role, by, today, days), CASES.c.centre == centre if centre else true())
    if centres is not None:
        where = and_(where, CASES.c.centre.in_(centres))
    due = CASES.c.exit_date if name == "exiting" else CASES.c.next_wake_on
    count, nearest = connection.execute(select(func.count(), func.min(due)).select_from(CASES).where(where)).one()
    rows: list[dict[str, Any]] = []
    if limit:
        query = select(*(CASES.c[column] for column in _SHOWN)).where(where)
        query = query.order_by(due.is_(None), due, CASES.c.number).limit(limit)
        rows = [_row(row, name) for row in connection.execute(query).mappings()]
    return {
        "queue": name,
        "title": TITLES[name],
        "count": int(count),
        "nearest": nearest.isoformat() if nearest else None,
        "cases": rows,
    }


def _row(row: Any, name: str) -> dict[str, Any]:
    due = row["exit_date"] if name == "exiting" else row["next_wake_on"]
    shown = {key: row[key] for key in ("name", "state", "occupation", "level", "centre", "pending")}
    return {"id": row["number"], **shown, "due": due.isoformat() if due else None}
