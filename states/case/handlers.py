"""What each command means for the facts, once its sender is known to be entitled: one small function a command.

Each returns a `Change` or raises a `Refusal`. The clause beside a rule is where the notice says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from msgspec.structs import replace

from states import refusals as r
from states.case import commands as c
from states.case.context import Context
from states.case.facts import Candidate, CaseFacts, Certificate, Exam
from states.reference.catalog import exited
from states.reference.documents import check_document
from states.reference.eligibility import shortfall
from states.reference.email import is_email
from states.reference.identity import BadIdNumber
from states.reference.numbers import BadCertificateNumber, CertificateNumber, SkillLevelNumber
from states.words import STATE_NAMES, ExamResult, Instrument, State, Trigger

PAPER = re.compile(r"GJTK-\d{4}-\d{3,8}")  # 国家题库试卷编号
MOST_FEN = 100_000_000


class Change(NamedTuple):
    """What a command would do: the trigger (None: the state stays), the facts with its data, a number to allocate."""

    trigger: Trigger | None
    facts: CaseFacts
    allocate: Instrument | None = None


Conduct = Callable[[CaseFacts, Any, Context, date], Change]


def out_of_catalog(context: Context, today: date) -> bool:
    """Whether the occupation has left the catalog on `today` (25号·一: 退出之日起)."""
    return exited(context.exit_date, today)


def wrong_state(facts: CaseFacts, command: str) -> r.Refusal:
    """WrongState, unless the refund explains it better."""
    shown = c.COMMAND_NAMES[command]
    if facts.state in (State.REFUNDING, State.REFUNDED) and command not in ("approve", "decline", "report_loss"):
        return r.AlreadyRefunded(refund_fen=facts.refund_fen, command=shown)
    return r.WrongState(state=facts.state.value, state_name=STATE_NAMES[facts.state], command=shown)


def _invalid(command: str, why: str) -> r.Refusal:
    return r.InvalidField(command=command, why=why)


def _open(facts: CaseFacts, command: c.Announce | c.ImportCertificate, context: Context, today: date) -> CaseFacts:
    """What opening a case asks for, whichever way: a person, an occupation of the annex, a level, a centre."""
    if facts.state is not State.NEW:
        raise r.DuplicateCase(existing=facts.number)
    if not context.known_occupation:
        raise r.UnknownOccupation(occupation=command.occupation, suggestions="、".join(context.suggestions) or "无")
    if command.level not in range(1, 6):
        raise _invalid(str(command.__struct_config__.tag), f"等级应为1至5，收到{command.level}")
    candidate = _checked(command.candidate, str(command.__struct_config__.tag), today)
    if context.centre_problem:
        raise r.CentreNotQualified(centre=command.centre, why=context.centre_problem)
    return replace(
        facts,
        centre=command.centre,
        candidate=candidate,
        occupation=context.occupation or command.occupation,
        qualification=context.qualification,
        level=command.level,
        exam_id=command.exam,
        cohort=command.cohort,
    )


def _checked(candidate: Candidate, command: str, today: date) -> Candidate:
    name = candidate.name.strip()
    if not name:
        raise _invalid(command, "姓名不能为空")
    try:
        id_number = check_document(candidate.id_number, candidate.id_type, today).text
    except BadIdNumber as bad:
        raise r.InvalidIdNumber(why=bad.why) from bad
    if candidate.email and not is_email(candidate.email):
        raise _invalid(command, f"电子邮箱“{candidate.email}”应写作 name@example.org")
    return replace(candidate, name=name, id_number=id_number)


def _announce(facts: CaseFacts, command: c.Announce, context: Context, today: date) -> Change:
    opened = _open(facts, command, context, today)
    if out_of_catalog(context, today) and not opened.protected:  # 25号·一: 一律停止发布公告
        raise r.NotInCatalog(occupation=opened.occupation, exit_date=str(context.exit_date))
    if context.duplicate:
        raise r.DuplicateCase(existing=context.duplicate)
    return Change(Trigger.ANNOUNCE, opened)


def _register(facts: CaseFacts, command: c.Register, context: Context, today: date) -> Change:
    chosen = facts.choice == "continue_exam"
    if out_of_catalog(context, today) and not facts.protected and not chosen:  # 25号·一: 停止受理报名
        raise r.RegistrationClosed(occupation=context.occupation, exit_date=str(context.exit_date))
    if facts.state is not State.ANNOUNCED:
        raise wrong_state(facts, "register")
    if context.centre_problem:
        raise r.CentreNotQualified(centre=facts.centre, why=context.centre_problem)
    if not 0 <= command.fee_fen <= MOST_FEN:
        raise _invalid("register", f"费用应为0至{MOST_FEN}分的整数，收到{command.fee_fen}")
    if why := shortfall(facts, command, today):
        raise r.NotEligible(why=why)
    return Change(Trigger.REGISTER, replace(facts, fee_fen=command.fee_fen))


def _import(facts: CaseFacts, command: c.ImportCertificate, context: Context, today: date) -> Change:
    opened = _open(facts, command, context, today)
    number = _checked_number(command.certificate_no, command.instrument, command.level)
    if command.issued_on > today:
        raise _invalid("import_certificate", f"发证日期{command.issued_on}晚于今天")
    if context.duplicate:
        raise r.DuplicateCase(existing=context.duplicate)
    held = Certificate(number, command.issued_on, command.instrument, command.organisation)
    return Change(Trigger.IMPORT_CERTIFICATE, replace(opened, certificate=held))


def _checked_number(text: str, instrument: Instrument, level: int) -> str:
    parse = CertificateNumber.parse if instrument is Instrument.VOCATIONAL else SkillLevelNumber.parse
    try:
        number = parse(text)
    except BadCertificateNumber as bad:
        raise r.InvalidCertificateNumber(number=text, why=str(bad)) from bad
    if number.level != level:
        raise r.InvalidCertificateNumber(number=text, why=f"编号中的等级为{number.level}，案件等级为{level}")
    return text.strip()


def _refund(facts: CaseFacts, evidence: str) -> CaseFacts:
    return replace(facts, refund_fen=facts.fee_fen, evidence=evidence)


def _withdraw(facts: CaseFacts, command: c.Withdraw, context: Context, today: date) -> Change:
    if facts.state not in (State.ANNOUNCED, State.REGISTERED, State.CHOOSING):
        raise wrong_state(facts, "withdraw")
    if facts.state is State.CHOOSING:
        return _request_refund(facts, command, context, today)
    return Change(Trigger.WITHDRAW, _refund(facts, command.evidence))


def _choosing(facts: CaseFacts, command: str) -> None:
    if facts.state is State.CHOOSING:
        return
    if facts.state in (State.REFUNDING, State.REFUNDED):
        raise wrong_state(facts, command)
    raise r.ChoiceNotOpen(
        state=facts.state.value, state_name=STATE_NAMES[facts.state], command=c.COMMAND_NAMES[command]
    )


def _continue(facts: CaseFacts, command: c.ContinueExam, context: Context, today: date) -> Change:
    _choosing(facts, "continue_exam")  # 80号·三: 根据考生意愿，继续做好鉴定考试工作
    return Change(Trigger.CONTINUE_EXAM, replace(facts, choice="continue_exam", evidence=command.evidence))


def _request_refund(facts: CaseFacts, command: c.Command, context: Context, today: date) -> Change:
    _choosing(facts, "request_refund")  # 80号·三: 或者退回有关费用
    chosen = replace(_refund(facts, command.evidence), choice="request_refund")
    return Change(Trigger.REQUEST_REFUND, chosen)


def _request_conversion(facts: CaseFacts, command: c.RequestConversion, context: Context, today: date) -> Change:
    _choosing(facts, "request_conversion")  # 80号·五
    chosen = replace(facts, choice="request_conversion", evidence=command.evidence, organisation=command.organisation)
    return Change(Trigger.REQUEST_CONVERSION, chosen)


def _hold_exam(facts: CaseFacts, command: c.HoldExam, context: Context, today: date) -> Change:
    held_on = command.held_on or today
    held_before_exit = facts.state is State.CHOOSING and not exited(context.exit_date, held_on)
    if facts.state is not State.REGISTERED and not (held_before_exit and facts.origin is State.REGISTERED):
        raise wrong_state(facts, "hold_exam")
    if held_on > today:
        raise _invalid("hold_exam", f"考试日期{held_on}晚于今天")
    if not command.session.strip():
        raise _invalid("hold_exam", "缺少考试场次（session）")
    if context.centre_problem:
        raise r.CentreNotQualified(centre=facts.centre, why=context.centre_problem)
    sat = command.result is not ExamResult.ABSENT
    if (sat or command.paper) and not PAPER.fullmatch(command.paper):  # 44号·三
        raise r.PaperNotFromBank(paper=command.paper)
    if command.site and command.site != facts.centre and not command.approval:  # 25号·三
        raise r.OffsiteNotApproved(site=command.site, centre=facts.centre)
    exam = Exam(command.session, command.paper, command.result, held_on)
    return Change(Trigger.HOLD_EXAM, replace(facts, exam=exam))


def _certify(facts: CaseFacts, command: c.Certify, context: Context, today: date) -> Change:
    if facts.state is not State.EXAMINED:
        raise wrong_state(facts, "certify")
    if context.hold:  # 80号·四: 严禁违规、突击发放证书
        raise r.IssuanceHeld(why=context.hold)
    if command.instrument is Instrument.VOCATIONAL:
        return Change(Trigger.CERTIFY, replace(facts, certificate=Certificate("", today)), Instrument.VOCATIONAL)
    if not facts.protected:  # 80号·三: only the training-plan cohorts may end with either certificate
        raise r.NotEligible(why="只有培养计划学生和企业新型学徒可以职业技能等级证书结业，其他考生请办理转认定")
    number = _checked_number(command.number, Instrument.SKILL_LEVEL, facts.level) if command.number else ""
    held = Certificate(number, today, Instrument.SKILL_LEVEL, command.organisation)
    return Change(Trigger.CERTIFY, replace(facts, certificate=held), None if number else Instrument.SKILL_LEVEL)


def _settle_refund(facts: CaseFacts, command: c.SettleRefund, context: Context, today: date) -> Change:
    if facts.state is not State.REFUNDING:
        raise wrong_state(facts, "settle_refund")
    if not command.bank_ref.strip():
        raise _invalid("settle_refund", "缺少银行流水号（bank_ref）")
    return Change(Trigger.SETTLE_REFUND, replace(facts, bank_ref=command.bank_ref, refund_failure=""))


def _fail_refund(facts: CaseFacts, command: c.FailRefund, context: Context, today: date) -> Change:
    if facts.state is not State.REFUNDING:
        raise wrong_state(facts, "fail_refund")
    return Change(None, replace(facts, refund_failure=command.reason or "银行退回", bank_ref=command.bank_ref))


def _convert(facts: CaseFacts, command: c.Convert, context: Context, today: date) -> Change:
    convertible = facts.state in (State.CONVERTING, State.CERTIFIED, State.REISSUED, State.ATTESTED)
    if not convertible or facts.skill_level is not None:
        raise wrong_state(facts, "convert")
    if not command.organisation.strip():
        raise _invalid("convert", "缺少评价机构（organisation）")
    number = _checked_number(command.number, Instrument.SKILL_LEVEL, facts.level)
    held = Certificate(number, today, Instrument.SKILL_LEVEL, command.organisation)
    return Change(Trigger.CONVERT, replace(facts, skill_level=held, organisation=command.organisation))


def _report_loss(facts: CaseFacts, command: c.ReportLoss, context: Context, today: date) -> Change:
    """25号·三: inside the catalog the certificate is reissued, outside it a certificate-information letter is given."""
    if facts.state not in (State.CERTIFIED, State.REISSUED, State.ATTESTED, State.CONVERTED):
        raise wrong_state(facts, "report_loss")
    own = facts.instrument is Instrument.VOCATIONAL
    trigger = Trigger.ATTEST if own and out_of_catalog(context, today) else Trigger.REISSUE
    return Change(trigger, replace(facts, evidence=command.evidence))


def _correct(facts: CaseFacts, command: c.Correct, context: Context, today: date) -> Change:
    if facts.candidate is None:
        raise wrong_state(facts, "correct")
    given = {
        field: getattr(command, field)
        for field in ("name", "id_number", "address", "phone", "email")
        if getattr(command, field) is not None
    }
    if not given:
        raise _invalid("correct", "请给出要更正的项目（name、id_number、address、phone、email）")
    candidate = _checked(replace(facts.candidate, **given), "correct", today)
    if context.duplicate:
        raise r.DuplicateCase(existing=context.duplicate)
    return Change(None, replace(facts, candidate=candidate))


CONDUCT: Mapping[type[c.Command], Conduct] = {
    c.Announce: _announce,
    c.Register: _register,
    c.ImportCertificate: _import,
    c.Withdraw: _withdraw,
    c.ContinueExam: _continue,
    c.RequestRefund: _request_refund,
    c.RequestConversion: _request_conversion,
    c.HoldExam: _hold_exam,
    c.Certify: _certify,
    c.SettleRefund: _settle_refund,
    c.FailRefund: _fail_refund,
    c.Convert: _convert,
    c.ReportLoss: _report_loss,
    c.Correct: _correct,
}
