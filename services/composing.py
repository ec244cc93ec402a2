"""From the facts of a step to the data of a letter: what each template may say, nothing more."""

from __future__ import annotations

import msgspec

from letters.kinds import document_number, kind_of
from letters.model import LetterData
from records.case.recording import ComposedDocument
from states.case.facts import CaseFacts, Certificate
from states.case.steps import Step
from states.reference.centres import Centre
from states.words import DocumentKind, Instrument, State, Trigger

_CLOSURE_REASONS = {
    Trigger.EXIT: "所报职业已退出国家职业资格目录，本次鉴定考试公告的报名尚未受理",
    Trigger.WITHDRAW: "考生本人申请撤回",
    Trigger.REQUEST_REFUND: "考生选择不再参加鉴定考试，本次报名未缴纳费用",
}


class Composer:
    """Writes letter data for one place: `rehearsal` marks every letter as 演练."""

    def __init__(self, *, rehearsal: bool) -> None:
        self._rehearsal = rehearsal

    def __call__(self, kind: str, facts: CaseFacts, step: Step, centre: Centre, seq: int) -> ComposedDocument:
        """The document `kind` of `step`, numbered `seq` of its centre, kind and year."""
        number = document_number(kind, centre.short.removesuffix("鉴"), step.on.year, seq)
        data = self._data(kind, number, facts, step, centre)
        return ComposedDocument(number, msgspec.json.encode(data), _shared_key(kind, facts, step))

    def _data(self, kind: str, number: str, facts: CaseFacts, step: Step, centre: Centre) -> LetterData:
        candidate, exam = facts.candidate, facts.exam
        certificate = facts.certificate or Certificate("", step.on)
        shared = kind == DocumentKind.ANNOUNCEMENT
        assert candidate is not None  # a case without a candidate has no steps
        return LetterData(
            kind=kind,
            number=number,
            clause=kind_of(kind).clause,
            on=step.on,
            case="" if shared else facts.number,
            centre_code=centre.code,
            centre_name=centre.name,
            centre_address=centre.address,
            centre_phone=centre.phone,
            centre_hotline=centre.hotline,
            name="" if shared else candidate.name,
            id_number="" if shared else candidate.id_number,
            address="" if shared else candidate.address,
            occupation=facts.occupation,
            qualification=facts.qualification,
            level=facts.level,
            cohort="" if shared else _cohort(facts),
            exam=facts.exam_id,
            session=exam.session if exam else "",
            paper=exam.paper if exam else "",
            result=exam.result.value if exam else "",
            fee_fen=facts.fee_fen,
            refund_fen=facts.refund_fen,
            exit_date=facts.exit_date,
            choice_deadline=facts.choice_deadline,
            choice=facts.choice,
            evidence=facts.evidence,
            reason=_reason(step),
            certificate_no=certificate.number,
            certificate_issued_on=certificate.issued_on if certificate.number else None,
            instrument=facts.instrument.value,
            organisation=_organisation(facts, centre),
            skill_level_no=facts.skill_level.number if facts.skill_level else "",
            rehearsal=self._rehearsal,
        )


def _cohort(facts: CaseFacts) -> str:
    return facts.cohort.value if facts.protected else ""


def _reason(step: Step) -> str:
    if step.dest is State.CLOSED and step.trigger is not None:
        return _CLOSURE_REASONS.get(step.trigger, "")
    return step.command.reason


def _organisation(facts: CaseFacts, centre: Centre) -> str:
    held = facts.certificate
    if held is not None and held.instrument is Instrument.SKILL_LEVEL and held.organisation:
        return held.organisation
    return facts.organisation or centre.organisation


def _shared_key(kind: str, facts: CaseFacts, step: Step) -> str | None:
    """A public announcement is one document for all who are on it."""
    if kind != DocumentKind.ANNOUNCEMENT:
        return None
    return "|".join((kind, facts.centre, facts.exam_id, facts.occupation, str(facts.level), step.on.isoformat()))
