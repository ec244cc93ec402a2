"""Commands that open a case: an announcement, or a certificate from the archive."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from states import refusals as r
from states.case import commands as c
from states.case.context import Context
from states.case.facts import Candidate, CaseFacts, Certificate, Plan
from states.case.handlers.arranging import arranged
from states.case.handlers.checking import checked_candidate, checked_number, invalid
from states.reference.catalog import exited
from states.reference.documents import birth_of
from states.reference.eligibility import SCHOOL_AGE, age_on
from states.reference.numbers import OLD_SHANGHAI, CertificateNumber
from states.words import Cohort, Instrument


def announce(facts: CaseFacts, command: c.Announce, context: Context, today: date) -> CaseFacts:
    """80号·三, 25号·一: after the exit only for whom a training plan protects."""
    opened = _opened(facts, command, context, today)
    unprotected = _plan_problem(command.cohort, command.plan, context, today)
    if exited(context.exit_date, today) and (unprotected or not opened.protected):
        why = unprotected or "不得再发布鉴定公告；可转报职业技能等级认定"
        raise r.NotInCatalog(occupation=opened.occupation, exit_date=str(context.exit_date), why=why)
    if unprotected:
        raise r.NotEligible(why=unprotected)
    if context.duplicate:
        raise r.DuplicateCase(existing=context.duplicate)
    sitting = arranged(opened, command, context, today)
    return replace(opened, announced_on=today, sitting=sitting)


def import_certificate(facts: CaseFacts, command: c.ImportCertificate, context: Context, today: date) -> CaseFacts:
    """44号·五: what the archive says of number, date, level and standing on that day may not contradict itself."""
    opened = _opened(facts, command, context, today)
    if command.issued_on > today:
        raise invalid(command, f"发证日期{command.issued_on}晚于今天")
    number = checked_number(command.certificate_no, command.instrument, command.level, archive=True)
    _same_year(number, command)
    _grown_up(opened.candidate, command)
    if command.instrument is Instrument.VOCATIONAL:
        _in_catalog_then(command, context)
    if context.duplicate:
        raise r.DuplicateCase(existing=context.duplicate)
    held = Certificate(number, command.issued_on, command.instrument, command.organisation.strip())
    return replace(opened, certificate=held, archive_no="", evidence=command.evidence)


def _opened(facts: CaseFacts, command: c.Announce | c.ImportCertificate, context: Context, today: date) -> CaseFacts:
    """What opening a case asks for, whichever way: a person, an occupation of the calendar, a level, a centre."""
    if not context.known_occupation:
        raise r.UnknownOccupation(occupation=command.occupation, suggestions="、".join(context.suggestions) or "无")
    if command.level not in range(1, 6):
        raise invalid(command, f"等级应为1至5，收到{command.level}")
    candidate = checked_candidate(command.candidate, command, today)
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
        plan=command.plan if command.cohort is not Cohort.NONE else None,
    )


def _plan_problem(cohort: Cohort, plan: Plan | None, context: Context, today: date) -> str:
    """Why a cohort is not protected, in Chinese; empty when it is, or claims nothing (80号·三: 按计划招生)."""
    if cohort is Cohort.NONE:
        return ""
    if plan is None or not plan.organisation.strip() or not plan.name.strip():
        return "培养计划学生、企业新型学徒须写明培养计划（plan：学校或企业 organisation、计划 name、入学日期 intake）"
    if plan.intake > today:
        return f"入学日期{plan.intake}晚于今天"
    if exited(context.exit_date, plan.intake):
        return f"该培养计划{plan.intake}招生，不在退出之日（{context.exit_date}）前，不适用过渡安排"
    return ""


def _same_year(number: str, command: c.ImportCertificate) -> None:
    """The two digits of a vocational number are those of its year; old numbers of Shanghai carry none."""
    if command.instrument is not Instrument.VOCATIONAL or number.startswith(OLD_SHANGHAI):
        return
    year = CertificateNumber.parse(number).year
    if year != command.issued_on.year % 100:
        why = f"编号中的年份为{year:02d}，发证日期为{command.issued_on}"
        raise r.InvalidCertificateNumber(number=number, why=why)


def _grown_up(candidate: Candidate | None, command: c.ImportCertificate) -> None:
    birth = birth_of(candidate.id_number, candidate.id_type, candidate.birth) if candidate else None
    if birth is not None and age_on(birth, command.issued_on) < SCHOOL_AGE:
        raise invalid(command, f"发证日期{command.issued_on}时持证人未满{SCHOOL_AGE}周岁")


def _in_catalog_then(command: c.ImportCertificate, context: Context) -> None:
    """Who was issued one after the exit had sat before it, or was protected: and the archive shows it (80号·三)."""
    if not exited(context.exit_date, command.issued_on):
        return
    sat_before = command.held_on is not None and not exited(context.exit_date, command.held_on)
    planned = command.cohort is not Cohort.NONE and command.plan is not None
    protected = planned and command.plan is not None and not exited(context.exit_date, command.plan.intake)
    if not ((sat_before or protected) and command.evidence.strip()):
        proof = "退出前考试的请填写考试日期（held_on），培养计划的请填写计划（plan），并注明依据（evidence）"
        why = f"{command.issued_on}发证时已不在目录内；{proof}"
        raise r.NotInCatalog(occupation=context.occupation, exit_date=str(context.exit_date), why=why)
