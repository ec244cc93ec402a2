"""Which dates a case waits for. Dates decide, timers only act (design §3, rules 1, 4, 5 and 6)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from states.case.facts import CaseFacts
from states.case.table import ANSWERS
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
    return open_to_exit and not facts.protected and not facts.continues


def answered(facts: CaseFacts) -> bool:
    """Whether what the candidate wants, or that they have sat, already waits for its reviewer."""
    return facts.pending is not None and facts.pending.command in ANSWERS


def deadlines(facts: CaseFacts, policies: Policies) -> list[Deadline]:
    """All dates this case still waits for, nearest first."""
    found: list[Deadline] = []
    if exit_applies(facts) and facts.exit_date is not None:
        found.append(Deadline(DeadlineKind.EXIT, facts.exit_date, facts.exit_date))
    choice = facts.choice
    if facts.state is State.CHOOSING and choice.deadline and not choice.escalated and not answered(facts):
        found += [Deadline(DeadlineKind.REMINDER, day, day) for day in reminder_days(facts, policies)]
        found.append(Deadline(DeadlineKind.CHOICE, choice.deadline, choice.deadline + DAY))
    return sorted(found, key=lambda deadline: deadline.acts_on)


def reminder_days(facts: CaseFacts, policies: Policies) -> list[date]:
    """The reminders still to be sent, each so many days before the deadline, none on the day of the notice itself."""
    choice = facts.choice
    if choice.deadline is None or choice.asked_on is None:
        return []
    days = {choice.deadline - timedelta(days=before) for before in policies.reminders}
    return sorted(day for day in days if day > choice.asked_on and day not in choice.reminded)


def next_wake(facts: CaseFacts, policies: Policies) -> date | None:
    """The first business date on which the engine has something to do, or None."""
    found = deadlines(facts, policies)
    return found[0].acts_on if found else None
