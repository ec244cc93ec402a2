"""What happens to each made-up candidate of the demonstration: a table of commands by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from rehearsal.sample import LOST, SEASON_BEGINS, SampleCase, Story
from services.command_input import command_from
from states.business_dates import SHANGHAI
from states.case.commands import AnyCommand
from states.reference.catalog import annex_2020
from states.words import Cohort

PEOPLE = {"clerk": "经办甲", "reviewer": "复核乙", "finance": "财务丙"}
PLANS: Mapping[Cohort, Mapping[str, Any]] = {
    Cohort.PLAN_STUDENT: {
        "organisation": "长沙示例技师学院",
        "name": "2019级技能人才培养计划",
        "intake": date(2019, 9, 1),
    },
    Cohort.NEW_APPRENTICE: {
        "organisation": "湖南示例制造有限公司",
        "name": "企业新型学徒培训计划",
        "intake": date(2020, 3, 1),
    },
}
SEASON_ENDS = date(2021, 2, 28)
_NO_EXIT = date(2020, 12, 31)  # access occupations play along with batch 2
PAPERS = ("GJTK-2020-0417",)
_PAPER = {"paper": PAPERS[0], "session": "S-01"}
_SAT = {"session": "S-01"}
_PASSED: Mapping[str, Any] = {"result": "passed", **_PAPER}


class Act(NamedTuple):
    """`command`, so many days from the exit of the candidate's occupation, by the person of `role`."""

    days: int
    command: str
    fields: Mapping[str, Any] = {}
    role: str = "clerk"


_APPROVED = "reviewer"
_REFUND = (
    Act(4, "request_refund", {"evidence": "意愿选择书"}),
    Act(5, "approve", {}, _APPROVED),
    Act(8, "settle_refund", {"bank_ref": "B-0001"}, "finance"),
)

STORIES: Mapping[Story, tuple[Act, ...]] = {
    Story.CONTINUE: (
        Act(5, "continue_exam", {"evidence": "意愿选择书"}),
        Act(15, "hold_exam", _PASSED),
        Act(20, "certify"),
        Act(21, "approve", {}, _APPROVED),
    ),
    Story.REFUND: _REFUND,
    Story.CONVERT: (
        Act(6, "request_conversion", {"evidence": "意愿选择书"}),
        Act(7, "approve", {}, _APPROVED),
        Act(10, "settle_refund", {"bank_ref": "B-0004"}, "finance"),
        Act(40, "convert"),
    ),
    Story.SILENT: (),
    Story.WITHDRAW: (
        Act(-12, "withdraw", {"reason": "考生撤回"}),
        Act(-11, "approve", {}, _APPROVED),
        Act(-8, "settle_refund", {"bank_ref": "B-0002"}, "finance"),
    ),
    Story.PASSED_BEFORE_EXIT: (Act(-10, "hold_exam", _PASSED), Act(2, "certify"), Act(3, "approve", {}, _APPROVED)),
    Story.FAILED: (Act(-10, "hold_exam", {"result": "failed", **_PAPER}),),
    Story.ABSENT: (Act(-10, "hold_exam", {"result": "absent", **_PAPER}),),
    Story.PROTECTED: (Act(30, "hold_exam", _PASSED), Act(33, "certify"), Act(34, "approve", {}, _APPROVED)),
    Story.ACCESS: (Act(10, "hold_exam", _PASSED), Act(13, "certify"), Act(14, "approve", {}, _APPROVED)),
    Story.LOST_BEFORE_EXIT: (Act(-5, "report_loss", {"evidence": "遗失声明"}), Act(-3, "approve", {}, _APPROVED)),
    Story.LOST_AFTER_EXIT: (Act(-2, "report_loss", {"evidence": "遗失声明"}), Act(1, "approve", {}, _APPROVED)),
    Story.ZERO_FEE: (Act(4, "request_refund", {"evidence": "意愿选择书"}),),
    Story.ANNOUNCED_ONLY: (),
    Story.REFUND_BANK_REFUSED: (
        *_REFUND[:2],
        Act(8, "fail_refund", {"reason": "账户户名不符"}, "finance"),
        Act(12, "settle_refund", {"bank_ref": "B-0003"}, "finance"),
    ),
    Story.DECLINED_THEN_APPROVED: (
        Act(-10, "hold_exam", _PASSED),
        Act(-8, "certify"),
        Act(-7, "decline", {"reason": "照片不符"}, _APPROVED),
        Act(-6, "certify"),
        Act(-5, "approve", {}, _APPROVED),
    ),
    Story.MARKS_LATER: (
        Act(-3, "hold_exam", _SAT),
        Act(12, "grade", {"theory": 78, "practice": 83, "paper": PAPERS[0]}),
        Act(15, "certify"),
        Act(16, "approve", {}, _APPROVED),
    ),
    Story.RESIT: (
        Act(-14, "hold_exam", {"theory": 81, "practice": 52, **_PAPER}),
        Act(-10, "resit", {"evidence": "补考申请表"}),
        Act(5, "continue_exam", {"evidence": "意愿选择书"}),
        Act(20, "hold_exam", {"practice": 74, **_PAPER, "session": "S-02"}),
        Act(25, "certify"),
        Act(26, "approve", {}, _APPROVED),
    ),
    Story.EXCHANGED: (
        Act(-12, "hold_exam", _PASSED),
        Act(-9, "certify"),
        Act(-8, "approve", {}, _APPROVED),
        Act(3, "exchange", {"reason": "证书照片有误", "evidence": "换发申请表"}),
        Act(4, "approve", {}, _APPROVED),
    ),
    Story.REVOKED: (
        Act(-12, "hold_exam", _PASSED),
        Act(-9, "certify"),
        Act(-8, "approve", {}, _APPROVED),
        Act(20, "revoke", {"reason": "经查申报材料不实", "evidence": "核查报告"}),
        Act(21, "approve", {}, _APPROVED),
    ),
    Story.POSTPONED: (
        Act(-15, "postpone", {"reason": "考点防疫要求", "days": 25}),
        Act(4, "continue_exam", {"evidence": "意愿选择书"}),
        Act(25, "hold_exam", _PASSED),
        Act(30, "certify"),
        Act(31, "approve", {}, _APPROVED),
    ),
    Story.BEREAVED: (
        Act(-13, "decease", {"evidence": "死亡证明"}),
        Act(-12, "approve", {}, _APPROVED),
        Act(-9, "settle_refund", {"bank_ref": "B-0005"}, "finance"),
    ),
    Story.LATE_ANSWER: (
        Act(35, "continue_exam", {"evidence": "意愿选择书"}),
        Act(45, "hold_exam", _PASSED),
        Act(48, "certify"),
        Act(49, "approve", {}, _APPROVED),
    ),
}


def opening(case: SampleCase) -> list[AnyCommand]:
    """What opens the case on the first day of the season."""
    known = {
        "name": case.name,
        "id_number": case.id_number,
        "address": case.address,
        "occupation": case.occupation,
        "level": case.level,
        "centre": case.centre,
        "cohort": case.cohort.value,
    }
    if case.cohort is not Cohort.NONE:
        known["plan"] = PLANS[case.cohort]
    if case.story in LOST:
        old = {"certificate_no": case.certificate_no, "issued_on": case.issued_on}
        return [
            command_from("import_certificate", known | old, by=PEOPLE["clerk"]),
            command_from("approve", {}, by=PEOPLE["reviewer"]),
        ]
    return [command_from("announce", known | {"exam": case.exam}, by=PEOPLE["clerk"])]


def acts(position: int, case: SampleCase) -> list[tuple[datetime, AnyCommand]]:
    """Everything that people send for the candidate after the opening, with its business time."""
    exit_date = _exit_date(case)
    sent: list[tuple[datetime, AnyCommand]] = []
    if case.story not in LOST and case.story is not Story.ANNOUNCED_ONLY:
        sent.append(
            (_at(SEASON_BEGINS + timedelta(days=6)), _sent(case, Act(0, "register", {"fee_fen": case.fee_fen})))
        )
    for act in STORIES[case.story]:
        if act.command == "convert":
            act = act._replace(fields=_converted(position, case))
        if act.command == "certify" and case.cohort is Cohort.NEW_APPRENTICE:
            act = act._replace(fields={"instrument": "skill_level", **_converted(position, case)})
        if "days" in act.fields:
            later = exit_date + timedelta(days=act.fields["days"])
            act = act._replace(fields={"reason": act.fields["reason"], "exam_on": later})
        sent.append((_at(exit_date + timedelta(days=act.days)), _sent(case, act)))
    return sent


def _exit_date(case: SampleCase) -> date:
    found = annex_2020().find(case.occupation)
    return (found.exit_date if found else None) or _NO_EXIT


def _sent(case: SampleCase, act: Act) -> AnyCommand:
    return command_from(act.command, act.fields, by=PEOPLE[act.role])


def _converted(position: int, case: SampleCase) -> dict[str, str]:
    return {"organisation": "湖南省技能人才评价协会", "number": f"S43000000000120{case.level}{position:06d}"}


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), SHANGHAI)
