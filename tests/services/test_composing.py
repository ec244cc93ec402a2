"""What happened decides the letter: real judgements, composed and set, read as their candidates read them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from letters.grounds import GROUNDS
from letters.model import Announcement, LetterData, read_letter
from letters.renderer import Renderer
from letters.seal import Signer
from services.composing import Composer
from states.case.facts import CaseFacts, Certificate, Plan, Sitting
from states.case.judge import judge
from states.case.steps import Step
from states.policies import Policies
from states.reference.centres import centres
from states.refusals import Refusal, TextTooLong
from states.words import Cohort, Instrument, Role, State
from tests.letters.reading import text
from tests.states.factories import (
    AFTER,
    BATCH_2,
    BEFORE,
    CHOSE,
    DEADLINE,
    EVE,
    EXAM,
    FEE,
    GIVEN,
    OF_A_PLAN,
    OPENING,
    PAID,
    PLAN,
    SAT,
    SENDER,
    SIGNED,
    SKILL_LEVEL,
    VOCATIONAL,
    around,
    case,
    send,
    steps,
)

COMPOSE, RENDER = Composer(rehearsal=True), Renderer(Signer.fresh())
CENTRE = centres()["430100"]
NUMBER = "2018010000400077"


def data_of(step: Step, kind: str, **policies: Any) -> LetterData:
    facts = step.facts
    if step.allocate and facts.certificate:  # the record draws the number inside its own transaction
        facts = replace(facts, certificate=replace(facts.certificate, number=NUMBER))
    return COMPOSE.letter(kind, facts, step, CENTRE, 7, Policies(**policies))


def letters(facts: CaseFacts, day: date, *commands: Any, context: Any = None) -> dict[str, str]:
    """Every letter that the commands lead to, as a reader finds it, by kind."""
    made = steps(facts, day, *commands, context=context)
    return {kind: text(RENDER.render(data_of(step, kind)).pdf) for step in made for kind in step.letters}


def approved(facts: CaseFacts, day: date, sent: Any, context: Any = None) -> dict[str, str]:
    return letters(facts, day, sent, send("approve"), context=context)


EVERY = sorted(set(GIVEN) | set(SENDER) | {"continue_exam", "withdraw", "resit", "report_loss", "exchange", "certify"})
CASES = {
    **{state.value: case(state) for state in State},
    **{f"plan, {state.value}": case(state, **OF_A_PLAN) for state in State if state is not State.NEW},
    "both": case(State.CONVERTED, certificate=VOCATIONAL, skill_level=SKILL_LEVEL),
    "unpaid": case(State.REGISTERED, **{**PAID, "received_fen": 0}),
    "known day": case(State.REGISTERED, **PAID, sitting=Sitting(date(2021, 1, 20), "S-1", "430100")),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("day", [EVE, AFTER])
def test_every_letter_of_every_command_can_be_composed_and_set(name: str, day: date) -> None:
    for command in EVERY:
        if command in ("approve", "decline", "follow_calendar"):
            continue
        more = (
            {"instrument": Instrument.VOCATIONAL} if name == "both" and command in ("report_loss", "exchange") else {}
        )
        sent = send(command, evidence="书面说明", **more)
        for commands in ((sent,), (sent, send("approve"))):
            try:
                made = judge(CASES[name], commands, around(), day).steps
            except Refusal:
                continue
            for step in made:
                for kind in step.letters:
                    data = data_of(step, kind)
                    assert data.occasion in GROUNDS[kind]
                    told = text(RENDER.render(data).pdf)
                    assert "None" not in told
                    assert "（）" not in told


def test_the_exit_asks_by_what_each_has() -> None:
    day = case(State.REGISTERED, sitting=Sitting(date(2021, 1, 20)))
    told = letters(day, BATCH_2, send("follow_calendar", role=Role.CALENDAR))["exit_notice"]
    for words in ("已受理", "已收鉴定费人民币280.00元", "2021年1月20日", "（含当日）", "逾期答复仍予受理"):
        assert words in told
    only = letters(case(State.ANNOUNCED), BATCH_2, send("follow_calendar", role=Role.CALENDAR))["exit_notice"]
    assert "尚未受理" in only
    assert "已收鉴定费" not in only
    named = around(choice_default="continue_exam")
    told = letters(day, BATCH_2, send("follow_calendar", role=Role.CALENDAR), context=named)["exit_notice"]
    assert "按本中心规定以“继续参加鉴定考试”办理" in told


def test_who_left_the_plan_is_told_so() -> None:
    left = case(State.REGISTERED, **PAID, plan=PLAN)
    told = letters(left, AFTER, send("follow_calendar", role=Role.CALENDAR))["exit_notice"]
    assert "您已离开培养计划" in told


def test_an_answer_may_be_changed_until_the_day_that_the_letter_names() -> None:
    made = steps(case(State.CHOOSING), AFTER, send("continue_exam", evidence="意愿选择书"))
    (step,) = made
    told = text(RENDER.render(data_of(step, "choice_confirmation")).pdf)
    until = step.facts.choice.until
    assert until is not None
    assert f"{until.year}年{until.month}月{until.day}日（含当日）前告知本中心" in told
    assert "意愿选择书" in told
    assert "本中心规定" in told


def test_a_changed_answer_says_what_it_was() -> None:
    told = letters(
        case(State.CONVERTING), date(2021, 1, 8), send("change_choice", choice="continue_exam", evidence="书面说明")
    )["choice_confirmation"]
    assert "原来选择：转职业技能等级认定" in told
    assert "现在选择：继续参加鉴定考试" in told


def test_a_default_is_not_called_a_choice() -> None:
    waiting = case(State.CHOOSING, choice=replace(CASES["choosing"].choice, default="continue_exam"))
    late = date(2021, 2, 1)
    assert late > DEADLINE
    told = letters(
        waiting, late, send("follow_calendar", role=Role.CALENDAR), context=around(choice_default="continue_exam")
    )["choice_confirmation"]
    assert "未收到您的答复" in told
    assert "收悉" not in told


@pytest.mark.parametrize(("fee", "words"), [("refund", "全额退回，另行发送"), ("transfer", "转作认定费用")])
def test_what_becomes_of_the_fee_of_a_conversion(fee: str, words: str) -> None:
    told = approved(case(State.CHOOSING), AFTER, send("request_conversion", fee=fee, evidence="同意书"))
    assert words in told["choice_confirmation"]
    assert words in told["conversion_notice"]
    assert ("refund_notice" in told) == (fee == "refund")
    if fee == "transfer":
        assert "同意书" in told["conversion_notice"]
    else:
        assert "退费不影响职业技能等级认定" in told["refund_notice"]


def test_a_refund_states_its_reason_payee_masked_account_and_term() -> None:
    payee = {"name": "湖南湘味餐饮集团有限公司", "account": "6222021901234560098"}
    told = approved(case(State.REGISTERED), EVE, send("withdraw", payee=payee))["refund_notice"]
    assert "依据您本人的申请" in told
    assert "湖南湘味餐饮集团有限公司" in told
    assert "尾号0098" in told
    assert "6222021901234560098" not in told
    assert "期限为本中心规定" in told
    chosen = approved(case(State.CHOOSING), AFTER, send("request_refund"))["refund_notice"]
    assert "按您的选择" in chosen
    assert "80号第三条" in chosen
    heirs = approved(case(State.REGISTERED), EVE, send("decease", evidence="死亡证明"))["refund_notice"]
    assert "继承人" in heirs
    assert "您今后" not in heirs


def test_results_are_told_by_part_and_with_the_terms_that_are_served() -> None:
    failed = letters(
        case(State.REGISTERED, **PAID), EVE, send("hold_exam", result=None, theory=78, practice=51, held_on=BEFORE)
    )["exam_result"]
    assert "理论知识78分，操作技能51分" in failed
    assert "2020年12月30日（含当日，期限为本中心规定）前报名补考" in failed  # the exit cuts the year short
    assert "申请复核" in failed
    absent = letters(case(State.REGISTERED, **PAID), EVE, send("hold_exam", result="absent"))["exam_result"]
    assert "未到考" in absent
    assert "复核" not in absent
    protected = letters(
        case(State.REGISTERED, **PAID, **OF_A_PLAN), EVE, send("hold_exam", result=None, theory=78, practice=51)
    )["exam_result"]
    assert "2021年12月30日" in protected


def test_a_corrected_result_says_what_it_replaces() -> None:
    told = approved(case(State.FAILED), date(2020, 12, 28), send("regrade", theory=80, practice=66))["exam_result"]
    assert "经复核更正" in told
    assert "原来成绩：不合格" in told


def test_a_result_after_a_paid_refund_says_that_the_money_comes_first() -> None:
    paid = case(State.REFUNDED)
    told = approved(paid, AFTER, send("hold_exam", held_on=date(2020, 12, 20)))["exam_result"]
    assert "所退费用交回后" in told


@pytest.mark.parametrize(
    ("more", "day", "words"),
    [
        ({}, EVE, "人社职司便函〔2020〕44号第五条"),
        ({}, AFTER, "退出目录前已组织完成鉴定考试"),
        (OF_A_PLAN, AFTER, "按培养计划（长沙某技师学院“电工2019级”）结业"),
        ({"exam": replace(EXAM, held_on=AFTER), "choice": replace(CHOSE, answer="continue_exam")}, AFTER, "您选择继续"),
    ],
)
def test_why_a_certificate_is_issued(more: dict[str, Any], day: date, words: str) -> None:
    told = approved(case(State.EXAMINED, **{**SAT, "exam": EXAM, **more}), day, send("certify"))
    assert words in told["certificate_collection"]
    assert NUMBER in told["certificate"]


def test_a_loss_is_answered_by_instrument_catalog_and_date() -> None:
    inside = approved(case(State.CERTIFIED), EVE, send("report_loss", evidence="遗失声明"))
    assert "25号第三条" in inside["reissue_notice"]
    outside = approved(case(State.CERTIFIED), AFTER, send("report_loss", evidence="遗失声明"))
    assert "继续有效" in outside["certificate_information_letter"]
    late = case(State.CERTIFIED, certificate=Certificate(NUMBER, AFTER))
    assert "继续有效" not in approved(late, AFTER, send("report_loss"))["certificate_information_letter"]
    theirs = approved(case(State.CONVERTED), AFTER, send("report_loss"))["reissue_notice"]
    assert "由发证机构补发" in theirs
    assert "25号" not in theirs


def test_an_exchange_tells_old_and_new_with_numbers_masked() -> None:
    told = approved(
        case(State.CERTIFIED), EVE,
        send("exchange", name="王喆喆", id_number="430102199203150025", evidence="户口簿"),
    )  # fmt: skip
    assert "姓名：原载“王喆”，现为“王喆喆”" in told["exchange_notice"]
    assert "430***********0025" in told["exchange_notice"]
    assert "原证书作废" in told["exchange_notice"]
    assert "王喆喆" in told["certificate"]
    plain = approved(case(State.CERTIFIED), EVE, send("exchange", evidence="印刷错误"))["exchange_notice"]
    assert "所载内容有误" in plain


def test_a_revocation_gives_the_reason_and_the_way_to_object() -> None:
    told = approved(case(State.CERTIFIED), EVE, send("revoke"))["revocation_notice"]
    assert "申报材料不实" in told
    assert "书面陈述" in told


def test_a_rejection_names_every_condition() -> None:
    told = letters(case(State.ANNOUNCED), EVE, send("reject", work_years=1, held_level=5, held_years=1))
    assert "1." in told["rejection_notice"]
    assert "44号第二条" in told["rejection_notice"]


def test_a_postponed_exam_is_told_with_both_days() -> None:
    set_ = case(State.CHOOSING, sitting=Sitting(date(2021, 1, 20)))
    told = letters(set_, AFTER, send("postpone", exam_on=date(2021, 3, 1), reason="疫情防控"))["postponement_notice"]
    for words in ("2021年1月20日", "2021年3月1日", "疫情防控", "逾期答复仍予受理"):
        assert words in told


def test_a_receipt_tells_the_fee_as_it_stands() -> None:
    day = date(2020, 11, 5)
    for received, words in ((FEE, "已收人民币280.00元"), (10_000, "其余尚未收到"), (0, "尚未收到")):
        told = letters(case(State.ANNOUNCED), day, send("register", received_fen=received))["registration_receipt"]
        assert words in told
    free = letters(case(State.ANNOUNCED), day, send("register", fee_fen=0))["registration_receipt"]
    assert "未收取费用" in free
    assert "免" not in free.replace("免冠", "")


def test_a_candidate_who_died_gets_no_letter_in_the_second_person() -> None:
    told = letters(case(State.ANNOUNCED), SIGNED, send("decease"))["closure_notice"]
    assert "谨致哀悼" in told
    assert "您" not in told


def test_an_arrangement_of_a_plan_is_no_announcement() -> None:
    plan = Plan("长沙某技师学院", "电工2019级", date(2019, 9, 1))
    told = letters(
        CaseFacts(number="43010020200001"), AFTER,
        send("announce", **{**OPENING, "cohort": Cohort.PLAN_STUDENT, "plan": plan}),
    )  # fmt: skip
    assert list(told) == ["exam_arrangement"]
    assert "不向社会公告" in told["exam_arrangement"]


def test_one_announcement_a_centre_and_exam_grows_with_its_occupations() -> None:
    (first,) = steps(CaseFacts(number="1"), SIGNED, send("announce", exam="2020-12"))
    key = COMPOSE.key("announcement", first.facts)
    made = COMPOSE("announcement", first.facts, first, CENTRE, 1, Policies(), b"")
    assert COMPOSE.serves("announcement", made.data, first.facts)
    other = replace(first.facts, level=3)
    assert COMPOSE.key("announcement", other) == key
    assert not COMPOSE.serves("announcement", made.data, other)
    (second,) = steps(CaseFacts(number="2"), SIGNED, send("announce", exam="2020-12", level=3))
    grown = read_letter(COMPOSE("announcement", second.facts, second, CENTRE, 2, Policies(), made.data).data)
    assert isinstance(grown, Announcement)
    assert [offer.level for offer in grown.offers] == [4, 3]
    assert grown.amends == made.number


def test_the_heirs_are_named_and_no_account_is_made_up() -> None:
    told = approved(case(State.REGISTERED), EVE, send("decease", payee={"name": "王某"}))["refund_notice"]
    assert "收款人：王某" in told
    assert "尾号" not in told


def test_no_change_is_promised_of_an_answer_that_closed_the_case() -> None:
    unpaid = case(State.CHOOSING, **{**PAID, "received_fen": 0}, choice=CASES["choosing"].choice)
    told = letters(unpaid, AFTER, send("request_refund"))["choice_confirmation"]
    assert "无需退费" in told
    assert "变更选择" not in told


def test_a_text_that_no_letter_holds_is_refused_where_it_is_entered() -> None:
    named = {**OPENING, "candidate": replace(OPENING["candidate"], name="国" * 51)}
    with pytest.raises(TextTooLong, match="“姓名”过长：51字，最多50字"):
        steps(CaseFacts(number="1"), SIGNED, send("announce", **named))
    plan = {"organisation": "长沙某技师学院", "name": "国" * 81, "intake": date(2019, 9, 1)}
    with pytest.raises(TextTooLong, match="培养计划"):
        steps(CaseFacts(number="1"), SIGNED, send("announce", cohort=Cohort.PLAN_STUDENT, plan=plan))
