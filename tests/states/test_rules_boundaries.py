"""The rule book by example: what happens on the day itself, the day before, and to those who stand in between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from states.case.facts import CaseFacts
from states.words import State
from tests.states.factories import (
    AFTER,
    BATCH_1,
    BATCH_2,
    BEFORE,
    DEADLINE,
    EVE,
    FEE,
    after,
    around,
    case,
    letters,
    refusal,
    send,
)

DAY = timedelta(days=1)
ACCESS = around(None)


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
    assert asked().choice_deadline == DEADLINE
    assert letters(case(State.REGISTERED), BATCH_2) == ["exit_notice"]


def test_the_exit_closes_the_announced_or_asks_them_if_policy_says_so() -> None:
    assert after(case(State.ANNOUNCED), BATCH_2).state is State.CLOSED
    choose = around(announced_at_exit="choose")
    facts = after(case(State.ANNOUNCED), BATCH_2, context=choose)
    assert (facts.state, facts.origin) == (State.CHOOSING, State.ANNOUNCED)
    chosen = after(facts, AFTER, send("continue_exam"), send("register"), context=choose)
    assert chosen.state is State.REGISTERED


def test_registering_late_is_registration_closed_in_every_state() -> None:
    for state in State:
        assert refusal(case(state), AFTER, send("register")) == "RegistrationClosed"


def test_a_protected_student_registers_sits_and_is_certified_after_the_exit() -> None:
    for cohort in ("plan_student", "new_apprentice"):
        facts = after(case(State.NEW), AFTER, send("announce", cohort=cohort), send("register"), send("hold_exam"))
        assert facts.state is State.EXAMINED
        for instrument in ("vocational", "skill_level"):
            done = after(facts, AFTER, send("certify", instrument=instrument), send("approve"))
            assert (done.state, done.instrument) == (State.CERTIFIED, instrument)


def test_only_a_protected_cohort_may_be_certified_at_skill_level() -> None:
    assert refusal(case(State.EXAMINED), AFTER, send("certify", instrument="skill_level")) == "NotEligible"


def test_an_access_occupation_has_no_last_day() -> None:
    facts = after(case(State.NEW), date(2030, 1, 1), send("announce"), send("register"), context=ACCESS)
    assert facts.state is State.REGISTERED


# the exam


def test_the_late_result_of_an_exam_held_before_the_exit_is_recorded() -> None:
    assert after(asked(), AFTER, send("hold_exam", held_on=EVE)).state is State.EXAMINED
    assert after(asked(), AFTER, send("hold_exam", held_on=EVE, result="failed")).state is State.FAILED
    assert refusal(asked(), AFTER, send("hold_exam", held_on=BATCH_2)) == "WrongState"
    assert refusal(asked(), AFTER, send("hold_exam", held_on=AFTER + DAY)) == "WrongState"


def test_an_exam_held_before_the_exit_leads_to_its_certificate_long_after() -> None:
    facts = after(case(State.EXAMINED), date(2021, 6, 1), send("certify"), send("approve"))
    assert facts.state is State.CERTIFIED


def test_who_chose_the_exam_is_not_asked_again() -> None:
    facts = after(asked(), AFTER, send("continue_exam"))
    assert facts.state is State.REGISTERED
    later = around(BATCH_2 + timedelta(days=90))
    facts = after(facts, AFTER, context=later)
    assert after(facts, date(2021, 6, 1), send("hold_exam"), context=later).state is State.EXAMINED


def test_a_paper_from_elsewhere_an_unapproved_site_and_a_hold_are_refused() -> None:
    facts = case(State.REGISTERED)
    assert refusal(facts, BEFORE, send("hold_exam", paper="自编卷-1")) == "PaperNotFromBank"
    assert refusal(facts, BEFORE, send("hold_exam", site="430200")) == "OffsiteNotApproved"
    assert refusal(facts, BEFORE, send("hold_exam", site="430200", approval="湘鉴〔2020〕1号")) == ""
    assert refusal(case(State.EXAMINED), BEFORE, send("certify"), context=around(hold="突击")) == "IssuanceHeld"


def test_a_hold_stops_the_approval_too() -> None:
    facts = after(case(State.EXAMINED), BEFORE, send("certify"))
    assert refusal(facts, BEFORE, send("approve"), context=around(hold="突击")) == "IssuanceHeld"


# two people


def test_nobody_approves_their_own_proposal() -> None:
    facts = after(case(State.EXAMINED), BEFORE, send("certify", by="张三"))
    assert refusal(facts, BEFORE, send("approve", by="张三")) == "SamePerson"
    assert refusal(facts, BEFORE, send("approve", role="clerk", by="李四")) == "RoleNotAllowed"
    assert after(facts, BEFORE, send("approve", by="李四")).state is State.CERTIFIED


def test_one_proposal_at_a_time() -> None:
    facts = after(asked(), AFTER, send("request_refund"))
    for other in ("continue_exam", "request_conversion", "withdraw", "request_refund"):
        assert refusal(facts, AFTER, send(other)) == "ProposalPending"
    mended = after(facts, AFTER, send("correct"))
    assert mended.pending is not None  # a telephone number is no change of state


def test_a_pending_proposal_survives_the_exit() -> None:
    facts = after(case(State.REGISTERED), EVE, send("withdraw"))
    facts = after(facts, BATCH_2)
    assert facts.state is State.CHOOSING
    assert facts.pending is not None and facts.pending.command == "withdraw"
    paid = after(facts, AFTER, send("approve"))
    assert (paid.state, paid.refund_fen) == (State.REFUNDING, FEE)


def test_an_answer_that_waits_for_its_reviewer_is_neither_reminded_nor_escalated() -> None:
    facts = after(asked(), AFTER, send("request_refund"))
    late = after(facts, DEADLINE + timedelta(days=40))
    assert (late.escalated, late.reminded, late.state) == (False, (), State.CHOOSING)


def test_declined_after_the_deadline_the_choice_is_open_again_and_escalated() -> None:
    facts = after(asked(), AFTER, send("request_refund"))
    declined = after(facts, DEADLINE + DAY, send("decline", reason="材料不全"))
    assert (declined.state, declined.pending, declined.escalated) == (State.CHOOSING, None, True)
    assert after(declined, DEADLINE + DAY, send("continue_exam")).state is State.REGISTERED


def test_all_orders_of_one_submission_or_none() -> None:
    assert refusal(case(State.NEW), BEFORE, send("announce"), send("register", fee_fen=-1)) == "InvalidField"


def test_the_same_command_twice_counts_once() -> None:
    once = after(case(State.ANNOUNCED), BEFORE, send("register", id="x-1"))
    assert after(once, BEFORE, send("register", id="x-1")).revision == once.revision


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
    assert not after(asked(), DEADLINE).escalated
    assert after(asked(), DEADLINE + DAY).escalated


def test_a_late_answer_is_still_an_answer() -> None:
    facts = after(asked(), DEADLINE + timedelta(days=300))
    assert facts.state is State.CHOOSING
    answered = after(facts, DEADLINE + timedelta(days=300), send("request_conversion"))
    assert (answered.state, answered.escalated) == (State.CONVERTING, False)


def test_the_default_outcome_is_the_one_policy_names() -> None:
    exam = around(choice_default="continue_exam")
    assert after(asked(), DEADLINE, context=exam).state is State.CHOOSING
    assert after(asked(), DEADLINE + DAY, context=exam).state is State.REGISTERED
    refund = around(choice_default="request_refund")
    proposed = after(asked(), DEADLINE + DAY, context=refund)
    assert proposed.state is State.CHOOSING and proposed.pending is not None  # money still takes a second person
    assert proposed.escalated  # and the supervisor sees it
    assert after(proposed, DEADLINE + DAY, send("approve"), context=refund).state is State.REFUNDING


def test_an_exit_moved_later_reinstates_who_has_not_chosen() -> None:
    moved = around(BATCH_2 + timedelta(days=90))
    assert after(asked(), AFTER, context=moved).state is State.REGISTERED
    chosen = after(asked(), AFTER, send("request_conversion"))
    assert after(chosen, AFTER, context=moved).state is State.CONVERTING
    closed = after(case(State.ANNOUNCED), BATCH_2)
    assert after(closed, AFTER, context=moved).state is State.CLOSED


def test_a_moved_exit_counts_from_the_next_command_on() -> None:
    moved = around(BATCH_2 + timedelta(days=90))
    assert after(case(State.ANNOUNCED), AFTER, send("register"), context=moved).state is State.REGISTERED
    assert refusal(case(State.ANNOUNCED), BEFORE, send("register"), context=around(BEFORE)) == "RegistrationClosed"


# money


def test_a_failed_payment_stays_refunding_and_a_settled_one_ends() -> None:
    facts = after(case(State.REFUNDING), AFTER, send("fail_refund", reason="账号有误"))
    assert (facts.state, facts.refund_failure) == (State.REFUNDING, "账号有误")
    facts = after(facts, AFTER, send("settle_refund"))
    assert (facts.state, facts.refund_fen, facts.refund_failure) == (State.REFUNDED, FEE, "")
    assert refusal(facts, AFTER, send("settle_refund")) == "AlreadyRefunded"


def test_no_exam_and_no_certificate_once_the_money_is_on_its_way() -> None:
    for state in (State.REFUNDING, State.REFUNDED):
        for command in ("hold_exam", "certify", "continue_exam", "convert"):
            assert refusal(case(state), AFTER, send(command)) == "AlreadyRefunded"


# lost certificates


def test_a_loss_reported_on_the_eve_and_approved_on_the_exit_day_becomes_a_letter() -> None:
    facts = after(case(State.CERTIFIED), EVE, send("report_loss"))
    assert after(facts, EVE, send("approve")).state is State.REISSUED
    assert letters(facts, BATCH_2, send("approve")) == ["certificate_information_letter"]
    assert after(facts, BATCH_2, send("approve")).state is State.ATTESTED


def test_a_certificate_of_an_access_occupation_is_always_reissued() -> None:
    facts = after(case(State.CERTIFIED), date(2030, 1, 1), send("report_loss"), send("approve"), context=ACCESS)
    assert facts.state is State.REISSUED


def test_an_old_certificate_of_an_exited_occupation_can_be_taken_in() -> None:
    assert after(case(State.NEW), AFTER, send("import_certificate")).state is State.CERTIFIED
