"""Terms that a policy sets, as the last day on which they run: for the rules, and for the letters that name them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from states.case.context import Context
from states.case.facts import CaseFacts
from states.policies import Policies
from states.reference.catalog import exited
from states.reference.workdays import workdays_after
from states.words import FeeUse


def objection_ends(answered_on: date, policies: Policies) -> date:
    """The last day on which an answer of `answered_on` may be changed: so many working days after it."""
    return workdays_after(answered_on, policies.objection_days, policies.exceptions)


def refund_ends(opened_on: date, policies: Policies) -> date:
    """The last day on which a refund of `opened_on` is to be paid: so many working days after it."""
    return workdays_after(opened_on, policies.refund_days, policies.exceptions)


def review_ends(resulted_on: date, policies: Policies) -> date:
    """The last day for applying for the review of a result of `resulted_on`."""
    return resulted_on + timedelta(days=policies.review_days)


def resit_ends(held_on: date, policies: Policies) -> date:
    """The last day for registering a resit of an exam of `held_on`: the same day so many months later."""
    return months_after(held_on, policies.resit_months)


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month where it is shorter (民法典第二百零二条)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def may_change(facts: CaseFacts, today: date) -> bool:
    """Whether an answer may still be changed: until paid, handed over or sat, within the time to object.

    An answer that policy gave may be changed like the candidate's own.
    """
    choice = facts.choice
    handed_on = choice.fee is FeeUse.TRANSFER and facts.skill_level is not None
    untouched = not (facts.refund_paid or handed_on or facts.skill_level)
    return bool(choice.answer) and untouched and choice.until is not None and today <= choice.until


def may_resit(facts: CaseFacts, context: Context, today: date) -> bool:
    """Whether the catalog lets this candidate sit once more: in it, or across the exit for whoever chose to continue
    or is protected (80号·三).
    """
    return not exited(context.exit_date, today) or facts.continues or facts.protected
