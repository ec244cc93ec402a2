"""What happened in a step, and what a letter about it must say: by kind of letter, its occasion and its own fields.

The occasion decides clause and wording (letters/grounds.py); nothing is told that is not in the facts, the step or a
policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.exam_words import marks, marks_of, resit_parts
from services.scenes import Scene, Told, needed
from states.case.facts import Certificate
from states.case.terms import refund_ends, resit_ends, review_ends
from states.reference.documents import birth_of
from states.words import Basis, DocumentKind, ExamResult, FeeUse, Instrument, State, Trigger


def _announcement(scene: Scene) -> Told:
    return "published", {"exam_on": scene.facts.sitting.on}


def _receipt(scene: Scene) -> Told:
    facts, check = scene.facts, scene.facts.check
    told: dict[str, Any] = {
        "fee_fen": facts.fee_fen - facts.used_fen,
        "received_fen": facts.received_fen - facts.used_fen,
        "exam_on": facts.sitting.on,
    }
    if scene.step.trigger is Trigger.RESIT:
        return ("resit_after_exit" if scene.exited else "resit"), {**told, "parts": resit_parts(facts)}
    told |= {"check": check.route if check else "", "checked": check.evidence if check else ""}
    if facts.protected and facts.plan:
        plan = facts.plan
        return "plan", {**told, "plan": f"{plan.organisation}“{plan.name}”"}
    return ("continued" if scene.exited else "accepted"), told


def _exam_day(scene: Scene) -> dict[str, Any]:
    sitting = scene.facts.sitting
    return {"exam_on": sitting.on, "session": sitting.session, "site": sitting.site}


def _ticket(scene: Scene) -> Told:
    if scene.facts.earlier_exams:
        return "resit", {**_exam_day(scene), "parts": resit_parts(scene.facts)}
    return "exam", {**_exam_day(scene), "parts": "理论知识、操作技能"}


def _arrangement(scene: Scene) -> Told:
    plan = scene.facts.plan
    told = {"plan": plan.name, "organisation": plan.organisation, "intake": plan.intake} if plan else {}
    return "plan", {**_exam_day(scene), **told}


def _postponed(scene: Scene) -> Told:
    facts = scene.facts
    told = {
        "was_on": facts.sitting.former[-1] if facts.sitting.former else None,
        "reason": scene.step.command.reason,
        "choice_deadline": facts.choice.deadline,
    }
    occasion = {State.CHOOSING: "choosing", State.ANNOUNCED: "announced"}.get(facts.state, "postponed")
    return occasion, {**_exam_day(scene), **told}


def _asked(scene: Scene) -> Told:
    occasion, told = _reminded(scene)
    left = scene.facts.plan is not None and not scene.facts.protected
    return ("plan_left" if left else occasion), told


def _reminded(scene: Scene) -> Told:
    facts = scene.facts
    return ("announced" if scene.was_announced else "registered"), {
        "fee_fen": facts.refundable_fen,
        "registered": not scene.was_announced,
        "exam_on": facts.sitting.on,
        "choice_deadline": facts.choice.deadline,
        "default": facts.choice.default,
    }


_ANSWER_BEFORE = {State.REFUNDING: "request_refund", State.CONVERTING: "request_conversion"}


# From here an answer can still be changed (states/case/table.py); not once the case is closed.
_CHANGEABLE = frozenset({State.ANNOUNCED, State.REGISTERED, State.REFUNDING, State.CONVERTING})


def _confirmation(scene: Scene) -> Told:
    facts, choice = scene.facts, scene.facts.choice
    changed = scene.step.basis is Basis.CHANGED
    return ("default" if choice.by_policy else choice.answer), {
        "choice": choice.answer,
        "was": _ANSWER_BEFORE.get(scene.step.source, "continue_exam") if changed else "",
        "evidence": choice.evidence,
        "fee_fen": facts.refund_fen or facts.handed_fen,
        "fee": _fee_use(scene),
        "consent": choice.evidence,
        "organisation": scene.organisation,
        "exam_on": facts.sitting.on,
        "was_registered": not scene.was_announced,
        "choice_deadline": choice.deadline,
        "objection_until": choice.until if scene.step.dest in _CHANGEABLE else None,
    }


def _fee_use(scene: Scene) -> str:
    if scene.facts.choice.fee is FeeUse.TRANSFER:
        return "transfer"
    return "refund" if scene.facts.refund_fen else ""


def _reinstated(scene: Scene) -> Told:
    facts = scene.facts
    occasion = {Basis.INVITED: "closed", Basis.RETURNED: "returned"}.get(scene.step.basis or Basis.CHOSEN, "choosing")
    return occasion, {
        "was_registered": scene.step.dest is State.REGISTERED,
        "fee_fen": facts.received_fen,
        "exam_on": facts.sitting.on,
    }


_REFUNDS = {Basis.DEFAULT: "default", Basis.WITHDRAWN: "withdrawn", Basis.DEATH: "deceased"}


def _refund(scene: Scene) -> Told:
    facts, refund = scene.facts, needed(scene.facts.refund, "退费")
    basis = Basis.DEATH if scene.step.basis is Basis.DEATH else refund.basis
    occasion = _REFUNDS.get(basis) or ("conversion" if facts.choice.answer == "request_conversion" else "choice")
    return occasion, {
        "fee_fen": facts.received_fen - facts.used_fen,
        "refund_fen": refund.fen,
        "payee": refund.payee.name,
        "account": _account(refund.payee.account),
        "until": refund_ends(refund.opened_on, scene.policies),
    }


def _account(number: str) -> str:
    """An account with only its last four digits left."""
    return f"尾号{number.strip()[-4:]}" if number.strip() else ""


def _result(scene: Scene) -> Told:
    exam = needed(scene.facts.exam, "考试")
    result = needed(exam.result, "成绩")
    resits = result is not ExamResult.PASSED and scene.may_resit and scene.step.basis is not Basis.LATE
    return _result_occasion(scene, result), {
        "result": result.value,
        "parts": marks_of(exam),
        "was": exam.former[-1].result.value if exam.former and scene.step.basis is Basis.CORRECTED else "",
        "session": exam.session,
        "paper": exam.paper,
        "held_on": exam.held_on,
        "resit_until": scene.before_exit(resit_ends(exam.held_on, scene.policies)) if resits else None,
        "review_until": review_ends(scene.step.on, scene.policies) if result is not ExamResult.ABSENT else None,
    }


def _result_occasion(scene: Scene, result: ExamResult) -> str:
    if scene.step.basis is Basis.CORRECTED:
        return "regraded"
    if scene.facts.refund_paid:
        return "after_refund"
    return "passed_after_exit" if result is ExamResult.PASSED and scene.exited else result.value


def _told_of(scene: Scene, certificate: Certificate | None) -> dict[str, Any]:
    held = needed(certificate, "证书")
    skill = held.instrument is Instrument.SKILL_LEVEL
    return {
        "instrument": held.instrument.value,
        "certificate_no": held.number,
        "issued_on": held.issued_on,
        "organisation": (held.organisation or scene.organisation) if skill else "",
    }


def _concerned(scene: Scene) -> Certificate | None:
    """The certificate that a loss or a mistake is about."""
    held = {one.instrument: one for one in (scene.facts.certificate, scene.facts.skill_level) if one is not None}
    wanted = scene.facts.concerns
    return held.get(wanted) if wanted else scene.facts.certificate or scene.facts.skill_level


def _collection(scene: Scene) -> Told:
    facts, told = scene.facts, _told_of(scene, scene.facts.certificate)
    if facts.protected and facts.plan:
        return "plan", {**told, "plan": f"{facts.plan.organisation}“{facts.plan.name}”"}
    if not scene.exited:
        return "in_catalog", told
    return ("continued" if facts.continues and not scene.sat_before_exit else "after_exit"), told


_SEXES = "女男"
_PRINTED = {Trigger.REISSUE: "reissued", Trigger.EXCHANGE: "exchanged"}


def _certificate(scene: Scene) -> Told:
    facts, candidate = scene.facts, needed(scene.facts.candidate, "考生")
    number = candidate.id_number
    citizen = len(number) == 18 and number[:17].isdigit()
    return _PRINTED.get(scene.step.trigger or Trigger.CERTIFY, "issued"), {
        **_told_of(scene, facts.certificate),
        "sex": _SEXES[int(number[16]) % 2] if citizen else "——",
        "born": birth_of(number, candidate.id_type, candidate.birth),
        **marks(facts),
    }


def _conversion(scene: Scene) -> Told:
    facts = scene.facts
    told = {"organisation": scene.organisation, "certificate_no": facts.certificate.number if facts.certificate else ""}
    if facts.skill_level is not None:
        return "done", {**told, "skill_level_no": facts.skill_level.number, "issued_on": facts.skill_level.issued_on}
    fen, evidence = facts.refund_fen or facts.handed_fen, facts.choice.evidence
    return "requested", {**told, "fee": _fee_use(scene), "fee_fen": fen, "consent": evidence}


def _reissue(scene: Scene) -> Told:
    told = _told_of(scene, _concerned(scene))
    return told["instrument"], told


def _information(scene: Scene) -> Told:
    told, exit_date = _told_of(scene, scene.facts.certificate), scene.facts.exit_date
    return ("before_exit" if exit_date is None or told["issued_on"] < exit_date else "after_exit"), told


_IDENTITY = {"name": "姓名", "id_number": "证件号码", "id_type": "证件类型"}


def _exchanged(scene: Scene) -> Told:
    new = scene.identity
    changes = tuple(f"{_IDENTITY[field]}：原载“{old}”，现为“{new[field]}”" for field, old in scene.replaced.items())
    told = {**_told_of(scene, _concerned(scene)), "changes": changes}
    return ("identity" if scene.step.basis is Basis.MISTAKEN and changes else "error"), told


def _revoked(scene: Scene) -> Told:
    ending = scene.facts.ending
    return "revoked", {**_told_of(scene, _concerned(scene)), "reason": ending.reason if ending else ""}


def _rejected(scene: Scene) -> Told:
    ending = scene.facts.ending
    return "conditions", {"asked": "鉴定考试报名", "unmet": ending.unmet if ending else ()}


_CLOSINGS = {
    Basis.EXITED: "exit", Basis.WITHDRAWN: "withdrawn", Basis.DEATH: "deceased", Basis.DEFAULT: "default",
}  # fmt: skip


def _closure(scene: Scene) -> Told:
    ending = scene.facts.ending
    return _CLOSINGS.get(ending.basis if ending else Basis.CHOSEN, "choice"), {"fee_fen": scene.facts.refundable_fen}


OCCASIONS: Mapping[str, Callable[[Scene], Told]] = {
    DocumentKind.ANNOUNCEMENT: _announcement,
    DocumentKind.REGISTRATION_RECEIPT: _receipt,
    DocumentKind.ADMISSION_TICKET: _ticket,
    DocumentKind.EXAM_ARRANGEMENT: _arrangement,
    DocumentKind.POSTPONEMENT_NOTICE: _postponed,
    DocumentKind.EXIT_NOTICE: _asked,
    DocumentKind.CHOICE_REMINDER: _reminded,
    DocumentKind.CHOICE_CONFIRMATION: _confirmation,
    DocumentKind.REINSTATEMENT_NOTICE: _reinstated,
    DocumentKind.REFUND_NOTICE: _refund,
    DocumentKind.EXAM_RESULT: _result,
    DocumentKind.CERTIFICATE_COLLECTION: _collection,
    DocumentKind.CERTIFICATE: _certificate,
    DocumentKind.CONVERSION_NOTICE: _conversion,
    DocumentKind.REISSUE_NOTICE: _reissue,
    DocumentKind.CERTIFICATE_INFORMATION_LETTER: _information,
    DocumentKind.EXCHANGE_NOTICE: _exchanged,
    DocumentKind.REVOCATION_NOTICE: _revoked,
    DocumentKind.REJECTION_NOTICE: _rejected,
    DocumentKind.CLOSURE_NOTICE: _closure,
}
