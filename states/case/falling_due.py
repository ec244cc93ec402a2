"""What the calendar does to a case by itself: exit, reinstatement, reminder, escalation, default (design §3).

`fallen_due` answers one thing at a time, the oldest first, until nothing is due.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from states.case.commands import RequestRefund
from states.case.deadlines import answered, exit_applies, reminder_days
from states.case.facts import CaseFacts, Choice, Ending, Proposal
from states.case.terms import objection_ends
from states.policies import Policies
from states.reference.catalog import exited
from states.reference.workdays import rolled
from states.words import Basis, Role, State

CALENDAR = "日历"


class Due(NamedTuple):
    """One thing that has fallen due: its event in the table, and the facts with what it says."""

    event: str
    facts: CaseFacts


def fallen_due(facts: CaseFacts, policies: Policies, today: date) -> Due | None:
    """The next thing the calendar has to do to `facts` by `today`, or None. `facts.exit_date` must be current."""
    out = exited(facts.exit_date, today)
    if exit_applies(facts) and out:
        return Due("exit", _met_by_exit(facts, policies, today))
    if not out and _shut_by_exit(facts):
        return Due("invite", replace(facts, invited_on=today))
    if facts.state is not State.CHOOSING or answered(facts):
        return None
    if not out:  # moved later, or given up, before the candidate chose
        return Due("reinstate", facts)
    return _asking(facts, policies, today)


def _asking(facts: CaseFacts, policies: Policies, today: date) -> Due | None:
    """What the open question itself brings: the notice, reminders, what becomes of silence."""
    choice = facts.choice
    if choice.asked_on is None:  # the answer that waited when the exit came was declined
        return Due("ask", replace(facts, choice=_question(choice.origin, policies, today)))
    if choice.escalated or choice.deadline is None:
        return None
    if today > choice.deadline:
        return _unanswered(facts, policies, today)
    overdue = [day for day in reminder_days(facts, policies) if day <= today]
    if overdue:
        return Due("reminder", replace(facts, choice=replace(choice, reminded=(*choice.reminded, *overdue))))
    return None


def _shut_by_exit(facts: CaseFacts) -> bool:
    ending = facts.ending
    return facts.state is State.CLOSED and ending is not None and ending.basis is Basis.EXITED and not facts.invited_on


def _met_by_exit(facts: CaseFacts, policies: Policies, today: date) -> CaseFacts:
    """80号·三: 根据考生意愿. Nobody is asked whose answer waits for its reviewer already."""
    if facts.state is State.ANNOUNCED and policies.announced_at_exit == "close":
        return replace(facts, ending=Ending(Basis.EXITED, today), invited_on=None)
    choice = Choice(origin=facts.state) if answered(facts) else _question(facts.state, policies, today)
    return replace(facts, choice=choice)


def _question(origin: State | None, policies: Policies, today: date) -> Choice:
    """Asked today: until so many days after the notice is written, and what silence will mean."""
    deadline = today + timedelta(days=policies.choice_days)
    if policies.workday_deadlines:
        deadline = rolled(deadline, policies.exceptions)
    return Choice(origin=origin, asked_on=today, deadline=deadline, default=policies.choice_default)


def _unanswered(facts: CaseFacts, policies: Policies, today: date) -> Due:
    """Nothing is decided in silence: the supervisor's queue, unless the office's policy names a default, and the
    notice that this candidate got had named it too.
    """
    choice = facts.choice
    default = policies.choice_default if policies.choice_default == choice.default else ""
    said = replace(
        choice, answer=default, answered_on=today, by_policy=True, until=objection_ends(today, policies), evidence=""
    )
    if default == "continue_exam":
        return Due("default", replace(facts, choice=said))
    if default == "request_refund" and facts.refundable_fen == 0:
        return Due("default", replace(facts, choice=said, ending=Ending(Basis.DEFAULT, today)))
    if default == "request_refund" and facts.pending is None:
        escalated = replace(choice, escalated=True)
        return Due("propose", replace(facts, choice=escalated, pending=_default_refund(today)))
    return Due("escalate", replace(facts, choice=replace(choice, escalated=True)))


def _default_refund(today: date) -> Proposal:
    sent = RequestRefund(by=CALENDAR, role=Role.CALENDAR, reason="逾期未选择，按本中心政策退费")
    return Proposal("request_refund", CALENDAR, today, msgspec.Raw(msgspec.json.encode(sent)))
