"""Certificates: issued, converted, lost, mistaken, revoked (44号·五, 25号·三, 80号·四 and 五)."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from states import refusals as r
from states.case import commands as c
from states.case.context import Context
from states.case.facts import CaseFacts, Certificate, Ending
from states.case.handlers.changes import with_person
from states.case.handlers.checking import checked_number, invalid
from states.reference.numbers import SkillLevelNumber
from states.words import Basis, Instrument

_NAMES = {Instrument.VOCATIONAL: "职业资格证书", Instrument.SKILL_LEVEL: "职业技能等级证书"}


def certify(facts: CaseFacts, command: c.Certify, context: Context, today: date) -> CaseFacts:
    """80号·四: nothing rushed; 80号·三: a cohort may end with either certificate. Money that is due comes first."""
    if context.hold:
        raise r.IssuanceHeld(why=context.hold)
    if context.policies.certificate_needs_fee and facts.due_fen > 0:
        raise r.FeeNotReceived(due_fen=facts.due_fen)
    if command.instrument is Instrument.VOCATIONAL:
        return replace(facts, certificate=Certificate("", today), evidence=command.evidence)
    if not facts.protected:
        raise r.NotEligible(why="只有培养计划学生和企业新型学徒可以职业技能等级证书结业，其他考生请办理转认定")
    held = _theirs(command, command.number, command.organisation, facts.level, today)
    return replace(facts, certificate=held, organisation=held.organisation, evidence=command.evidence)


def convert(facts: CaseFacts, command: c.Convert, context: Context, today: date) -> CaseFacts:
    """80号·五: certified by the organisation that the case was handed to."""
    held = _theirs(command, command.number, command.organisation, facts.level, today)
    return replace(facts, skill_level=held, organisation=held.organisation, evidence=command.evidence)


def _theirs(command: c.Command, number: str, organisation: str, level: int, today: date) -> Certificate:
    """A skill-level certificate: its organisation and number given and checked, never drawn by us (80号·一)."""
    if not organisation.strip():
        raise invalid(command, "缺少评价机构（organisation）")
    if not number.strip():
        why = "职业技能等级证书编号由评价机构编制，请填写其编号（number）"
        raise r.InvalidCertificateNumber(number=number, why=why)
    checked = checked_number(number, Instrument.SKILL_LEVEL, level)
    year = SkillLevelNumber.parse(checked).year
    if year > today.year % 100:
        raise r.InvalidCertificateNumber(number=checked, why=f"编号中的年份{year:02d}晚于今年")
    return Certificate(checked, today, Instrument.SKILL_LEVEL, organisation.strip())


def report_loss(facts: CaseFacts, command: c.ReportLoss, context: Context, today: date) -> CaseFacts:
    """25号·三: each certificate goes its own way; which, is decided on the day this is approved."""
    lost = _concerned(facts, command, command.instrument)
    return replace(facts, concerns=lost, evidence=command.evidence)


def exchange(facts: CaseFacts, command: c.Exchange, context: Context, today: date) -> CaseFacts:
    """换发: what is wrong on it is mended, the number stays, the old print is void."""
    concerned = _concerned(facts, command, command.instrument)
    mended = with_person(facts, command, context, today)
    return replace(mended, concerns=concerned, evidence=command.evidence)


def _concerned(facts: CaseFacts, command: c.Command, named: Instrument | None) -> Instrument:
    """The certificate that is meant: the only one held, or the one named."""
    held = facts.instruments
    if named is None and len(held) > 1:
        raise invalid(command, "持有两种证书，请写明 instrument=vocational 或 instrument=skill_level")
    if named is not None and named not in held:
        raise invalid(command, f"该案件没有{_NAMES[named]}")
    return named or next(iter(held))


def revoke(facts: CaseFacts, command: c.Revoke, context: Context, today: date) -> CaseFacts:
    """44号·五: a certificate wrongly issued is withdrawn, and whoever asks is told."""
    if not command.reason.strip():
        raise invalid(command, "请写明撤销的事实和理由（reason）")
    ending = Ending(Basis.WRONGLY_ISSUED, today, command.reason.strip())
    return replace(facts, ending=ending, evidence=command.evidence)
