"""The rule book by example: what happens on the day itself, the day before, and to those who stand in between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from states.case.context import Session
from states.case.facts import CaseFacts
from states.reference.identity import make_id_number
from states.words import State
from tests.states.factories import (
    AFTER,
    BATCH_1,
    BATCH_2,
    BEFORE,
    DEADLINE,
    EVE,
    FEE,
    OF_A_PLAN,
    PAPER,
    PLAN,
    after,
    around,
    case,
    letters,
    refusal,
    send,
    steps,
)

DAY = timedelta(days=1)
ACCESS = around(None)
MOVED = around(BATCH_2 + timedelta(days=90))
PLANNED = {"cohort": "plan_student", "plan": PLAN}


def asked(**policies: object) -> CaseFacts:
    """A registered candidate on the exit day."""
    return after(case(State.REGISTERED), BATCH_2, context=around(**policies))


# the day itself


@pytest.mark.parametrize("exit_date", [BATCH_1, BATCH_2])
def test_on_the_exit_day_itself_registration_is_refused(exit_date: date) -> None:
    facts = case(State.ANNOUNCED, exit_date=exit_date)
    assert refusal(facts, exit_date, send("register"), context=around(exit_date)) == "RegistrationClosed"


def test_on_the_eve_of_the_exit_registration_is_still_accepted() -> None:
    assert after(case(State.ANNOUNCED), EVE, send("register")).state is State.REGISTERED


def test_an_exam_is_announced_on_the_eve_and_refused_on_the_day() -> None:
    assert refusal(case(State.NEW), EVE, send("announce")) == ""
    assert refusal(case(State.NEW), BATCH_2, send("announce")) == "NotInCatalog"


def test_the_exit_asks_the_registered_and_sends_the_notice() -> None:
    assert asked().state is State.CHOOSING
    assert asked().choice.deadline == DEADLINE
    assert letters(case(State.REGISTERED), BATCH_2) == ["exit_notice"]


def test_the_announced_are_asked_too_or_closed_if_policy_says_so() -> None:
    """80号·三: 已发布鉴定考试公告或已受理鉴定考试报名."""
    facts = after(case(State.ANNOUNCED), BATCH_2)
    assert (facts.state, facts.choice.origin) == (State.CHOOSING, State.ANNOUNCED)
    chosen = after(facts, AFTER, send("continue_exam"), send("register"))
    assert chosen.state is State.REGISTERED
    close = around(announced_at_exit="close")
    assert after(case(State.ANNOUNCED), BATCH_2, context=close).state is State.CLOSED
    assert letters(case(State.ANNOUNCED), BATCH_2, context=close) == ["closure_notice"]


def test_registering_late_is_registration_closed_in_every_state() -> None:
    for state in State:
        assert refusal(case(state), AFTER, send("register")) == "RegistrationClosed"


def test_an_access_occupation_has_no_last_day() -> None:
    facts = after(case(State.NEW), date(2030, 1, 1), send("announce"), send("register"), context=ACCESS)
    assert facts.state is State.REGISTERED


# cohorts


def test_a_protected_student_registers_sits_and_is_certified_after_the_exit() -> None:
    for cohort in ("plan_student", "new_apprentice"):
        opened = send("announce", cohort=cohort, plan=PLAN)
        facts = after(case(State.NEW), AFTER, opened, send("register"), send("hold_exam"))
        assert facts.state is State.EXAMINED
        theirs = {"instrument": "skill_level", "organisation": "某机构", "number": "S430100000001214000001"}
        for given in ({}, theirs):
            done = after(facts, AFTER, send("certify", **given), send("approve"))
            assert done.state is State.CERTIFIED


def test_after_the_exit_a_plan_is_arranged_and_never_published() -> None:
    assert letters(case(State.NEW), AFTER, send("announce", **PLANNED)) == ["exam_arrangement"]
    assert letters(case(State.NEW), BEFORE, send("announce", **PLANNED)) == ["announcement"]


@pytest.mark.parametrize(
    "plan",
    [
        None,
        {"organisation": " ", "name": "x", "intake": "2019-09-01"},
        {"organisation": "x", "name": "y", "intake": "2020-12-31"},
    ],
)
def test_a_cohort_is_no_bare_word(plan: object) -> None:
    """School or employer, plan, and an intake before the exit: all of them, or nothing protects."""
    opened = send("announce", cohort="plan_student", plan=plan)
    assert refusal(case(State.NEW), BEFORE, opened) == "NotEligible"
    assert refusal(case(State.NEW), AFTER, opened) == "NotInCatalog"


def test_a_student_enrolled_on_the_eve_is_protected() -> None:
    plan = {"organisation": "x", "name": "y", "intake": "2020-12-30"}
    assert refusal(case(State.NEW), AFTER, send("announce", cohort="plan_student", plan=plan)) == ""


def test_a_cohort_is_judged_by_its_own_route() -> None:
    child = {"name": "王小", "id_number": make_id_number("430102", date(2012, 3, 15), 1)}
    facts = after(case(State.NEW), BEFORE, send("announce", candidate=child, **PLANNED))
    assert refusal(facts, BEFORE, send("register")) == "NotEligible"
    master = after(case(State.NEW), BEFORE, send("announce", level=1, **PLANNED))
    assert refusal(master, BEFORE, send("register")) == "NotEligible"
    assert refusal(master, BEFORE, send("register", held_level=2, held_years=4)) == ""


def test_who_leaves_the_plan_after_the_exit_is_asked_at_once() -> None:
    facts = case(State.REGISTERED, **OF_A_PLAN)
    assert after(facts, AFTER).state is State.REGISTERED
    left = after(facts, AFTER, send("leave_plan"))
    assert (left.state, left.choice.deadline) == (State.CHOOSING, AFTER + timedelta(days=30))
    assert refusal(facts, AFTER, send("leave_plan", evidence="")) == "EvidenceMissing"
    assert refusal(case(State.REGISTERED), BEFORE, send("leave_plan")) == "WrongState"


def test_only_a_protected_cohort_may_be_certified_at_skill_level() -> None:
    assert refusal(case(State.EXAMINED), AFTER, send("certify", instrument="skill_level")) == "NotEligible"


def test_a_skill_level_number_is_given_and_never_drawn() -> None:
    facts = case(State.EXAMINED, **OF_A_PLAN)
    asks = {"instrument": "skill_level"}
    assert refusal(facts, AFTER, send("certify", **asks)) == "InvalidField"
    assert refusal(facts, AFTER, send("certify", **asks, organisation="x")) == "InvalidCertificateNumber"
    g = {"organisation": "x", "number": "G430100000001214000001"}
    assert refusal(facts, AFTER, send("certify", **asks, **g)) == "InvalidCertificateNumber"
    told = send("certify", **asks, organisation="x", number="Y430100000001214000001")
    assert [step.allocate for step in steps(facts, AFTER, told, send("approve"))] == [None, None]


# conditions


@pytest.mark.parametrize(
    ("level", "said", "expected"),
    [
        (3, {"held_level": 4, "held_years": 2}, "NotEligible"),
        (3, {"held_level": 4, "held_years": 2, "diploma": "college"}, ""),
        (3, {"held_level": 4, "held_years": 5}, ""),
        (3, {"held_level": 4}, "InvalidField"),
        (3, {"held_years": 5}, "InvalidField"),
        (4, {"work_years": 6}, ""),
        (4, {"work_years": 5}, "NotEligible"),
        (5, {"diploma": "apprenticeship"}, ""),
        (2, {"diploma": "reserve_technician", "held_years": 2}, ""),
        (2, {"diploma": "博士"}, "InvalidField"),
        (4, {"work_years": -1}, "InvalidField"),
    ],
)
def test_what_is_declared_is_judged_and_half_a_statement_is_asked_about(
    level: int, said: dict[str, object], expected: str
) -> None:
    assert refusal(case(State.ANNOUNCED, level=level), BEFORE, send("register", **said)) == expected


def test_without_a_declaration_the_clerks_own_check_is_on_record() -> None:
    check = after(case(State.ANNOUNCED), BEFORE, send("register")).check
    assert check is not None
    assert (check.route, check.by, check.on) == ("papers", "经办甲", BEFORE)
    assert check.evidence
    declared = after(case(State.ANNOUNCED), BEFORE, send("register", work_years=6)).check
    assert declared is not None and declared.route == "declared" and "6年" in declared.met


def test_what_is_not_accepted_is_said_with_every_unmet_condition() -> None:
    rejected = after(case(State.ANNOUNCED), BEFORE, send("reject", reason="", work_years=1))
    assert rejected.state is State.CLOSED
    assert rejected.ending is not None and len(rejected.ending.unmet) == 3
    assert letters(case(State.ANNOUNCED), BEFORE, send("reject")) == ["rejection_notice"]
    assert refusal(case(State.ANNOUNCED), BEFORE, send("reject", reason="")) == "InvalidField"


# sat, and marked


def test_whoever_has_sat_is_not_asked_when_the_exit_comes() -> None:
    sat = after(case(State.REGISTERED), date(2020, 12, 28), send("hold_exam", result=None))
    assert after(sat, BATCH_2).state is State.EXAMINED
    assert letters(sat, BATCH_2) == []
    assert refusal(sat, AFTER, send("request_refund")) == "ChoiceNotOpen"
    marked = after(sat, AFTER, send("grade", theory=75, practice=80, result=None))
    assert after(marked, AFTER, send("certify"), send("approve")).state is State.CERTIFIED


def test_a_late_exam_takes_two_people_and_a_session_on_record_before_the_exit() -> None:
    late = send("hold_exam", held_on=EVE)
    facts = after(asked(), AFTER, late)
    assert facts.pending is not None and facts.state is State.CHOOSING
    assert after(facts, AFTER, send("approve")).state is State.EXAMINED
    since = around(sessions=(Session("S-1", BATCH_2),))
    assert refusal(asked(), AFTER, late, context=since) == "SessionNotOnRecord"
    assert refusal(asked(), AFTER, late, context=around(sessions=())) == "SessionNotOnRecord"
    assert refusal(asked(), AFTER, send("hold_exam", held_on=BATCH_2)) == "WrongState"


def test_a_session_that_the_case_named_before_the_exit_serves() -> None:
    named = after(case(State.ANNOUNCED), BEFORE, send("register", session="S-9"))
    nothing = around(sessions=())
    late = send("hold_exam", held_on=EVE, session="S-9")
    assert after(named, AFTER, late, send("approve"), context=nothing).state is State.EXAMINED
    renamed = after(case(State.REGISTERED), AFTER, send("postpone", session="S-8"))
    assert (
        refusal(renamed, AFTER, send("hold_exam", held_on=EVE, session="S-8"), context=nothing) == "SessionNotOnRecord"
    )


@pytest.mark.parametrize("state", [State.CHOOSING, State.CONVERTING, State.REFUNDING])
@pytest.mark.parametrize(("result", "leads"), [("passed", "examined"), ("failed", "failed"), (None, "examined")])
def test_an_exam_held_before_the_exit_counts_whatever_was_chosen_meanwhile(
    state: State, result: str | None, leads: str
) -> None:
    done = after(case(state), AFTER, send("hold_exam", held_on=EVE, result=result), send("approve"))
    assert (done.state.value, done.refund_fen) == (leads, 0)


def test_it_counts_for_whoever_was_closed_by_their_choice() -> None:
    closed = after(case(State.CHOOSING, fee_fen=0, received_fen=0), AFTER, send("request_refund"))
    assert closed.state is State.CLOSED
    assert after(closed, AFTER, send("hold_exam", held_on=EVE), send("approve")).state is State.EXAMINED
    withdrawn = case(State.CLOSED)
    assert refusal(withdrawn, AFTER, send("hold_exam", held_on=EVE)) == "WrongState"


def test_after_a_paid_refund_the_result_is_noted_and_the_certificate_waits_for_the_money() -> None:
    facts = case(State.REFUNDED)
    noted = after(facts, AFTER, send("hold_exam", held_on=EVE), send("approve"))
    assert (noted.state, noted.refund_fen) == (State.REFUNDED, FEE)
    assert letters(facts, AFTER, send("hold_exam", held_on=EVE), send("approve")) == ["exam_result"]
    assert refusal(noted, AFTER, send("certify")) == "AlreadyRefunded"
    back = after(noted, AFTER, send("receive_fee"))
    assert (back.state, back.refund_fen) == (State.EXAMINED, 0)
    assert after(back, AFTER, send("certify"), send("approve")).state is State.CERTIFIED


def test_who_did_not_come_has_not_sat_so_an_answer_stands() -> None:
    absent = send("hold_exam", held_on=EVE, result="absent", paper="")
    assert after(asked(), AFTER, absent, send("approve")).state is State.FAILED
    assert refusal(case(State.REFUNDING), AFTER, absent) == "AlreadyRefunded"
    assert refusal(case(State.CONVERTING), AFTER, absent) == "WrongState"


@pytest.mark.parametrize("held_on", ["1990-01-01", "2020-11-09", "2020-12-16"])
def test_an_exam_is_never_before_the_registration_nor_in_the_future(held_on: str) -> None:
    assert refusal(case(State.REGISTERED), BEFORE, send("hold_exam", held_on=held_on)) == "InvalidField"
    assert refusal(case(State.REGISTERED), BEFORE, send("hold_exam", held_on="2020-11-10")) == ""


def test_who_chose_the_exam_is_not_asked_again() -> None:
    facts = after(asked(), AFTER, send("continue_exam"))
    assert facts.state is State.REGISTERED
    facts = after(facts, AFTER, context=MOVED)
    assert after(facts, date(2021, 6, 1), send("hold_exam"), context=MOVED).state is State.EXAMINED


def test_a_paper_must_have_been_drawn_from_the_bank_for_this_occupation_and_level() -> None:
    facts = case(State.REGISTERED)
    assert refusal(facts, BEFORE, send("hold_exam", paper="GJTK-2020-9999")) == "PaperNotFromBank"
    assert refusal(facts, BEFORE, send("hold_exam", paper="")) == "PaperNotFromBank"
    assert refusal(facts, BEFORE, send("hold_exam", paper="", result=None)) == ""
    sat = after(facts, BEFORE, send("hold_exam", paper="", result=None))
    assert refusal(sat, BEFORE, send("grade", paper="")) == "PaperNotFromBank"
    assert refusal(sat, BEFORE, send("grade", paper=PAPER)) == ""


@pytest.mark.parametrize(
    ("site", "approval", "expected"),
    [
        ("430102", "", ""),
        ("430100", "", ""),
        ("430200", "", "OffsiteNotApproved"),
        ("430200", "湘鉴〔2020〕1号", ""),
        ("长沙", "", "InvalidField"),
    ],
)
def test_a_site_is_judged_by_the_centres_area(site: str, approval: str, expected: str) -> None:
    held = send("hold_exam", site=site, approval=approval)
    assert refusal(case(State.REGISTERED), BEFORE, held) == expected


def test_a_site_that_nobody_gave_is_the_sessions_else_the_centres_own() -> None:
    there = around(sessions=(Session("S-1", BEFORE, BEFORE, "430200"),))
    assert refusal(case(State.REGISTERED), BEFORE, send("hold_exam"), context=there) == "OffsiteNotApproved"
    exam = after(case(State.REGISTERED), BEFORE, send("hold_exam"), context=around(sessions=())).exam
    assert exam is not None and exam.site == "430100"


def test_a_hold_stops_certificates_and_by_policy_exams() -> None:
    held = around(hold="突击")
    assert refusal(case(State.EXAMINED), BEFORE, send("certify"), context=held) == "IssuanceHeld"
    pending = after(case(State.EXAMINED), BEFORE, send("certify"))
    assert refusal(pending, BEFORE, send("approve"), context=held) == "IssuanceHeld"
    assert refusal(case(State.REGISTERED), BEFORE, send("hold_exam"), context=held) == ""
    strict = around(hold="突击", hold_stops_exams=True)
    assert refusal(case(State.REGISTERED), BEFORE, send("hold_exam"), context=strict) == "IssuanceHeld"


# theory and practice, review, resit


def test_theory_and_practice_apart() -> None:
    facts = case(State.REGISTERED)
    half = after(facts, BEFORE, send("hold_exam", result=None, theory=80))
    assert half.state is State.EXAMINED and half.exam is not None and half.exam.result is None
    assert after(half, BEFORE, send("grade", result=None, practice=60)).exam.result == "passed"  # type: ignore[union-attr]
    assert after(half, BEFORE, send("grade", result=None, practice=59)).state is State.FAILED
    assert refusal(half, BEFORE, send("grade", result="passed", practice=59)) == "InvalidField"
    assert refusal(half, BEFORE, send("grade", result=None, practice=101)) == "InvalidField"
    assert refusal(half, BEFORE, send("grade", result=None)) == "InvalidField"


def test_a_resit_is_of_the_parts_that_failed() -> None:
    facts = after(case(State.REGISTERED), BEFORE, send("hold_exam", result=None, theory=80, practice=50))
    assert facts.state is State.FAILED
    again = after(facts, BEFORE + DAY, send("resit"))
    assert (again.state, again.exam, len(again.earlier_exams)) == (State.REGISTERED, None, 1)
    done = after(again, EVE, send("hold_exam", result=None, practice=70))
    assert done.exam is not None and (done.exam.theory, done.exam.result) == (80, "passed")


def test_a_resit_across_the_exit_is_for_whoever_chose_to_continue_or_is_protected() -> None:
    failed = case(State.FAILED)
    assert refusal(failed, EVE, send("resit")) == ""
    assert refusal(failed, AFTER, send("resit")) == "RegistrationClosed"
    chose = after(asked(), AFTER, send("continue_exam"), send("hold_exam", result="failed"))
    assert after(chose, AFTER, send("resit")).state is State.REGISTERED
    assert after(case(State.FAILED, **OF_A_PLAN), AFTER, send("resit")).state is State.REGISTERED
    begun = after(failed, EVE, send("resit"))
    assert after(begun, BATCH_2).state is State.CHOOSING


def test_a_resit_has_its_period() -> None:
    last = date(2021, 12, 15)
    assert refusal(case(State.FAILED), last, send("resit"), context=ACCESS) == ""
    assert refusal(case(State.FAILED), last + DAY, send("resit"), context=ACCESS) == "ResitPeriodOver"


def test_the_fee_of_an_exam_that_was_sat_is_used_up() -> None:
    again = after(case(State.FAILED), BEFORE, send("resit", fee_fen=5_000))
    assert (again.fee_fen, again.refundable_fen) == (FEE + 5_000, 5_000)


def test_a_result_corrected_after_a_complaint_keeps_the_old_one_on_record() -> None:
    facts = after(case(State.FAILED), BEFORE, send("regrade", theory=70, practice=70, result=None), send("approve"))
    assert facts.state is State.EXAMINED and facts.exam is not None
    assert [old.result for old in facts.exam.former] == ["failed"]
    back = after(case(State.EXAMINED), BEFORE, send("regrade", result="failed"), send("approve"))
    assert back.state is State.FAILED
    assert letters(case(State.FAILED), BEFORE, send("regrade"), send("approve")) == ["exam_result"]


def test_a_review_has_its_term_for_whoever_applies() -> None:
    last = BEFORE + timedelta(days=15)
    assert refusal(case(State.FAILED), AFTER, send("regrade", requested_on=last)) == ""
    assert refusal(case(State.FAILED), AFTER, send("regrade", requested_on=last + DAY)) == "ReviewPeriodOver"
    assert refusal(case(State.FAILED), date(2021, 6, 1), send("regrade")) == ""  # the centre's own mistake


# the choice


def test_reminders_come_7_days_and_1_day_before_the_deadline() -> None:
    facts, reminded = asked(), []
    for n in range(60):
        day = BATCH_2 + n * DAY
        if "choice_reminder" in letters(facts, day):
            reminded.append(day)
        facts = after(facts, day)
    assert reminded == [DEADLINE - 7 * DAY, DEADLINE - DAY]


def test_the_deadline_day_itself_still_belongs_to_the_candidate() -> None:
    assert not after(asked(), DEADLINE).choice.escalated
    assert after(asked(), DEADLINE + DAY).choice.escalated


def test_a_late_answer_is_still_an_answer() -> None:
    facts = after(asked(), DEADLINE + timedelta(days=300))
    assert facts.state is State.CHOOSING
    answered = after(facts, DEADLINE + timedelta(days=300), send("request_conversion"), send("approve"))
    assert (answered.state, answered.choice.escalated) == (State.CONVERTING, False)


def test_a_default_applies_only_under_a_notice_that_named_it() -> None:
    exam = around(choice_default="continue_exam")
    told = asked(choice_default="continue_exam")
    assert after(told, DEADLINE, context=exam).state is State.CHOOSING
    assert after(told, DEADLINE + DAY, context=exam).state is State.REGISTERED
    assert after(told, DEADLINE + DAY, context=exam).choice.by_policy
    assert after(asked(), DEADLINE + DAY, context=exam).choice.escalated  # the notice had promised not to choose
    assert after(told, DEADLINE + DAY).choice.escalated  # and a default that was taken back is none


def test_a_default_that_moves_money_still_takes_a_second_person() -> None:
    refund = around(choice_default="request_refund")
    proposed = after(asked(choice_default="request_refund"), DEADLINE + DAY, context=refund)
    assert proposed.state is State.CHOOSING and proposed.pending is not None
    assert proposed.choice.escalated  # and the supervisor sees it
    done = steps(proposed, DEADLINE + DAY, send("approve"), context=refund)[-1]
    assert (done.facts.state, done.basis) == (State.REFUNDING, "default")


def test_an_answer_can_be_changed_within_five_working_days() -> None:
    """2021-01-04 is a Monday: the fifth working day after it is the Monday after."""
    chosen = after(asked(), AFTER, send("continue_exam"))
    refund = send("change_choice", choice="request_refund")
    pending = after(chosen, date(2021, 1, 11), refund)
    assert pending.pending is not None and pending.state is State.REGISTERED
    assert after(pending, date(2021, 1, 11), send("approve")).state is State.REFUNDING
    assert refusal(chosen, date(2021, 1, 12), refund) == "ChoiceNotOpen"
    assert refusal(chosen, AFTER, send("change_choice", choice="continue_exam")) == "InvalidField"


def test_an_answer_is_fixed_once_it_was_paid_handed_over_or_sat() -> None:
    paid = after(case(State.REFUNDING), AFTER, send("settle_refund"))
    assert refusal(paid, AFTER, send("change_choice")) == "AlreadyRefunded"
    sat = after(asked(), AFTER, send("continue_exam"), send("hold_exam"))
    assert refusal(sat, AFTER, send("change_choice", choice="request_refund")) == "ChoiceNotOpen"
    handed = after(case(State.CONVERTING), AFTER, send("convert"))
    assert refusal(handed, AFTER, send("change_choice")) == "ChoiceNotOpen"


def test_from_refund_back_to_the_exam_nothing_is_paid() -> None:
    back = after(case(State.REFUNDING), AFTER, send("change_choice"))
    assert (back.state, back.refund_fen, back.refundable_fen) == (State.REGISTERED, 0, FEE)


# dates that move


def test_an_exit_moved_later_or_given_up_reinstates_who_has_not_chosen_and_tells_them() -> None:
    for world in (MOVED, ACCESS):
        assert after(asked(), AFTER, context=world).state is State.REGISTERED
        assert letters(asked(), AFTER, context=world) == ["reinstatement_notice"]
    chosen = after(asked(), AFTER, send("request_conversion"), send("approve"))
    assert after(chosen, AFTER, context=MOVED).state is State.CONVERTING


def test_whom_the_exit_had_closed_is_asked_whether_they_come_back() -> None:
    closed = after(case(State.ANNOUNCED), BATCH_2, context=around(announced_at_exit="close"))
    assert refusal(closed, AFTER, send("reinstate")) == "RegistrationClosed"
    assert letters(closed, AFTER, context=MOVED) == ["reinstatement_notice"]
    invited = after(closed, AFTER, context=MOVED)
    assert invited.state is State.CLOSED and letters(invited, AFTER, context=MOVED) == []
    assert after(invited, AFTER, send("reinstate"), context=MOVED).state is State.ANNOUNCED
    assert refusal(case(State.CLOSED), BEFORE, send("reinstate")) == "WrongState"


def test_a_moved_exit_counts_from_the_next_command_on() -> None:
    assert after(case(State.ANNOUNCED), AFTER, send("register"), context=MOVED).state is State.REGISTERED
    assert refusal(case(State.ANNOUNCED), BEFORE, send("register"), context=around(BEFORE)) == "RegistrationClosed"


def test_an_exam_put_off_and_put_off_again() -> None:
    once = after(asked(), AFTER, send("postpone", exam_on="2021-02-01"))
    twice = after(once, AFTER, send("postpone", exam_on="2021-03-01"))
    assert (twice.state, twice.sitting.on, twice.sitting.former) == (
        State.CHOOSING,
        date(2021, 3, 1),
        (date(2021, 2, 1),),
    )
    assert letters(once, AFTER, send("postpone")) == ["postponement_notice"]
    assert letters(case(State.REGISTERED), BEFORE, send("postpone")) == ["postponement_notice", "admission_ticket"]
    assert refusal(once, AFTER, send("postpone", exam_on="2021-01-03")) == "InvalidField"


# two people


def test_nobody_approves_their_own_proposal_however_the_name_is_spaced() -> None:
    facts = after(case(State.EXAMINED), BEFORE, send("certify", by="张三"))
    for name in ("张三", "张三 ", "张　三"):
        assert refusal(facts, BEFORE, send("approve", by=name)) == "SamePerson"
    assert refusal(facts, BEFORE, send("approve", role="clerk", by="李四")) == "RoleNotAllowed"
    assert after(facts, BEFORE, send("approve", by="李四")).state is State.CERTIFIED


def test_people_are_told_apart_by_their_accounts() -> None:
    facts = after(case(State.EXAMINED), BEFORE, send("certify", by="张三", account="a-1"))
    assert refusal(facts, BEFORE, send("approve", by="李四", account="a-1")) == "SamePerson"
    assert refusal(facts, BEFORE, send("approve", by="张三", account="a-2")) == ""


def test_an_approval_is_of_what_was_shown() -> None:
    facts = after(case(State.EXAMINED), BEFORE, send("certify"))
    assert refusal(facts, BEFORE, send("approve", seen_revision=facts.revision)) == ""
    assert refusal(facts, BEFORE, send("approve", seen_revision=facts.revision - 1)) == "StaleApproval"
    assert refusal(facts, BEFORE, send("approve", seen_hash="0" * 64)) == "StaleApproval"


def test_one_proposal_at_a_time() -> None:
    facts = after(asked(), AFTER, send("request_refund"))
    for other in ("continue_exam", "request_conversion", "withdraw", "request_refund", "decease"):
        assert refusal(facts, AFTER, send(other)) == "ProposalPending"
    mended = after(facts, AFTER, send("correct"))
    assert mended.pending is not None  # a telephone number is no change of state


def test_a_pending_proposal_survives_the_exit_and_brings_no_notice() -> None:
    facts = after(case(State.REGISTERED), EVE, send("withdraw"))
    assert letters(facts, BATCH_2) == []
    facts = after(facts, BATCH_2)
    assert facts.state is State.CHOOSING
    assert facts.pending is not None and facts.pending.command == "withdraw"
    paid = after(facts, AFTER, send("approve"))
    assert (paid.state, paid.refund_fen) == (State.REFUNDING, FEE)
    assert letters(facts, AFTER, send("decline", reason="材料不全")) == ["exit_notice"]
    asked_now = after(facts, AFTER, send("decline", reason="材料不全"))
    assert asked_now.choice.deadline == AFTER + timedelta(days=30)


def test_an_answer_that_waits_for_its_reviewer_is_neither_reminded_nor_escalated() -> None:
    facts = after(asked(), AFTER, send("request_refund"))
    late = after(facts, DEADLINE + timedelta(days=40))
    assert (late.choice.escalated, late.choice.reminded, late.state) == (False, (), State.CHOOSING)


def test_declined_after_the_deadline_the_choice_is_open_again_and_escalated() -> None:
    facts = after(asked(), AFTER, send("request_refund"))
    declined = after(facts, DEADLINE + DAY, send("decline", reason="材料不全"))
    assert (declined.state, declined.pending, declined.choice.escalated) == (State.CHOOSING, None, True)
    assert after(declined, DEADLINE + DAY, send("continue_exam")).state is State.REGISTERED


def test_all_commands_of_one_submission_or_none() -> None:
    assert refusal(case(State.NEW), BEFORE, send("announce"), send("register", fee_fen=-1)) == "InvalidField"


def test_the_same_command_twice_counts_once() -> None:
    once = after(case(State.ANNOUNCED), BEFORE, send("register", id="x-1"))
    assert after(once, BEFORE, send("register", id="x-1")).revision == once.revision


# who somebody is


def test_name_and_number_need_evidence_and_a_reviewer_and_drop_what_is_pending() -> None:
    pending = after(case(State.EXAMINED), BEFORE, send("certify"))
    swap = send("correct", phone=None, name="王小喆", evidence="户籍证明")
    told = steps(pending, BEFORE, swap)[-1]
    assert told.facts.pending is not None and told.facts.pending.command == "correct"
    assert told.before == {"pending": "certify"}
    assert told.facts.candidate is not None and told.facts.candidate.name == "王喆"
    done = steps(told.facts, BEFORE, send("approve"))[-1]
    assert done.facts.candidate is not None and done.facts.candidate.name == "王小喆"
    assert done.before == {"name": "王喆"}
    assert refusal(pending, BEFORE, send("correct", name="王小喆")) == "EvidenceMissing"
    assert after(pending, BEFORE, send("correct", address="新址")).pending is not None


def test_after_issue_a_correction_of_the_name_is_an_exchange() -> None:
    swap = send("correct", phone=None, name="王小喆", evidence="户籍证明")
    assert letters(case(State.CERTIFIED), AFTER, swap, send("approve")) == ["exchange_notice", "certificate"]
    done = after(case(State.CERTIFIED), AFTER, swap, send("approve"))
    assert (done.state, done.certificate_no) == (State.CERTIFIED, case(State.CERTIFIED).certificate_no)


# money


def test_a_failed_payment_stays_refunding_and_a_settled_one_ends() -> None:
    facts = after(case(State.REFUNDING), AFTER, send("fail_refund", reason="账号有误"))
    assert facts.state is State.REFUNDING and facts.refund is not None and facts.refund.failure == "账号有误"
    facts = after(facts, AFTER, send("settle_refund"))
    assert facts.state is State.REFUNDED and facts.refund is not None and facts.refund.failure == ""
    assert refusal(facts, AFTER, send("settle_refund")) == "AlreadyRefunded"


def test_no_exam_and_no_certificate_once_the_money_is_on_its_way() -> None:
    for state in (State.REFUNDING, State.REFUNDED):
        for command in ("hold_exam", "certify", "continue_exam", "convert"):
            assert refusal(case(state), AFTER, send(command)) == "AlreadyRefunded"


def test_a_conversion_gives_the_fee_back_by_a_refund_of_its_own() -> None:
    pending = after(asked(), AFTER, send("request_conversion"))
    assert pending.pending is not None
    done = after(pending, AFTER, send("approve"))
    assert (done.state, done.refund_fen) == (State.CONVERTING, FEE)
    paid = after(done, AFTER, send("settle_refund"))
    assert (paid.state, paid.refund_paid) == (State.CONVERTING, True)
    assert after(paid, AFTER, send("convert")).state is State.CONVERTED


def test_the_fee_goes_on_only_with_the_consent_named() -> None:
    assert refusal(asked(), AFTER, send("request_conversion", fee="transfer")) == "EvidenceMissing"
    sent = send("request_conversion", fee="transfer", evidence="费用移交同意书")
    done = after(asked(), AFTER, sent, send("approve"))
    assert (done.state, done.refund_fen, done.handed_fen) == (State.CONVERTING, 0, FEE)
    again = after(done, AFTER, send("change_choice", choice="request_refund"), send("approve"))
    assert (again.state, again.refund_fen) == (State.REFUNDING, FEE)


def test_a_company_that_paid_is_repaid() -> None:
    facts = after(case(State.ANNOUNCED), BEFORE, send("register", payer={"name": "某公司", "account": "6222"}))
    back = after(facts, BEFORE, send("withdraw"), send("approve"))
    assert back.refund is not None and (back.refund.payee.name, back.refund.payee.account) == ("某公司", "6222")


def test_a_fee_never_received_is_not_repaid_and_holds_up_the_certificate() -> None:
    owing = after(case(State.ANNOUNCED), BEFORE, send("register", received_fen=0))
    assert after(owing, BEFORE, send("withdraw")).state is State.CLOSED
    passed = after(owing, BEFORE, send("hold_exam"))
    assert refusal(passed, BEFORE, send("certify")) == "FeeNotReceived"
    assert refusal(passed, BEFORE, send("certify"), context=around(certificate_needs_fee=False)) == ""
    assert refusal(passed, BEFORE, send("receive_fee", amount_fen=FEE + 1)) == "InvalidField"
    assert refusal(after(passed, BEFORE, send("receive_fee")), BEFORE, send("certify")) == ""


def test_the_heirs_are_paid_and_nobody_is_reminded() -> None:
    pending = after(asked(), AFTER, send("decease"))
    assert letters(pending, DEADLINE + DAY) == []
    done = after(pending, AFTER, send("approve"))
    assert done.state is State.REFUNDING and done.refund is not None and "继承人" in done.refund.payee.name
    assert refusal(done, AFTER, send("change_choice")) == "AlreadyRefunded"


# certificates


def test_a_loss_reported_on_the_eve_and_approved_on_the_exit_day_becomes_a_letter() -> None:
    facts = after(case(State.CERTIFIED), EVE, send("report_loss"))
    assert after(facts, EVE, send("approve")).state is State.REISSUED
    assert letters(facts, BATCH_2, send("approve")) == ["certificate_information_letter"]
    assert after(facts, BATCH_2, send("approve")).state is State.ATTESTED


def test_each_certificate_of_a_converted_case_goes_its_own_way() -> None:
    both = after(case(State.CERTIFIED), AFTER, send("convert"))
    assert refusal(both, AFTER, send("report_loss")) == "InvalidField"
    vocational, skill = (send("report_loss", instrument=kind) for kind in ("vocational", "skill_level"))
    assert letters(both, AFTER, vocational, send("approve")) == ["certificate_information_letter"]
    assert letters(both, AFTER, skill, send("approve")) == ["reissue_notice"]
    assert letters(both, BEFORE, vocational, send("approve")) == ["reissue_notice", "certificate"]
    for sent in (vocational, skill):
        assert after(both, AFTER, sent, send("approve")).state is State.CONVERTED
    assert refusal(case(State.CERTIFIED), AFTER, skill) == "InvalidField"


def test_who_holds_a_skill_level_certificate_is_not_converted_to_one_again() -> None:
    held = {"instrument": "skill_level", "organisation": "某机构", "number": "S430100000001214000001"}
    pupil = after(case(State.EXAMINED, **OF_A_PLAN), AFTER, send("certify", **held), send("approve"))
    assert refusal(pupil, AFTER, send("convert")) == "WrongState"
    assert refusal(case(State.CONVERTED), AFTER, send("convert")) == "WrongState"


def test_a_certificate_wrongly_issued_is_withdrawn_by_two_people_with_a_reason() -> None:
    assert refusal(case(State.CERTIFIED), AFTER, send("revoke", reason=" ")) == "InvalidField"
    assert letters(case(State.CERTIFIED), AFTER, send("revoke"), send("approve")) == ["revocation_notice"]


def test_a_certificate_of_an_access_occupation_is_always_reissued() -> None:
    facts = after(case(State.CERTIFIED), date(2030, 1, 1), send("report_loss"), send("approve"), context=ACCESS)
    assert facts.state is State.REISSUED


# the archive


def test_an_archive_certificate_is_two_peoples_work_and_is_nothing_until_then() -> None:
    pending = after(case(State.NEW), AFTER, send("import_certificate"))
    assert (pending.state, pending.certificate_no, pending.archive_no) == (State.NEW, None, "1918010000400123")
    assert after(pending, AFTER, send("approve")).certificate_no == "1918010000400123"
    declined = after(pending, AFTER, send("decline", reason="档案不符"))
    assert (declined.state, declined.pending, declined.archive_no) == (State.NEW, None, "")
    assert refusal(pending, AFTER, send("report_loss")) == "WrongState"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"issued_on": "2018-06-01"}, "InvalidCertificateNumber"),
        ({"level": 5}, "InvalidCertificateNumber"),
        ({"issued_on": "2022-01-01"}, "InvalidField"),
        ({"certificate_no": "1918019000400123"}, "InvalidCertificateNumber"),
        ({"certificate_no": "2118010000400123", "issued_on": "2021-01-02"}, "NotInCatalog"),
        ({"certificate_no": "2118010000400123", "issued_on": "2021-01-02", "held_on": "2020-12-20"}, "NotInCatalog"),
        (
            {
                "certificate_no": "2118010000400123",
                "issued_on": "2021-01-02",
                "held_on": "2020-12-20",
                "evidence": "成绩册",
            },
            "",
        ),
        ({"certificate_no": "2118010000400123", "issued_on": "2021-01-02", "evidence": "学籍", **PLANNED}, ""),
        ({"certificate_no": "9801000400123"}, ""),
    ],
)
def test_what_an_archive_says_may_not_contradict_itself(given: dict[str, object], expected: str) -> None:
    assert refusal(case(State.NEW), AFTER, send("import_certificate", **given)) == expected
