"""What the first build stored is read by this one; its text stays as it was, for the ledger's hashes are over it."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from records.case.context import decode_facts
from states.words import ExamResult, State
from tests.states.factories import AFTER, after, around, send

KNOWN = (
    '"number":"4301002020000001","revision":4,"centre":"430100","candidate":{"name":"王喆","id_number":'
    '"430102199203150017"},"occupation":"电工","level":4,"exit_date":"2020-12-31","fee_fen":28000,'
    '"settled_on":"2020-12-31"'
)
CHOOSING = (
    f'{{{KNOWN},"state":"choosing","origin":"registered","choice_deadline":"2021-01-30","reminded":["2021-01-23"]}}'
)
REFUNDED = (
    f'{{{KNOWN},"state":"refunded","refund_fen":28000,"bank_ref":"B-1","choice":"request_refund","evidence":"书"}}'
)
EXAMINED = (
    f'{{{KNOWN},"state":"examined","exam":{{"session":"S","paper":"P","result":"passed","held_on":"2020-12-20"}},'
    '"pending":{"command":"certify","by":"经办甲","on":"2020-12-31","order":{"do":"certify","by":"经办甲"}}}'
)


def test_a_choice_that_was_open_goes_on() -> None:
    facts = decode_facts(CHOOSING)
    assert (facts.choice.origin, facts.choice.deadline) == (State.REGISTERED, date(2021, 1, 30))
    assert facts.refundable_fen == 28_000
    paid = after(facts, AFTER, send("request_refund"), send("approve"))
    assert (paid.state, paid.refund_fen) == (State.REFUNDING, 28_000)


def test_money_that_was_paid_back_is_paid_back() -> None:
    facts = decode_facts(REFUNDED.encode())
    assert facts.refund is not None and facts.refund_paid
    assert (facts.refund.bank_ref, facts.refund.payee.name, facts.choice.answer) == ("B-1", "王喆", "request_refund")


def test_an_exam_and_the_proposal_that_waits() -> None:
    facts = decode_facts(EXAMINED)
    assert facts.exam is not None and (facts.exam.result, facts.exam.site) == (ExamResult.PASSED, "430100")
    assert after(facts, AFTER, send("approve"), context=around()).state is State.CERTIFIED


@pytest.mark.parametrize("text", ["[]", "{", '{"number":"x","state":"choosing","origin":"registered","exam":{}}'])
def test_what_no_build_wrote_is_said_to_be_so(text: str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_facts(text)
