"""The conditions that the table's rows are picked by: each a name and a question about facts, world and day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.terms import may_change, may_resit
from states.reference.catalog import exited
from states.words import Basis, ExamResult, FeeUse, Instrument, State


class Situation(NamedTuple):
    """What a guard is asked about: the facts before a command (`given`) or after it (`when`)."""

    facts: CaseFacts
    context: Context
    today: date


Guard = Callable[[Situation], bool]


def outside(at: Situation) -> bool:
    """Whether the occupation is out of the catalog on the day (25号·一: 退出之日起)."""
    return exited(at.context.exit_date, at.today)


def _result(at: Situation) -> ExamResult | None:
    return at.facts.exam.result if at.facts.exam else None


def _sat_unmarked(at: Situation) -> bool:
    return at.facts.exam is not None and at.facts.exam.result is None


def _closed_by(at: Situation, *bases: Basis) -> bool:
    return at.facts.ending is not None and at.facts.ending.basis in bases


def _two(at: Situation) -> bool:
    return at.facts.exam is not None and at.facts.exam.late


GUARDS: Mapping[str, Guard] = {
    "always": lambda at: True,
    "never": lambda at: False,
    # the catalog
    "in the catalog": lambda at: not outside(at),
    "outside the catalog": outside,
    "policy closes": lambda at: at.context.policies.announced_at_exit == "close",
    "answer under review": lambda at: at.facts.choice.asked_on is None,
    "asked": lambda at: at.facts.choice.asked_on is not None,
    "of a cohort": lambda at: at.facts.protected,
    "exam day known": lambda at: at.facts.sitting.on is not None,
    # the choice
    "was announced": lambda at: at.facts.choice.origin is State.ANNOUNCED,
    "was registered": lambda at: at.facts.choice.origin is State.REGISTERED,
    "may still change": lambda at: may_change(at.facts, at.today),
    "continues, was announced": lambda at: at.facts.continues and at.facts.choice.origin is State.ANNOUNCED,
    "continues, was registered": lambda at: at.facts.continues and at.facts.choice.origin is State.REGISTERED,
    "wants a refund, money": lambda at: at.facts.choice.answer == "request_refund" and at.facts.refund_open,
    "wants a refund, no money": lambda at: at.facts.choice.answer == "request_refund" and not at.facts.refund_open,
    "converts, refund": lambda at: at.facts.choice.answer == "request_conversion" and at.facts.refund_open,
    "converts, fee handed on": lambda at: (
        at.facts.choice.answer == "request_conversion" and at.facts.choice.fee is FeeUse.TRANSFER
    ),
    "converts, no money": lambda at: at.facts.choice.answer == "request_conversion" and not at.facts.refund_open,
    "by policy, money": lambda at: at.facts.choice.by_policy and at.facts.refund_open,
    "by policy, no money": lambda at: at.facts.choice.by_policy and not at.facts.refund_open,
    "closed by the exit": lambda at: _closed_by(at, Basis.EXITED) and not outside(at),
    "closed by choice": lambda at: _closed_by(at, Basis.CHOSEN, Basis.CHANGED, Basis.DEFAULT),
    # money
    "money": lambda at: at.facts.refund_open,
    "no money": lambda at: not at.facts.refund_open,
    "fee due": lambda at: at.facts.due_fen > 0,
    "refund open": lambda at: at.facts.refund_open,
    "refund paid, not sat": lambda at: at.facts.refund_paid and at.facts.exam is None,
    "refund not paid": lambda at: not at.facts.refund_paid,
    "sat after the refund": lambda at: (
        at.facts.refund_paid and at.facts.exam is not None and _result(at) in (None, ExamResult.PASSED)
    ),
    # the exam
    "marks to come": _sat_unmarked,
    "refund paid, marks to come": lambda at: at.facts.refund_paid and _sat_unmarked(at),
    "marked": lambda at: _result(at) is not None,
    "passed": lambda at: _result(at) is ExamResult.PASSED,
    "failed": lambda at: _result(at) is ExamResult.FAILED,
    "absent": lambda at: _result(at) is ExamResult.ABSENT,
    "late": _two,
    "may resit": lambda at: may_resit(at.facts, at.context, at.today),
    # certificates
    "vocational": lambda at: Instrument.VOCATIONAL in at.facts.instruments,
    "no skill-level yet": lambda at: Instrument.SKILL_LEVEL not in at.facts.instruments,
    "skill-level issued": lambda at: at.facts.certificate is not None and _is_skill_level(at),
    "vocational, in the catalog": lambda at: at.facts.concerns is Instrument.VOCATIONAL and not outside(at),
    "vocational, outside the catalog": lambda at: at.facts.concerns is Instrument.VOCATIONAL and outside(at),
    "skill-level": lambda at: at.facts.concerns is Instrument.SKILL_LEVEL,
    "name or number": lambda at: bool(at.facts.changed),
    "address only": lambda at: not at.facts.changed,
}


def _is_skill_level(at: Situation) -> bool:
    held = at.facts.certificate
    return held is not None and held.instrument is Instrument.SKILL_LEVEL
