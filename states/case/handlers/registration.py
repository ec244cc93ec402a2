"""Registration and what ends it before the exam: accepted, not accepted, withdrawn, death, out of the plan."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from states import refusals as r
from states.case import commands as c
from states.case.context import Context
from states.case.facts import CaseFacts, Check, Ending, Payee
from states.case.handlers.arranging import arranged
from states.case.handlers.checking import charged, evidenced, invalid, opened_refund
from states.case.handlers.choices import request_refund
from states.reference.documents import birth_of
from states.reference.eligibility import DIPLOMAS, PLAN_LEVELS, Declared, met, missing, too_young, unmet
from states.words import Basis, Cohort, State


def register(facts: CaseFacts, command: c.Register, context: Context, today: date) -> CaseFacts:
    """25号·二, 44号·二: the conditions are judged as declared, or were checked by the clerk from the papers."""
    if context.centre_problem:
        raise r.CentreNotQualified(centre=facts.centre, why=context.centre_problem)
    accepted = charged(facts, command, command.fee_fen, command.received_fen, command.payer)
    if short := shortfalls(facts, command, today):
        raise r.NotEligible(why="；".join(short))
    sitting = arranged(facts, command, context, today)
    return replace(accepted, registered_on=today, sitting=sitting, check=_check(facts, command, today))


def reject(facts: CaseFacts, command: c.Reject, context: Context, today: date) -> CaseFacts:
    """44号·二: not accepted, with every condition that is not met, or the clerk's own finding."""
    short = tuple(shortfalls(facts, command, today)) or ((command.reason.strip(),) if command.reason.strip() else ())
    if not short:
        raise invalid(command, "请写明申报情况（work_years、held_level …）或不予受理的原因（reason）")
    ending = Ending(Basis.UNMET, today, command.reason.strip(), short)
    return replace(facts, ending=ending, evidence=command.evidence or facts.evidence)


def shortfalls(facts: CaseFacts, command: c.Declaring, today: date) -> list[str]:
    """Every condition that this candidate does not meet, in Chinese. Raises InvalidField for half a statement.

    Members of a cohort are judged by their plan's own route: what it trains for (80号·三).
    """
    said, who = _declared(command), facts.candidate
    birth = birth_of(who.id_number, who.id_type, who.birth) if who else None
    if young := too_young(birth, today, student=facts.cohort is Cohort.PLAN_STUDENT):
        return [young]
    if facts.protected and facts.level in PLAN_LEVELS:
        return []
    if facts.protected and not said.anything:
        return ["培养计划以五级至三级为培养目标，申报二级、一级须另行写明申报条件"]
    if not said.anything:
        return []
    if asked := missing(facts.level, said):
        raise invalid(command, asked)
    ways = unmet(facts.level, said)
    return [f"申报本等级应当{'，或'.join(ways)}"] if ways and isinstance(command, c.Register) else ways


def _declared(command: c.Declaring) -> Declared:
    if command.diploma and command.diploma not in DIPLOMAS:
        known = "、".join(f"{key} {name}" for key, name in DIPLOMAS.items())
        raise invalid(command, f"没有学历或证书“{command.diploma}”（可用：{known}）")
    if command.held_level is not None and command.held_level not in range(1, 6):
        raise invalid(command, f"所持证书等级应为1至5，收到{command.held_level}")
    if min(command.work_years or 0, command.held_years or 0) < 0:
        raise invalid(command, "工作年限不能为负")
    return Declared(command.work_years, command.held_level, command.held_years, command.diploma)


def _check(facts: CaseFacts, command: c.Register, today: date) -> Check:
    """Who checked what (44号·四 全程留痕): never nothing. Papers that nobody named are the case's own file."""
    said = _declared(command)
    papers = command.evidence.strip() or f"报名审核卷{facts.number}"
    if facts.protected and facts.plan is not None and facts.level in PLAN_LEVELS:
        met_by = f"{facts.plan.organisation}{facts.plan.name}，{facts.plan.intake}招生"
        return Check("plan", command.by, today, papers, met_by)
    if said.anything:
        return Check("declared", command.by, today, papers, met(facts.level, said))
    return Check("papers", command.by, today, papers)


def withdraw(facts: CaseFacts, command: c.Withdraw, context: Context, today: date) -> CaseFacts:
    """Before the exam; from the choice on it is the choice of the money (80号·三)."""
    if facts.state is State.CHOOSING:
        return request_refund(facts, command, context, today)
    ended = replace(facts, ending=Ending(Basis.WITHDRAWN, today, command.reason), evidence=command.evidence)
    return opened_refund(ended, Basis.WITHDRAWN, command.payee, today)


def leave_plan(facts: CaseFacts, command: c.LeavePlan, context: Context, today: date) -> CaseFacts:
    """80号·三 protects whoever follows the plan: with the plan the protection ends."""
    evidence = evidenced(command, "退出培养计划的证明")
    return replace(facts, cohort=Cohort.NONE, evidence=evidence)


def decease(facts: CaseFacts, command: c.Decease, context: Context, today: date) -> CaseFacts:
    """Reminders stop, and what was received goes to the heirs."""
    name = facts.candidate.name if facts.candidate else ""
    heirs = command.payee or Payee(f"{name}的继承人")
    over = replace(facts.choice, until=None)  # nobody else may choose for them
    ended = replace(facts, choice=over, ending=Ending(Basis.DEATH, today, command.reason), evidence=command.evidence)
    return opened_refund(ended, Basis.DEATH, heirs, today)
