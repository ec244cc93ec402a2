"""Fees that come in and refunds that go out: what the bank said, in fen."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from states.case import commands as c
from states.case.context import Context
from states.case.facts import UNASKED, CaseFacts
from states.case.handlers.checking import invalid


def receive_fee(facts: CaseFacts, command: c.ReceiveFee, context: Context, today: date) -> CaseFacts:
    """A fee that was due came in; or a paid refund came back from a candidate who has sat, so that the certificate
    may be issued (rule 2: never both).
    """
    if facts.refund is not None and facts.refund_paid and facts.exam is not None:
        owed = facts.refund.fen
        if command.amount_fen not in (None, owed):
            raise invalid(command, f"应退回已退费用{owed}分，收到{command.amount_fen}分")
        return replace(facts, refund=None, choice=UNASKED, ending=None, used_fen=facts.received_fen)
    amount = facts.due_fen if command.amount_fen is None else command.amount_fen
    if not 0 < amount <= facts.due_fen:
        raise invalid(command, f"尚欠{facts.due_fen}分，收到{amount}分")
    sat = facts.exam is not None
    received = facts.received_fen + amount
    return replace(facts, received_fen=received, used_fen=received if sat else facts.used_fen)


def settle_refund(facts: CaseFacts, command: c.SettleRefund, context: Context, today: date) -> CaseFacts:
    """The bank confirmed that the money has left."""
    assert facts.refund is not None  # the table asks for an open refund
    if not command.bank_ref.strip():
        raise invalid(command, "缺少银行流水号（bank_ref）")
    paid = replace(facts.refund, paid_on=today, bank_ref=command.bank_ref.strip(), failure="")
    return replace(facts, refund=paid)


def fail_refund(facts: CaseFacts, command: c.FailRefund, context: Context, today: date) -> CaseFacts:
    """The bank refused: the refund stays open, with the reason, in the finance queue."""
    assert facts.refund is not None  # the table asks for an open refund
    failed = replace(facts.refund, bank_ref=command.bank_ref, failure=command.reason.strip() or "银行退回")
    return replace(facts, refund=failed)
