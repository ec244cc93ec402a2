"""What happened in a step, and what a letter about it must say: by kind of letter, its occasion and its own fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from states.case.facts import CaseFacts, Certificate
from states.case.steps import Step
from states.policies import Policies
from states.reference.centres import Centre
from states.words import Cohort, DocumentKind, Instrument, Role, State, Trigger


class Scene(NamedTuple):
    """All that a letter may draw from: the facts after the step, the step, the centre, the office's policies."""

    facts: CaseFacts
    step: Step
    centre: Centre
    policies: Policies

    @property
    def exited(self) -> bool:
        """Whether the occupation is outside the catalog on the day of the step."""
        return self.facts.exit_date is not None and self.facts.exit_date <= self.step.on


Told = tuple[str, dict[str, Any]]
_PLANS = {Cohort.PLAN_STUDENT: "技能人才职业资格证书培养计划", Cohort.NEW_APPRENTICE: "企业新型学徒制"}


def _announcement(scene: Scene) -> Told:
    return "published", {}


def _receipt(scene: Scene) -> Told:
    facts = scene.facts
    occasion = "plan" if facts.protected else "continued" if facts.continues else "checked"
    return occasion, {"plan": _PLANS.get(facts.cohort, ""), "fee_fen": facts.fee_fen, "received": facts.fee_fen > 0}


def _asked(scene: Scene) -> Told:
    facts = scene.facts
    return ("announced" if facts.choice.origin is State.ANNOUNCED else "registered"), {
        "fee_fen": facts.fee_fen,
        "choice_deadline": facts.choice.deadline,
        "default": scene.policies.choice_default,
    }


def _confirmation(scene: Scene) -> Told:
    facts = scene.facts
    occasion = "default" if facts.choice.by_policy else facts.choice.answer
    return occasion, {
        "choice": facts.choice.answer,
        "evidence": facts.evidence,
        "fee_fen": facts.fee_fen,
        "organisation": facts.organisation,
        "was_registered": facts.choice.origin is not State.ANNOUNCED,
        "choice_deadline": facts.choice.deadline,
    }


def _refund(scene: Scene) -> Told:
    facts, step = scene.facts, scene.step
    occasion = "withdrawn" if step.trigger is Trigger.WITHDRAW and not facts.choice.answer else "choice"
    if step.command.role is Role.CALENDAR:
        occasion = "default"
    return occasion, {"fee_fen": facts.fee_fen, "refund_fen": facts.refund_fen}


def _result(scene: Scene) -> Told:
    exam = scene.facts.exam
    assert exam is not None and exam.result is not None
    occasion = "passed_after_exit" if exam.result == "passed" and scene.exited else exam.result.value
    return occasion, {
        "result": exam.result.value,
        "session": exam.session,
        "paper": exam.paper,
        "held_on": exam.held_on,
        "protected": scene.facts.protected,
    }


def _held(scene: Scene) -> dict[str, Any]:
    held = scene.facts.certificate or scene.facts.skill_level or Certificate("", scene.step.on)
    return {
        "instrument": held.instrument.value,
        "certificate_no": held.number,
        "issued_on": held.issued_on,
        "organisation": held.organisation or (scene.facts.organisation if _skill(held) else ""),
    }


def _skill(held: Certificate) -> bool:
    return held.instrument is Instrument.SKILL_LEVEL


def _collection(scene: Scene) -> Told:
    facts = scene.facts
    occasion = "plan" if facts.protected else "after_exit" if scene.exited else "in_catalog"
    return occasion, {**_held(scene), "plan": _PLANS.get(facts.cohort, "")}


def _certificate(scene: Scene) -> Told:
    candidate = scene.facts.candidate
    assert candidate is not None
    citizen = len(candidate.id_number) == 18 and candidate.id_number[:17].isdigit()
    occasion = "reissued" if scene.step.trigger is Trigger.REISSUE else "issued"
    return occasion, {
        **_held(scene),
        "sex": "女男"[int(candidate.id_number[16]) % 2] if citizen else "——",
        "born": candidate.birth,
    }


def _conversion(scene: Scene) -> Told:
    facts = scene.facts
    held = facts.certificate
    told = {"organisation": facts.organisation or scene.centre.organisation, "fee_fen": facts.fee_fen}
    told |= {"certificate_no": held.number if held else ""}
    if facts.skill_level is None:
        return "requested", told
    return "done", {**told, "skill_level_no": facts.skill_level.number, "issued_on": facts.skill_level.issued_on}


def _reissue(scene: Scene) -> Told:
    told = _held(scene)
    return told["instrument"], told


def _information(scene: Scene) -> Told:
    told, exit_date = _held(scene), scene.facts.exit_date
    return ("before_exit" if exit_date and told["issued_on"] < exit_date else "after_exit"), told


def _closure(scene: Scene) -> Told:
    facts, trigger = scene.facts, scene.step.trigger
    occasion = {Trigger.EXIT: "exit", Trigger.WITHDRAW: "withdrawn"}.get(trigger or Trigger.EXIT, "choice")
    if scene.step.command.role is Role.CALENDAR and occasion == "choice":
        occasion = "default"
    return occasion, {"was_registered": facts.choice.origin is not State.ANNOUNCED, "fee_fen": facts.fee_fen}


def _exam_day(scene: Scene) -> dict[str, Any]:
    sitting = scene.facts.sitting
    return {"exam_on": sitting.on, "session": sitting.session, "site": sitting.site}


def _ticket(scene: Scene) -> Told:
    return ("resit" if scene.facts.earlier_exams else "exam"), _exam_day(scene)


def _arrangement(scene: Scene) -> Told:
    plan = scene.facts.plan
    told = {"plan": plan.name, "organisation": plan.organisation, "intake": plan.intake} if plan else {}
    return "plan", {**_exam_day(scene), **told}


def _postponed(scene: Scene) -> Told:
    facts = scene.facts
    occasion = "choosing" if facts.state is State.CHOOSING else "postponed"
    was_on = facts.sitting.former[-1] if facts.sitting.former else None
    reason, deadline = scene.step.command.reason, facts.choice.deadline
    return occasion, {**_exam_day(scene), "was_on": was_on, "reason": reason, "choice_deadline": deadline}


def _reinstated(scene: Scene) -> Told:
    occasion = "choosing" if scene.step.source is State.CHOOSING else "closed"
    return occasion, {"fee_fen": scene.facts.received_fen, "exam_on": scene.facts.sitting.on}


def _exchanged(scene: Scene) -> Told:
    changes = tuple(f"{field}：{was}" for field, was in scene.facts.changed.items())
    told = {**_held(scene), "changes": changes, "reason": scene.step.command.reason}
    return ("identity" if changes else "error"), told


def _revoked(scene: Scene) -> Told:
    ending = scene.facts.ending
    return "revoked", {**_held(scene), "reason": ending.reason if ending else ""}


def _rejected(scene: Scene) -> Told:
    ending = scene.facts.ending
    return "conditions", {"asked": "鉴定考试报名", "unmet": ending.unmet if ending else ()}


OCCASIONS: Mapping[str, Callable[[Scene], Told]] = {
    DocumentKind.ANNOUNCEMENT: _announcement,
    DocumentKind.REGISTRATION_RECEIPT: _receipt,
    DocumentKind.EXIT_NOTICE: _asked,
    DocumentKind.CHOICE_REMINDER: _asked,
    DocumentKind.CHOICE_CONFIRMATION: _confirmation,
    DocumentKind.REFUND_NOTICE: _refund,
    DocumentKind.EXAM_RESULT: _result,
    DocumentKind.CERTIFICATE_COLLECTION: _collection,
    DocumentKind.CERTIFICATE: _certificate,
    DocumentKind.CONVERSION_NOTICE: _conversion,
    DocumentKind.REISSUE_NOTICE: _reissue,
    DocumentKind.CERTIFICATE_INFORMATION_LETTER: _information,
    DocumentKind.CLOSURE_NOTICE: _closure,
    DocumentKind.ADMISSION_TICKET: _ticket,
    DocumentKind.EXAM_ARRANGEMENT: _arrangement,
    DocumentKind.POSTPONEMENT_NOTICE: _postponed,
    DocumentKind.REINSTATEMENT_NOTICE: _reinstated,
    DocumentKind.EXCHANGE_NOTICE: _exchanged,
    DocumentKind.REVOCATION_NOTICE: _revoked,
    DocumentKind.REJECTION_NOTICE: _rejected,
}
