"""What the calendar does to a case by itself: exit, reinstatement, reminder, escalation, default (design §3).

`fallen_due` answers one thing at a time, the oldest first, until nothing is due.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from states.case.commands import FollowCalendar, RequestRefund
from states.case.deadlines import answered, exit_applies, reminder_days
from states.case.facts import CaseFacts, Proposal
from states.case.handlers import Change
from states.policies import Policies
from states.reference.catalog import exited
from states.reference.workdays import rolled
from states.words import Role, State, Trigger

CALENDAR = "日历"


class Due(NamedTuple):
    """One thing that has fallen due: the change, and the command the ledger shows for it."""

    change: Change
    command: FollowCalendar


def fallen_due(facts: CaseFacts, policies: Policies, today: date) -> Due | None:
    """The next thing the calendar has to do to `facts` by `today`, or None. `facts.exit_date` must be current."""
    if exit_applies(facts) and exited(facts.exit_date, today):
        return Due(Change(Trigger.EXIT, _asked(facts, policies, today)), _told("exit"))
    if facts.state is not State.CHOOSING or answered(facts):
        return None
    if not exited(facts.exit_date, today):  # moved later before the candidate chose
        return Due(Change(Trigger.REINSTATE, facts), _told("reinstate"))
    if facts.escalated or facts.choice_deadline is None:
        return None
    if today > facts.choice_deadline:
        return _unanswered(facts, policies, today)
    overdue = [day for day in reminder_days(facts, policies) if day <= today]
    if overdue:
        return Due(Change(None, replace(facts, reminded=(*facts.reminded, *overdue))), _told("reminder"))
    return None


def _asked(facts: CaseFacts, policies: Policies, today: date) -> CaseFacts:
    """The candidate is asked (80号·三: 根据考生意愿): until so many days after the exit notice is written."""
    if facts.state is State.ANNOUNCED and policies.announced_at_exit == "close":
        return facts
    deadline = today + timedelta(days=policies.choice_days)
    if policies.workday_deadlines:
        deadline = rolled(deadline, policies.exceptions)
    return replace(facts, origin=facts.state, choice_deadline=deadline, reminded=(), escalated=False)


def _unanswered(facts: CaseFacts, policies: Policies, today: date) -> Due:
    """Nothing is decided in silence: the supervisor's queue, unless the office's policy names a default."""
    if policies.choice_default == "continue_exam":
        return Due(Change(Trigger.CONTINUE_EXAM, replace(facts, choice="continue_exam")), _told("default"))
    if policies.choice_default == "request_refund":
        chosen = replace(facts, choice="request_refund", refund_fen=facts.fee_fen)
        if facts.fee_fen == 0:
            return Due(Change(Trigger.REQUEST_REFUND, chosen), _told("default"))
        if facts.pending is None:
            return Due(Change(None, replace(facts, pending=_default_refund(today), escalated=True)), _told("default"))
    return Due(Change(None, replace(facts, escalated=True)), _told("escalate"))


def _default_refund(today: date) -> Proposal:
    sent = RequestRefund(by=CALENDAR, role=Role.CALENDAR, reason="逾期未选择，按本中心政策退费")
    return Proposal("request_refund", CALENDAR, today, msgspec.Raw(msgspec.json.encode(sent)))


def _told(reason: str) -> FollowCalendar:
    return FollowCalendar(by=CALENDAR, role=Role.CALENDAR, reason=reason)
