"""The exam: that it was sat, what the marks are, what a review made of them, and sitting it once more."""

from __future__ import annotations

import re
from datetime import date

from msgspec.structs import replace

from states import refusals as r
from states.case import commands as c
from states.case.context import Context
from states.case.facts import UNASKED, CaseFacts, Exam, Mark, Result
from states.case.handlers.arranging import arranged
from states.case.handlers.checking import charged, invalid
from states.case.terms import resit_ends, review_ends
from states.case.why_not import why_not
from states.policies import Policies
from states.reference.catalog import exited
from states.reference.centres import within
from states.words import ExamResult, State

LEVELS = {1: "一级", 2: "二级", 3: "三级", 4: "四级", 5: "五级"}
_SITE = re.compile(r"\d{6}")
_MOST = 100


def hold_exam(facts: CaseFacts, command: c.HoldExam, context: Context, today: date) -> CaseFacts:
    """80号·三: an exam that was sat before the exit counts whenever it is recorded, whatever was chosen meanwhile.

    A refund that is not paid yet is cancelled; a paid one stays, and only the result is written down.
    """
    held_on = command.held_on or today
    late = exited(context.exit_date, today) and not exited(context.exit_date, held_on)
    absent = command.result is ExamResult.ABSENT
    if facts.state is not State.REGISTERED and (not late or (absent and facts.state is not State.CHOOSING)):
        raise why_not(facts, "hold_exam", context, today)
    _held_in_time(facts, command, held_on, today)
    if context.centre_problem:
        raise r.CentreNotQualified(centre=facts.centre, why=context.centre_problem)
    if context.hold and context.policies.hold_stops_exams and not late:  # 80号·四: 严禁违规、突击鉴定
        raise r.IssuanceHeld(why=context.hold)
    exam = _sat(facts, command, context, held_on, late=late)
    exam = _marked(exam, command, facts, context)
    site = _checked_site(facts, command, context)
    if late:
        _session_on_record(facts, command, context)
    exam = replace(exam, site=site, recorded_on=today, resulted_on=today if exam.result else None)
    if facts.refund_paid:
        return replace(facts, exam=exam, evidence=command.evidence)
    choice = facts.choice if facts.state is State.REGISTERED else UNASKED
    sat = replace(facts, exam=exam, choice=choice, refund=None, ending=None, evidence=command.evidence)
    return replace(sat, used_fen=facts.received_fen)


def _held_in_time(facts: CaseFacts, command: c.HoldExam, held_on: date, today: date) -> None:
    """Never in the future, never before the candidate was on the list."""
    since = facts.registered_on or facts.announced_on
    if held_on > today:
        raise invalid(command, f"考试日期{held_on}晚于今天")
    if since is not None and held_on < since:
        what = "报名" if facts.registered_on else "公告"
        raise invalid(command, f"考试日期{held_on}早于{what}之日{since}")
    if not command.session.strip():
        raise invalid(command, "缺少考试场次（session）")


def _sat(facts: CaseFacts, command: c.HoldExam, context: Context, held_on: date, *, late: bool) -> Exam:
    """The exam without its marks; parts that were passed before are not sat again."""
    before = facts.earlier_exams[-1] if facts.earlier_exams else None
    pass_mark = context.policies.pass_mark
    theory, practice = (
        mark if before and passes(mark, pass_mark) else None
        for mark in ((before.theory, before.practice) if before else (None, None))
    )
    return Exam(
        session=command.session.strip(),
        paper="",
        held_on=held_on,
        site="",
        theory=theory,
        practice=practice,
        approval=command.approval.strip(),
        late=late,
    )


def _marked(exam: Exam, command: c.Marking, facts: CaseFacts, context: Context) -> Exam:
    """`exam` with what `command` says of paper, parts and result. No paper on record, no result (44号·三)."""
    if command.result is ExamResult.ABSENT:
        if command.theory is not None or command.practice is not None:
            raise invalid(command, "缺考者没有分项成绩")
        return replace(exam, result=ExamResult.ABSENT)
    theory = exam.theory if command.theory is None else _mark(command, command.theory)
    practice = exam.practice if command.practice is None else _mark(command, command.practice)
    result = _result(command, theory, practice, context.policies)
    paper = command.paper.strip() or exam.paper
    told = (command.result, command.theory, command.practice) != (None, None, None)
    unheard_of = paper != exam.paper and context.draw(paper, facts.occupation, facts.level) is None
    if unheard_of or (told and not paper):
        raise r.PaperNotFromBank(paper=paper, occupation=facts.occupation, level_name=LEVELS[facts.level])
    return replace(exam, paper=paper, theory=theory, practice=practice, result=result)


def _mark(command: c.Marking, mark: Mark) -> Mark:
    if not isinstance(mark, ExamResult) and not 0 <= mark <= _MOST:
        raise invalid(command, f"分项成绩应为0至{_MOST}分，收到{mark}")
    if mark is ExamResult.ABSENT:
        raise invalid(command, "分项成绩应为分数、passed 或 failed；缺考请用 result=absent")
    return mark


def _result(command: c.Marking, theory: Mark | None, practice: Mark | None, policies: Policies) -> ExamResult | None:
    """What the parts amount to: both passed is passed; one missing, and nothing said, is not known yet."""
    parts = [passes(mark, policies.pass_mark) for mark in (theory, practice) if mark is not None]
    said = command.result
    if said is ExamResult.PASSED and not all(parts):
        raise invalid(command, "分项有不合格，总成绩不能为合格")
    if said is ExamResult.FAILED and parts == [True, True]:
        raise invalid(command, "分项均合格，总成绩不能为不合格")
    if said is not None or len(parts) < 2:
        return said
    return ExamResult.PASSED if all(parts) else ExamResult.FAILED


def passes(mark: Mark | None, pass_mark: int) -> bool:
    """Whether a part is passed: a score of at least `pass_mark`, or said so."""
    if mark is None:
        return False
    return mark is ExamResult.PASSED if isinstance(mark, ExamResult) else mark >= pass_mark


def _checked_site(facts: CaseFacts, command: c.HoldExam, context: Context) -> str:
    """Where it was held: as given, else as the session says, else at the centre's own seat (25号·三: 异地鉴定)."""
    known = context.session(command.session.strip())
    site = command.site.strip() or (known.site if known else "") or facts.sitting.site or facts.centre
    if not _SITE.match(site):
        raise invalid(command, f"考点（site）应以6位行政区划代码写明，收到“{site}”")
    if not within(site[:6], facts.centre) and not command.approval.strip():
        raise r.OffsiteNotApproved(site=site, centre=facts.centre)
    return site


def _session_on_record(facts: CaseFacts, command: c.HoldExam, context: Context) -> None:
    """Nobody can make up an exam afterwards: its session was known before the exit."""
    session, exit_date = command.session.strip(), context.exit_date
    known = context.session(session)
    since = [facts.sitting.named.get(session), known.recorded_on if known else None]
    if session == facts.exam_id:
        since.append(facts.announced_on)
    if any(day is not None and not exited(exit_date, day) for day in since):
        return
    raise r.SessionNotOnRecord(session=session, exit_date=str(exit_date))


def grade(facts: CaseFacts, command: c.Grade, context: Context, today: date) -> CaseFacts:
    """80号·三: an exam that was sat leads to its result, whenever the marks arrive."""
    _says_something(command)
    assert facts.exam is not None  # the table asks for an exam whose marks are to come
    exam = _marked(facts.exam, command, facts, context)
    return replace(facts, exam=replace(exam, resulted_on=today if exam.result else None), evidence=command.evidence)


def regrade(facts: CaseFacts, command: c.Regrade, context: Context, today: date) -> CaseFacts:
    """A result corrected after a complaint or a review: the old one stays on record beside it."""
    _says_something(command)
    before = facts.exam
    assert before is not None and before.result is not None  # the table asks for a result
    if command.requested_on is not None and before.resulted_on is not None:
        last_day = review_ends(before.resulted_on, context.policies)
        if command.requested_on > last_day:
            days = context.policies.review_days
            raise r.ReviewPeriodOver(resulted_on=str(before.resulted_on), days=days, last_day=str(last_day))
    whole = command.theory is not None or command.practice is not None
    fresh = before if whole else replace(before, theory=None, practice=None)
    exam = _marked(replace(fresh, result=None), command, facts, context)
    if exam.result is None:
        raise invalid(command, "请写明更正后的总成绩（result）或两项分项成绩")
    old = Result(before.result, before.theory, before.practice, command.reason or command.evidence, today)
    exam = replace(exam, resulted_on=today, former=(*before.former, old))
    return replace(facts, exam=exam, evidence=command.evidence)


def _says_something(command: c.Marking) -> None:
    if command.result is None and command.theory is None and command.practice is None:
        raise invalid(command, "请写明成绩（result），或分项成绩（theory、practice）")


def resit(facts: CaseFacts, command: c.Resit, context: Context, today: date) -> CaseFacts:
    """补考, of the parts that failed, within the office's period; across the exit for whoever may (80号·三)."""
    exam = facts.exam
    assert exam is not None  # a failed case has an exam
    last_day = resit_ends(exam.held_on, context.policies)
    if today > last_day:
        months = context.policies.resit_months
        raise r.ResitPeriodOver(held_on=str(exam.held_on), months=months, last_day=str(last_day))
    accepted = charged(facts, command, command.fee_fen, command.received_fen, command.payer)
    fresh = replace(accepted, exam=None, earlier_exams=(*facts.earlier_exams, exam), registered_on=today)
    cleared = replace(fresh, sitting=replace(fresh.sitting, on=None, session="", site=""))
    return replace(cleared, sitting=arranged(cleared, command, context, today), evidence=command.evidence)
