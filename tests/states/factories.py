"""Cases in every state, contexts and commands, made plainly for the tests of the rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from states.case import commands as c
from states.case.context import Context
from states.case.facts import Candidate, CaseFacts, Certificate, Exam
from states.case.judge import judge
from states.policies import Policies
from states.refusals import Refusal
from states.words import ExamResult, Instrument, Role, State

BATCH_1, BATCH_2 = date(2020, 9, 30), date(2020, 12, 31)
BEFORE, EVE, AFTER = date(2020, 12, 15), date(2020, 12, 30), date(2021, 1, 4)
DEADLINE = BATCH_2 + timedelta(days=30)
FEE = 28_000
VOCATIONAL_NO, SKILL_NO = "1918010000400123", "S430100000001204000001"
PERSON = Candidate(name="王喆", id_number="430102199203150017")
PEOPLE = {
    Role.CLERK: "经办甲",
    Role.REVIEWER: "复核乙",
    Role.FINANCE: "财务丙",
    Role.ADMINISTRATOR: "管理员丁",
}
OPENING: dict[str, Any] = {"candidate": PERSON, "occupation": "电工", "level": 4, "centre": "430100"}

GIVEN: dict[str, dict[str, Any]] = {
    "announce": OPENING,
    "register": {"fee_fen": FEE},
    "import_certificate": {**OPENING, "certificate_no": VOCATIONAL_NO, "issued_on": date(2019, 6, 1)},
    "request_conversion": {"organisation": "某评价机构"},
    "hold_exam": {"result": ExamResult.PASSED, "session": "S-1", "paper": "GJTK-2020-0417"},
    "settle_refund": {"bank_ref": "B-1"},
    "convert": {"organisation": "某评价机构", "number": SKILL_NO},
    "correct": {"phone": "13800000000"},
}
SENDER: dict[str, Role] = {
    "approve": Role.REVIEWER,
    "decline": Role.REVIEWER,
    "settle_refund": Role.FINANCE,
    "fail_refund": Role.FINANCE,
    "follow_calendar": Role.ADMINISTRATOR,
}

EXAM = Exam("S-1", "GJTK-2020-0417", ExamResult.PASSED, BEFORE)
VOCATIONAL = Certificate(VOCATIONAL_NO, date(2019, 6, 1))
SKILL_LEVEL = Certificate(SKILL_NO, date(2020, 12, 1), Instrument.SKILL_LEVEL, "某评价机构")
PAID: dict[str, Any] = {"fee_fen": FEE}
REFUND: dict[str, Any] = {**PAID, "refund_fen": FEE, "choice": "request_refund"}
KNOWN: dict[State, dict[str, Any]] = {
    State.ANNOUNCED: {},
    State.REGISTERED: PAID,
    State.CHOOSING: {**PAID, "origin": State.REGISTERED, "choice_deadline": DEADLINE},
    State.EXAMINED: {**PAID, "exam": EXAM},
    State.FAILED: {**PAID, "exam": replace(EXAM, result=ExamResult.FAILED)},
    State.CERTIFIED: {"certificate": VOCATIONAL},
    State.REFUNDING: REFUND,
    State.REFUNDED: {**REFUND, "bank_ref": "B-1"},
    State.CONVERTING: {**PAID, "choice": "request_conversion", "organisation": "某评价机构"},
    State.CONVERTED: {"skill_level": SKILL_LEVEL},
    State.REISSUED: {"certificate": VOCATIONAL},
    State.ATTESTED: {"certificate": VOCATIONAL},
    State.CLOSED: {},
}


def send(do: str, **given: Any) -> c.AnyCommand:
    """A whole command `do`, from whoever usually sends it."""
    role = Role(given.pop("role", SENDER.get(do, Role.CLERK)))
    by = given.pop("by", PEOPLE.get(role, str(role)))
    return msgspec.convert({"do": do, **GIVEN.get(do, {}), "by": by, "role": role, **given}, c.AnyCommand)


def around(exit_date: date | None = BATCH_2, *, hold: str = "", **policies: Any) -> Context:
    return Context(exit_date=exit_date, occupation="电工", hold=hold, policies=Policies(**policies))


def case(state: State, **known: Any) -> CaseFacts:
    """A case as it stands in `state`, exit on 2020-12-31."""
    if state is State.NEW:
        return CaseFacts(number="43010020200001", **known)
    fields = {
        "candidate": PERSON,
        "occupation": "电工",
        "level": 4,
        "centre": "430100",
        "revision": 5,
        "exit_date": BATCH_2,
        **KNOWN[state],
        **known,
    }
    return CaseFacts(number="43010020200001", state=state, **fields)


def after(facts: CaseFacts, day: date, *commands: c.AnyCommand, context: Context | None = None) -> CaseFacts:
    return judge(facts, commands, context or around(), day).facts


def refusal(facts: CaseFacts, day: date, *commands: c.AnyCommand, context: Context | None = None) -> str:
    """The name of the refusal, or an empty string."""
    try:
        judge(facts, commands, context or around(), day)
    except Refusal as refused:
        return refused.name
    return ""


def letters(facts: CaseFacts, day: date, *commands: c.AnyCommand, context: Context | None = None) -> list[str]:
    return [kind for step in judge(facts, commands, context or around(), day).steps for kind in step.letters]
