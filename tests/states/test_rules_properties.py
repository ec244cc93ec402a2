"""The ten rules of design §3 that no path may break, each over whole random histories of one case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from states.case.facts import CaseFacts, hash_of
from states.case.judge import judge
from states.refusals import RegistrationClosed
from states.words import ExamResult, Instrument, Role, State, Trigger
from tests.states.factories import around, case, send
from tests.states.histories import Turn, histories, steps, ticked, turn
from tests.states.seasons import PAPER, START, Move
from tests.states.seasons_wire import as_command, as_context

EXIT = date(2020, 9, 30)
# A season is told by its seed: a smaller seed is no simpler season, so that there is nothing to shrink.
QUICK = settings(max_examples=200, deadline=None, phases=[Phase.explicit, Phase.generate])
FOUR_EYES = {Trigger.CERTIFY, Trigger.REISSUE, Trigger.ATTEST, Trigger.EXCHANGE, Trigger.REVOKE}
CLERK: dict[str, Any] = {"role": "clerk", "by": "甲"}
REVIEWER: dict[str, Any] = {"role": "reviewer", "by": "乙", "do": "approve"}


@QUICK
@given(histories(moving=False, choice_days=3000, hold=False))
def test_1_dates_decide_and_a_late_timer_changes_nothing(turns: list[Turn]) -> None:
    """The deadline is kept far away: it counts from the day of the notice, which a late timer may well move."""
    late, prompt = turns[-1].after, ticked(turns)
    last = turns[-1].move.world
    late = judge(late, (), as_context(last), last["today"]).facts
    assert (prompt.state, prompt.pending is None, prompt.choice.answer) == (
        late.state,
        late.pending is None,
        late.choice.answer,
    )
    assert (prompt.refund_fen, prompt.instruments) == (late.refund_fen, late.instruments)


@QUICK
@given(histories(20))
def test_2_nobody_has_both_a_full_refund_and_a_vocational_certificate(turns: list[Turn]) -> None:
    for step in steps(turns):
        assert not (step.facts.refund_fen and Instrument.VOCATIONAL in step.facts.instruments)
        assert step.facts.refund_fen <= step.facts.fee_fen


@QUICK
@given(histories(10), st.integers(0, 400), st.sampled_from(["passed", "failed"]))
def test_3_an_exam_that_was_sat_always_leads_to_its_result_and_its_certificate(
    turns: list[Turn], later: int, result: str
) -> None:
    facts, world = turns[-1].after, dict(turns[-1].move.world, hold=False)
    world["today"] += timedelta(days=later)
    if facts.exam is None or facts.exam.result is not None or facts.pending is not None:
        return
    graded = turn(facts, Move(world, {**CLERK, "do": "grade", "result": result, "paper": PAPER}))
    assert graded.refusal is None
    assert any("exam_result" in step.letters for step in graded.steps)
    if result == "passed" and graded.after.state is State.EXAMINED and graded.after.due_fen == 0:
        asked = turn(graded.after, Move(world, {**CLERK, "do": "certify", "instrument": "vocational", "number": True}))
        assert turn(asked.after, Move(world, REVIEWER)).after.state is State.CERTIFIED


@QUICK
@given(histories(14))
def test_3_a_result_is_never_recorded_without_its_letter(turns: list[Turn]) -> None:
    for step in steps(turns):
        marked = step.facts.exam is not None and step.facts.exam.result is not None
        if marked and step.trigger in (Trigger.HOLD_EXAM, Trigger.GRADE, Trigger.REGRADE):
            assert "exam_result" in step.letters


@given(st.integers(31, 500))
def test_4_silence_is_reminded_then_escalated_and_never_decided(days: int) -> None:
    facts, exit_day = case(State.REGISTERED), date(2020, 12, 31)
    reminders = 0
    for n in range(-15, days + 1):
        tick = judge(facts, (), around(), exit_day + timedelta(days=n))
        facts, reminders = tick.facts, reminders + sum("choice_reminder" in step.letters for step in tick.steps)
    assert (facts.state, facts.choice.escalated, reminders) == (State.CHOOSING, True, 2)
    answer = judge(facts, [send("continue_exam")], around(), exit_day + timedelta(days=days))
    assert answer.facts.state is State.REGISTERED  # a late answer is still an answer


@QUICK
@given(histories(14))
def test_4_the_calendar_decides_only_what_policy_names_and_the_notice_said(turns: list[Turn]) -> None:
    for one in turns:
        default = one.move.world["choice_default"]
        facts = one.before
        for step in one.steps:
            by_calendar = step.command.role is Role.CALENDAR
            decided = step.facts.choice.answer != facts.choice.answer or step.facts.pending != facts.pending
            if by_calendar and step.source is State.CHOOSING and decided:
                assert default != "" and facts.choice.default == default
            facts = step.facts


@QUICK
@given(histories(14), st.sampled_from(["plan_student", "new_apprentice"]))
def test_5_a_protected_cohort_is_never_interrupted(turns: list[Turn], cohort: str) -> None:
    protected = False
    for step in steps(turns):
        protected = step.facts.protected
        if protected:
            assert step.trigger is not Trigger.EXIT and step.dest is not State.CHOOSING
            assert step.facts.plan is not None  # what protects is on record


@given(st.sampled_from(["vocational", "skill_level"]), st.integers(0, 1000), st.sampled_from([EXIT, None]))
def test_5_after_the_exit_a_protected_candidate_gets_either_certificate(
    instrument: str, days: int, exit_date: date | None
) -> None:
    world = WORLD | {"exit_date": exit_date, "today": EXIT + timedelta(days=days)}
    announced = {**CLERK, "do": "announce", "cohort": "plan_student", "intake": date(2019, 9, 1)}
    moves = [
        announced,
        {**CLERK, "do": "register", "fee_fen": 10_000, "papers_seen": True},
        {**CLERK, "do": "hold_exam", "result": "passed", "paper": PAPER, "session": "S-1"},
        {**CLERK, "do": "certify", "instrument": instrument, "number": True},
        REVIEWER,
    ]
    facts = played(world, moves)
    assert facts.state is State.CERTIFIED and facts.instruments == {Instrument(instrument)}


WORLD: dict[str, Any] = {
    "today": START,
    "exit_date": EXIT,
    "hold": False,
    "announced_at_exit": "choose",
    "choice_default": "",
    "choice_days": 30,
    "objection_days": 5,
    "resit_months": 12,
    "certificate_needs_fee": True,
    "hold_stops_exams": False,
    "papers": (PAPER,),
    "sessions": {},
}


def played(world: dict[str, Any], moves: list[dict[str, Any]]) -> CaseFacts:
    facts = CaseFacts(number="43010020200001")
    for command in moves:
        facts = judge(facts, [as_command(command)], as_context(world), world["today"]).facts
    return facts


@QUICK
@given(histories(14, moving=False, exit_date=None))
def test_6_an_access_occupation_has_no_exit(turns: list[Turn]) -> None:
    assert not any(step.trigger is Trigger.EXIT or step.dest is State.CHOOSING for step in steps(turns))


@given(st.integers(0, 4000), st.sampled_from([EXIT, None, date(2019, 1, 1)]))
def test_7_a_certificate_from_before_stays_as_it_was(days: int, exit_date: date | None) -> None:
    world = WORLD | {"exit_date": exit_date}
    imported = {**CLERK, "do": "import_certificate", "issued_on": date(2018, 6, 1), "number_year": 18}
    facts = played(world, [imported, REVIEWER])
    later = judge(facts, (), as_context(world), START + timedelta(days=days))
    assert later.steps == () and later.facts == facts and facts.state is State.CERTIFIED


@QUICK
@given(histories(20))
def test_8_two_people_for_whatever_touches_a_certificate_money_or_a_name(turns: list[Turn]) -> None:
    facts = turns[0].before
    for step in steps(turns):
        certificates = step.facts.instruments != facts.instruments and step.trigger is not Trigger.CONVERT
        opened = step.facts.refund_fen > facts.refund_fen
        renamed = facts.candidate is not None and step.facts.candidate != facts.candidate and step.facts.candidate
        name = renamed and (renamed.name, renamed.id_number) != (facts.candidate.name, facts.candidate.id_number)  # type: ignore[union-attr]
        payee = facts.refund and step.facts.refund and step.facts.refund.payee != facts.refund.payee
        if step.trigger in FOUR_EYES or certificates or opened or name or payee:
            assert step.command_name == "approve"
            assert facts.pending is not None and facts.pending.by != step.command.by
        facts = step.facts


@QUICK
@given(histories(20))
def test_9_what_is_refused_changes_nothing_and_says_why(turns: list[Turn]) -> None:
    for one in turns:
        if one.refusal is None:
            continue
        assert hash_of(one.after) == hash_of(one.before)
        assert one.refusal.name and one.refusal.message and "—" not in one.refusal.message, one.refusal.message
        assert "{" not in one.refusal.message and "None" not in one.refusal.message, one.refusal.message


@QUICK
@given(histories(14))
def test_9_registering_for_an_exited_occupation_is_registration_closed_in_every_state(turns: list[Turn]) -> None:
    for one in turns:
        world = one.move.world
        facts = judge(one.after, (), as_context(world), world["today"]).facts  # the calendar speaks first
        out = world["exit_date"] is not None and world["today"] >= world["exit_date"]
        if out and not facts.protected and not facts.continues:
            said = turn(facts, Move(world, {**CLERK, "do": "register", "fee_fen": 1, "papers_seen": True})).refusal
            assert isinstance(said, RegistrationClosed)


@QUICK
@given(histories(20))
def test_a_revision_is_one_step_and_the_table_knows_it(turns: list[Turn]) -> None:
    revision, state = 0, State.NEW
    for step in steps(turns):
        assert (step.revision, step.source) == (revision + 1, state)
        assert (step.trigger is None) <= (step.source is step.dest)
        revision, state = step.revision, step.dest


@given(st.sampled_from(sorted(ExamResult)), st.integers(0, 400))
def test_3_an_exam_before_the_exit_is_recorded_whenever_it_arrives(result: ExamResult, later: int) -> None:
    world = WORLD | {"today": date(2020, 9, 20)}
    facts = played(world, [
        {**CLERK, "do": "announce", "cohort": "none", "session": "S-1"},
        {**CLERK, "do": "register", "fee_fen": 10_000, "papers_seen": True},
    ])  # fmt: skip
    late = WORLD | {"today": EXIT + timedelta(days=later)}
    held = {**CLERK, "do": "hold_exam", "result": str(result), "paper": PAPER, "session": "S-1"}
    asked = turn(facts, Move(late, {**held, "held_on": EXIT - timedelta(days=1)}))
    told = turn(asked.after, Move(late, REVIEWER))
    assert told.after.state is (State.EXAMINED if result is ExamResult.PASSED else State.FAILED)
    assert "exam_result" in told.steps[-1].letters
