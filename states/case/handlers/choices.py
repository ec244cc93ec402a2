"""The candidate's wish (80号·三): the exam, the money, or skill-level certification (80号·五)."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from states.case import commands as c
from states.case.context import Context
from states.case.facts import CaseFacts, Ending
from states.case.handlers.checking import evidenced, invalid, opened_refund
from states.case.terms import objection_ends
from states.words import Basis, FeeUse, Role


def continue_exam(facts: CaseFacts, command: c.ContinueExam, context: Context, today: date) -> CaseFacts:
    """80号·三: 根据考生意愿，继续做好鉴定考试工作."""
    return answered(facts, command, "continue_exam", context, today)


def request_refund(facts: CaseFacts, command: c.Answering, context: Context, today: date) -> CaseFacts:
    """80号·三: 或者退回有关费用."""
    chosen = answered(facts, command, "request_refund", context, today)
    basis = Basis.DEFAULT if chosen.choice.by_policy else Basis.CHOSEN
    return _paid_back(chosen, command, basis, today)


def request_conversion(facts: CaseFacts, command: c.RequestConversion, context: Context, today: date) -> CaseFacts:
    """80号·五: an offer; the fee is paid back, or handed on with the candidate's consent."""
    return _converting(answered(facts, command, "request_conversion", context, today), command, Basis.CHOSEN, today)


def change_choice(facts: CaseFacts, command: c.ChangeChoice, context: Context, today: date) -> CaseFacts:
    """The answer is taken back with all it led to, and the new one given; the time to object is not begun again."""
    if command.choice == facts.choice.answer:
        raise invalid(command, f"原选择即为“{c.COMMAND_NAMES[command.choice]}”，没有变更")
    before = replace(facts, refund=None, ending=None, organisation="", handed_fen=0)
    until = facts.choice.until
    chosen = answered(before, command, command.choice, context, today)
    chosen = replace(chosen, choice=replace(chosen.choice, until=until))
    if command.choice == "request_refund":
        return _paid_back(chosen, command, Basis.CHANGED, today)
    if command.choice == "request_conversion":
        return _converting(chosen, command, Basis.CHANGED, today)
    return chosen


def reinstate(facts: CaseFacts, command: c.Reinstate, context: Context, today: date) -> CaseFacts:
    """Who was closed by an exit that has moved since comes back to where they stood."""
    return replace(facts, ending=None, evidence=command.evidence)


def answered(facts: CaseFacts, command: c.Command, answer: str, context: Context, today: date) -> CaseFacts:
    """`facts` with the answer on record: what it was, by what paper, and until when it may be changed."""
    choice = replace(
        facts.choice,
        answer=answer,
        answered_on=today,
        evidence=command.evidence,
        by_policy=command.role is Role.CALENDAR,
        until=objection_ends(today, context.policies),
        fee=None,
    )
    return replace(facts, choice=choice, evidence=command.evidence)


def _paid_back(facts: CaseFacts, command: c.Answering, basis: Basis, today: date) -> CaseFacts:
    ended = replace(facts, ending=Ending(basis, today, command.reason))
    return opened_refund(ended, basis, command.payee, today)


def _converting(
    facts: CaseFacts, command: c.RequestConversion | c.ChangeChoice, basis: Basis, today: date
) -> CaseFacts:
    """The fee goes back, or on: then the consent must be named (80号·三 gives the money to the candidate)."""
    handed = replace(facts, organisation=command.organisation.strip())
    if command.fee is FeeUse.REFUND or facts.refundable_fen == 0:
        return opened_refund(handed, basis, command.payee, today)
    evidenced(command, "费用随同移交须有考生书面同意")
    choice = replace(facts.choice, fee=FeeUse.TRANSFER)
    return replace(handed, choice=choice, handed_fen=facts.refundable_fen)
