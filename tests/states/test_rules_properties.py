"""Rules 1–9 of the design as properties, over random seasons of one case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.command_input import command_from
from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.judge import judge
from states.case.roles import SENDERS
from states.case.steps import Step
from states.policies import Policies
from states.refusals import Refusal, RegistrationClosed
from states.words import State

EXIT = date(2020, 12, 31)
FIRST = date(2020, 12, 1)
PERSON = {"name": "王喆", "id_number": "430102199203150017", "centre": "430100", "occupation": "电工", "level": 4}
PAPER = {"paper": "GJTK-2020-0417", "session": "S-1"}
PEOPLE = {"clerk": "经办甲", "reviewer": "复核乙", "finance": "财务丙"}
SKILL = "S430100000001214000001"

SENT: dict[str, dict[str, Any]] = {
    "register": {"fee_fen": 10_000},
    "withdraw": {},
    "continue_exam": {},
    "request_refund": {},
    "request_conversion": {"organisation": "协会"},
    "hold_exam": {"result": "passed", **PAPER},
    "certify": {},
    "approve": {},
    "decline": {},
    "settle_refund": {"bank_ref": "B-1"},
    "fail_refund": {},
    "convert": {"organisation": "协会", "number": SKILL},
    "report_loss": {},
    "correct": {"name": "王喆喆"},
}

Acts = list[tuple[int, str]]
acts = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(sorted(SENT))), max_size=14)
cohorts = st.sampled_from(["none", "plan_student", "new_apprentice"])
exits = st.sampled_from([EXIT, FIRST + timedelta(days=5), None])
policies = st.builds(
    Policies,
    announced_at_exit=st.sampled_from(["close", "choose"]),
    choice_default=st.sampled_from(["", "continue_exam", "request_refund"]),
    choice_days=st.sampled_from([10, 30]),
)


def sent(command: str) -> Any:
    return command_from(command, SENT[command], by=PEOPLE[SENDERS[command][0].value])


def opened(cohort: str, context: Context) -> CaseFacts:
    announce = command_from("announce", {**PERSON, "cohort": cohort}, by=PEOPLE["clerk"])
    return judge(CaseFacts(number="1"), [announce], context, FIRST).facts


def played(cohort: str, context: Context, season: Acts, *, ticks: bool) -> tuple[CaseFacts, list[Step], date]:
    """The case after a season; with `ticks` the calendar is asked every single day in between."""
    facts, steps, today = opened(cohort, context), [], FIRST
    for days, command in season:
        for _ in range(days):
            today += timedelta(days=1)
            if ticks:
                tick = judge(facts, (), context, today)
                facts, steps = tick.facts, [*steps, *tick.steps]
        try:
            answer = judge(facts, [sent(command)], context, today)
        except Refusal:
            continue
        facts, steps = answer.facts, [*steps, *answer.steps]
    last = judge(facts, (), context, today)
    return last.facts, [*steps, *last.steps], today


@settings(max_examples=150, deadline=None)
@given(cohorts, exits, acts)
def test_1_dates_decide_and_a_late_timer_changes_nothing(cohort: str, exit_date: date | None, season: Acts) -> None:
    """Only where the deadline itself depends on the day the notice was written may a late timer move a reminder."""
    context = Context(exit_date=exit_date, occupation="电工", policies=Policies(choice_days=3000))
    prompt, _, _ = played(cohort, context, season, ticks=True)
    late, _, _ = played(cohort, context, season, ticks=False)
    assert (prompt.state, prompt.pending is None, prompt.choice) == (late.state, late.pending is None, late.choice)
    assert (prompt.refund_fen, prompt.certificate is None) == (late.refund_fen, late.certificate is None)


@settings(max_examples=200, deadline=None)
@given(cohorts, exits, policies, acts)
def test_2_nobody_has_both_the_money_and_the_certificate(
    cohort: str, exit_date: date | None, policy: Policies, season: Acts
) -> None:
    context = Context(exit_date=exit_date, occupation="电工", policies=policy)
    facts, _, _ = played(cohort, context, season, ticks=True)
    assert not (facts.refund_fen and facts.certificate_no)
    assert facts.state is not State.REFUNDED or facts.refund_fen == facts.fee_fen


@given(cohorts, st.integers(0, 400), st.sampled_from(["passed", "failed", "absent"]))
def test_3_an_exam_held_leads_to_its_result_whatever_the_exit(cohort: str, later: int, result: str) -> None:
    context = Context(exit_date=EXIT, occupation="电工")
    facts = judge(opened(cohort, context), [sent("register")], context, FIRST).facts
    held = command_from(
        "hold_exam", {"result": result, "held_on": EXIT - timedelta(days=1), **PAPER}, by=PEOPLE["clerk"]
    )
    told = judge(facts, [held], context, EXIT + timedelta(days=later))
    assert told.facts.state is (State.EXAMINED if result == "passed" else State.FAILED)
    assert "exam_result" in told.steps[-1].letters
    if result == "passed":
        done = judge(told.facts, [sent("certify"), sent("approve")], context, EXIT + timedelta(days=later + 30))
        assert done.facts.state is State.CERTIFIED


@given(st.integers(31, 500))
def test_4_silence_is_reminded_then_escalated_and_never_decided(days: int) -> None:
    context = Context(exit_date=EXIT, occupation="电工")
    facts = judge(opened("none", context), [sent("register")], context, FIRST).facts
    reminders = 0
    for n in range((EXIT - FIRST).days + days + 1):
        tick = judge(facts, (), context, FIRST + timedelta(days=n))
        facts, reminders = tick.facts, reminders + sum("choice_reminder" in step.letters for step in tick.steps)
    assert (facts.state, facts.escalated, reminders) == (State.CHOOSING, True, 2)
    answer = judge(facts, [sent("continue_exam")], context, EXIT + timedelta(days=days))
    assert answer.facts.state is State.REGISTERED  # a late answer is still an answer


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["plan_student", "new_apprentice"]), exits, policies, acts)
def test_5_a_protected_cohort_is_never_interrupted(
    cohort: str, exit_date: date | None, policy: Policies, season: Acts
) -> None:
    context = Context(exit_date=exit_date, occupation="电工", policies=policy)
    _, steps, _ = played(cohort, context, season, ticks=True)
    assert not any(step.trigger == "exit" or step.dest is State.CHOOSING for step in steps)


@settings(max_examples=100, deadline=None)
@given(acts)
def test_6_an_access_occupation_has_no_exit(season: Acts) -> None:
    _, steps, _ = played("none", Context(exit_date=None, occupation="保安员"), season, ticks=True)
    assert not any(step.trigger == "exit" for step in steps)


@given(st.integers(0, 4000))
def test_7_a_certificate_from_before_stays_as_it_was(days: int) -> None:
    context = Context(exit_date=EXIT, occupation="电工")
    old = {**PERSON, "certificate_no": "1918010000400123", "issued_on": date(2019, 6, 1)}
    facts = judge(CaseFacts(number="1"), [command_from("import_certificate", old, by="经办甲")], context, FIRST).facts
    later = judge(facts, (), context, FIRST + timedelta(days=days))
    assert later.steps == () and later.facts.certificate == facts.certificate and later.facts.state is State.CERTIFIED


@settings(max_examples=200, deadline=None)
@given(cohorts, exits, policies, acts)
def test_8_two_people_for_every_certificate_refund_and_reissue(
    cohort: str, exit_date: date | None, policy: Policies, season: Acts
) -> None:
    context = Context(exit_date=exit_date, occupation="电工", policies=policy)
    _, steps, _ = played(cohort, context, season, ticks=True)
    proposed = {step.revision: step.facts.pending.by for step in steps if step.facts.pending is not None}
    for step in steps:
        needs_two = step.trigger in ("certify", "reissue", "attest") or step.dest is State.REFUNDING != step.source
        if needs_two and step.trigger:
            assert step.command_name == "approve"
            assert proposed[step.revision - 1] != step.command.by


@settings(max_examples=200, deadline=None)
@given(cohorts, exits, policies, acts, st.sampled_from(sorted(SENT)))
def test_9_what_is_refused_changes_nothing_and_says_why(
    cohort: str, exit_date: date | None, policy: Policies, season: Acts, command: str
) -> None:
    context = Context(exit_date=exit_date, occupation="电工", policies=policy)
    facts, _, today = played(cohort, context, season, ticks=True)
    before, refusal = repr(facts), None
    try:
        judge(facts, [sent(command)], context, today)
    except Refusal as refused:
        refusal = refused
    assert repr(facts) == before
    if refusal is not None:
        assert refusal.name and refusal.message and "—" not in refusal.message
    closed = exit_date is not None and today >= exit_date and cohort == "none" and not facts.choice
    if command == "register" and closed:
        assert isinstance(refusal, RegistrationClosed)
