"""Which dates a case waits for. Dates decide, timers only act (design §3, rules 1, 4, 5 and 6)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from states.case.facts import CaseFacts
from states.case.roles import CHOICES
from states.policies import Policies
from states.words import State

DAY = timedelta(days=1)


class DeadlineKind(StrEnum):
    """What falls due."""

    EXIT = "exit"
    REMINDER = "reminder"
    CHOICE = "choice"


class Deadline(NamedTuple):
    """`on` is the date a person is told; `acts_on` the business date from whose first minute the engine acts."""

    kind: DeadlineKind
    on: date
    acts_on: date


def exit_applies(facts: CaseFacts) -> bool:
    """Whether the exit of its occupation would still change this case (80号·三: protected cohorts never)."""
    open_to_exit = facts.state in (State.ANNOUNCED, State.REGISTERED)
    return open_to_exit and not facts.protected and facts.choice != "continue_exam"


def answered(facts: CaseFacts) -> bool:
    """Whether the candidate's answer already waits for its reviewer."""
    return facts.pending is not None and facts.pending.command in CHOICES


def deadlines(facts: CaseFacts, policies: Policies) -> list[Deadline]:
    """All dates this case still waits for, nearest first."""
    found: list[Deadline] = []
    if exit_applies(facts) and facts.exit_date is not None:
        found.append(Deadline(DeadlineKind.EXIT, facts.exit_date, facts.exit_date))
    if facts.state is State.CHOOSING and facts.choice_deadline and not facts.escalated and not answered(facts):
        found += [Deadline(DeadlineKind.REMINDER, day, day) for day in reminder_days(facts, policies)]
        found.append(Deadline(DeadlineKind.CHOICE, facts.choice_deadline, facts.choice_deadline + DAY))
    return sorted(found, key=lambda deadline: deadline.acts_on)


def reminder_days(facts: CaseFacts, policies: Policies) -> list[date]:
    """The reminders still to be sent, each so many days before the deadline, none on the day of the notice itself."""
    if facts.choice_deadline is None:
        return []
    days = {facts.choice_deadline - timedelta(days=before) for before in policies.reminders}
    asked_on = facts.choice_deadline - timedelta(days=policies.choice_days)
    return sorted(day for day in days if day > asked_on and day not in facts.reminded)


def next_wake(facts: CaseFacts, policies: Policies) -> date | None:
    """The first business date on which the engine has something to do, or None."""
    found = deadlines(facts, policies)
    return found[0].acts_on if found else None
