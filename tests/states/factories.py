"""Cases in every state, contexts and commands, made plainly for the tests of the rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from states.case import commands as c
from states.case.context import Context, Draw, Session
from states.case.facts import Candidate, CaseFacts, Certificate, Check, Choice, Ending, Exam, Payee, Plan, Refund
from states.case.judge import judge
from states.case.steps import Step
from states.policies import Policies
from states.refusals import Refusal
from states.words import Basis, Cohort, ExamResult, Instrument, Role, State

BATCH_1, BATCH_2 = date(2020, 9, 30), date(2020, 12, 31)
LISTED, SIGNED = date(2020, 11, 2), date(2020, 11, 10)  # announced, registered
BEFORE, EVE, AFTER = date(2020, 12, 15), date(2020, 12, 30), date(2021, 1, 4)
DEADLINE = BATCH_2 + timedelta(days=30)
FEE = 28_000
VOCATIONAL_NO, SKILL_NO = "1918010000400123", "S430100000001204000001"
PAPER, SESSION = "GJTK-2020-0417", "S-1"
PERSON = Candidate(name="王喆", id_number="430102199203150017")
PLAN = Plan("长沙某技师学院", "电工2019级", date(2019, 9, 1))
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
    "reject": {"reason": "材料不全"},
    "import_certificate": {**OPENING, "certificate_no": VOCATIONAL_NO, "issued_on": date(2019, 6, 1)},
    "request_conversion": {"organisation": "某评价机构"},
    "change_choice": {"choice": "continue_exam"},
    "postpone": {"exam_on": date(2021, 3, 1)},
    "hold_exam": {"result": ExamResult.PASSED, "session": SESSION, "paper": PAPER},
    "grade": {"result": ExamResult.PASSED, "paper": PAPER},
    "regrade": {"result": ExamResult.PASSED, "reason": "复查"},
    "settle_refund": {"bank_ref": "B-1"},
    "convert": {"organisation": "某评价机构", "number": SKILL_NO},
    "revoke": {"reason": "申报材料不实"},
    "leave_plan": {"evidence": "退学证明"},
    "transfer_centre": {"centre": "430200"},
    "correct": {"phone": "13800000000"},
}
SENDER: dict[str, Role] = {
    "approve": Role.REVIEWER,
    "decline": Role.REVIEWER,
    "settle_refund": Role.FINANCE,
    "fail_refund": Role.FINANCE,
    "transfer_centre": Role.ADMINISTRATOR,
    "follow_calendar": Role.ADMINISTRATOR,
}

EXAM = Exam(SESSION, PAPER, BEFORE, "430100", ExamResult.PASSED, recorded_on=BEFORE, resulted_on=BEFORE)
VOCATIONAL = Certificate(VOCATIONAL_NO, date(2019, 6, 1))
SKILL_LEVEL = Certificate(SKILL_NO, date(2020, 12, 1), Instrument.SKILL_LEVEL, "某评价机构")
OF_A_PLAN: dict[str, Any] = {"cohort": Cohort.PLAN_STUDENT, "plan": PLAN}
CHECK = Check("papers", "经办甲", SIGNED, "报名审核卷")
PAID: dict[str, Any] = {"fee_fen": FEE, "received_fen": FEE, "registered_on": SIGNED, "check": CHECK}
SAT: dict[str, Any] = {**PAID, "used_fen": FEE}
ASKED = Choice(origin=State.REGISTERED, asked_on=BATCH_2, deadline=DEADLINE)
CHOSE = Choice(origin=State.REGISTERED, asked_on=BATCH_2, answered_on=AFTER, until=date(2021, 1, 11))
OWED = Refund(FEE, Basis.CHOSEN, Payee("王喆"), AFTER)
REFUND: dict[str, Any] = {
    **PAID,
    "refund": OWED,
    "choice": replace(CHOSE, answer="request_refund"),
    "ending": Ending(Basis.CHOSEN, AFTER),
}
KNOWN: dict[State, dict[str, Any]] = {
    State.ANNOUNCED: {},
    State.REGISTERED: PAID,
    State.CHOOSING: {**PAID, "choice": ASKED},
    State.EXAMINED: {**SAT, "exam": EXAM},
    State.FAILED: {**SAT, "exam": replace(EXAM, result=ExamResult.FAILED)},
    State.CERTIFIED: {"certificate": VOCATIONAL},
    State.REFUNDING: REFUND,
    State.REFUNDED: {**REFUND, "refund": replace(OWED, paid_on=AFTER, bank_ref="B-1")},
    State.CONVERTING: {**PAID, "choice": replace(CHOSE, answer="request_conversion"), "organisation": "某评价机构"},
    State.CONVERTED: {"skill_level": SKILL_LEVEL},
    State.REISSUED: {"certificate": VOCATIONAL},
    State.ATTESTED: {"certificate": VOCATIONAL},
    State.REVOKED: {"certificate": VOCATIONAL, "ending": Ending(Basis.WRONGLY_ISSUED, AFTER)},
    State.CLOSED: {"ending": Ending(Basis.WITHDRAWN, SIGNED)},
}


def send(do: str, **given: Any) -> c.AnyCommand:
    """A whole command `do`, from whoever usually sends it."""
    role = Role(given.pop("role", SENDER.get(do, Role.CLERK)))
    by = given.pop("by", PEOPLE.get(role, str(role)))
    return msgspec.convert({"do": do, **GIVEN.get(do, {}), "by": by, "role": role, **given}, c.AnyCommand)


def around(exit_date: date | None = BATCH_2, *, hold: str = "", sessions: Any = None, **policies: Any) -> Context:
    """The world: one paper drawn, one session on record since before the exit."""
    known = (Session(SESSION, LISTED, BEFORE, "430100"),) if sessions is None else sessions
    return Context(
        exit_date=exit_date,
        occupation="电工",
        hold=hold,
        sessions=known,
        draws=(Draw(PAPER),),
        policies=Policies(**policies),
    )


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
        "announced_on": LISTED,
        "exit_date": BATCH_2,
        **KNOWN[state],
        **known,
    }
    return CaseFacts(number="43010020200001", state=state, **fields)


def after(facts: CaseFacts, day: date, *commands: c.AnyCommand, context: Context | None = None) -> CaseFacts:
    return judge(facts, commands, context or around(), day).facts


def steps(facts: CaseFacts, day: date, *commands: c.AnyCommand, context: Context | None = None) -> tuple[Step, ...]:
    return judge(facts, commands, context or around(), day).steps


def refusal(facts: CaseFacts, day: date, *commands: c.AnyCommand, context: Context | None = None) -> str:
    """The name of the refusal, or an empty string."""
    try:
        judge(facts, commands, context or around(), day)
    except Refusal as refused:
        return refused.name
    return ""


def letters(facts: CaseFacts, day: date, *commands: c.AnyCommand, context: Context | None = None) -> list[str]:
    return [kind for step in steps(facts, day, *commands, context=context) for kind in step.letters]
