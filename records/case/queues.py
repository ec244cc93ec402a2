"""The operators' queues, by deadline: what waits for whom. Every question is answered from an index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select, true

from records.case.listing import CasePage, by_date, within
from records.case.tables import CASES
from records.post.outbox import TROUBLED
from records.post.tables import DELIVERIES
from states.words import Role, State

_C = CASES.c
_DUE = _C.next_wake_on
_SHOWN = ("number", "name", "state", "occupation", "level", "centre", "exit_date", "next_wake_on", "pending")
_WORKED: Mapping[Role, tuple[State, ...]] = {
    Role.CLERK: (State.ANNOUNCED, State.REGISTERED, State.CHOOSING, State.EXAMINED, State.CONVERTING),
}


class View(NamedTuple):
    """Who looks, and when. `own`: name and account of whoever looks, whose own proposals are not theirs to review."""

    today: date
    role: Role = Role.CLERK
    own: tuple[str, ...] = ()
    days: int = 30


class Queue(NamedTuple):
    """One queue: `where` says what is in it, `due` what it is ordered by. `roles`: whose desk it stands on."""

    title: str
    where: Callable[[View], Any]
    roles: tuple[Role, ...]
    due: Any = _DUE


class Standing(NamedTuple):
    """How long a queue is, and its nearest date."""

    cases: int
    nearest: date | None


def _mine(view: View) -> Any:
    if view.role is Role.REVIEWER:
        return _review(view)
    if view.role is Role.FINANCE:  # a refund of its own, beside a conversion, too
        return _C.refund_open.is_(True)
    if view.role is Role.SUPERVISOR:
        return or_(_C.escalated.is_(True), _unrefunded(view))
    return and_(_C.state.in_([state.value for state in _WORKED.get(view.role, ())]), _C.pending.is_(None))


def _review(view: View) -> Any:
    proposed = _C.pending.is_not(None)
    return and_(proposed, _C.pending_by.not_in(view.own)) if view.own else proposed


def _exiting(view: View) -> Any:
    open_to_exit = _C.state.in_((State.ANNOUNCED.value, State.REGISTERED.value)) & (_C.cohort == "none")
    return open_to_exit & (_C.exit_date > view.today) & (_C.exit_date <= view.today + timedelta(days=view.days))


def _undelivered(view: View) -> Any:
    return _C.number.in_(select(DELIVERIES.c.case_number).where(DELIVERIES.c.status.in_(TROUBLED)))


def _unrefunded(view: View) -> Any:
    return _C.refund_open.is_(True) & (_C.refund_failure != "")


QUEUES: Mapping[str, Queue] = {
    "mine": Queue("待我办理", _mine, (Role.CLERK, Role.FINANCE, Role.REVIEWER, Role.SUPERVISOR)),
    "review": Queue("待复核", _review, (Role.REVIEWER, Role.SUPERVISOR)),
    "exiting": Queue("即将退出", _exiting, (Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR), _C.exit_date),
    "overdue": Queue("逾期未选择", lambda view: _C.escalated.is_(True), (Role.SUPERVISOR, Role.CLERK)),
    # An alarm: the engine should have acted.
    "late": Queue("到期未办", lambda view: view.today > _DUE, (Role.SUPERVISOR, Role.ADMINISTRATOR)),
    "undelivered": Queue("投递失败", _undelivered, (Role.CLERK, Role.SUPERVISOR)),
    "unrefunded": Queue("退费失败", _unrefunded, (Role.FINANCE, Role.SUPERVISOR)),
}
TITLES: Mapping[str, str] = {name: one.title for name, one in QUEUES.items()}


def standing(connection: Connection, name: str, view: View, centres: frozenset[str] | None) -> Standing:
    """How long the queue is for whoever looks, and its nearest date."""
    one = QUEUES[name]
    where = and_(one.where(view), within(centres))
    row = connection.execute(select(func.count(), func.min(one.due)).select_from(CASES).where(where)).one()
    return Standing(int(row[0]), row[1])


def queue_page(connection: Connection, name: str, view: View, where: Any, *, limit: int, after: str = "") -> CasePage:
    """A page of the queue, narrowed by `where`, nearest date first."""
    one = QUEUES[name]
    return by_date(connection, and_(one.where(view), where), one.due, limit=limit, after=after)


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
    one = QUEUES[name]
    view = View(today, role, tuple(by), days)
    where = and_(one.where(view), _C.centre == centre if centre else true(), within(centres))
    count, nearest = connection.execute(select(func.count(), func.min(one.due)).select_from(CASES).where(where)).one()
    rows: list[dict[str, Any]] = []
    if limit:
        query = select(*(_C[column] for column in _SHOWN)).where(where)
        query = query.order_by(one.due.is_(None), one.due, _C.number).limit(limit)
        rows = [_row(row, name) for row in connection.execute(query).mappings()]
    return {
        "queue": name,
        "title": one.title,
        "count": int(count),
        "nearest": nearest.isoformat() if nearest else None,
        "cases": rows,
    }


def _row(row: Any, name: str) -> dict[str, Any]:
    due = row["exit_date"] if name == "exiting" else row["next_wake_on"]
    shown = {key: row[key] for key in ("name", "state", "occupation", "level", "centre", "pending")}
    return {"id": row["number"], **shown, "due": due.isoformat() if due else None}
