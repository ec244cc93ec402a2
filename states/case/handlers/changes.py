"""What changes on a case without moving it: personal data, and the centre that has it."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from states import refusals as r
from states.case import commands as c
from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.handlers.checking import checked_candidate, evidenced, invalid

IDENTITY = ("name", "id_number", "id_type")
PERSON = (*IDENTITY, "address", "phone", "email")


def correct(facts: CaseFacts, command: c.Correct, context: Context, today: date) -> CaseFacts:
    """44号·五: data must be right, and who somebody is, is never one person's word."""
    if all(getattr(command, field) is None for field in PERSON):
        raise invalid(command, "请给出要更正的项目（name、id_number、id_type、address、phone、email）")
    mended = with_person(facts, command, context, today)
    if mended.changed:
        evidenced(command, "更正姓名、证件须有证明材料")
    return replace(mended, evidence=command.evidence or facts.evidence)


def with_person(facts: CaseFacts, command: c.Correct | c.Exchange, context: Context, today: date) -> CaseFacts:
    """`facts` with what is given of the person; `changed` holds what identity was replaced."""
    before = facts.candidate
    assert before is not None  # the table asks for an opened case
    given = {field: value for field in PERSON if (value := getattr(command, field, None)) is not None}
    candidate = checked_candidate(replace(before, **given), command, today)
    if context.duplicate:
        raise r.DuplicateCase(existing=context.duplicate)
    changed = {
        field: str(getattr(before, field)) for field in IDENTITY if getattr(before, field) != getattr(candidate, field)
    }
    return replace(facts, candidate=candidate, changed=changed)


def transfer_centre(facts: CaseFacts, command: c.TransferCentre, context: Context, today: date) -> CaseFacts:
    """A centre closes or hands over; its old numbers and letters stay its own."""
    if command.centre == facts.centre:
        raise invalid(command, f"案件已在鉴定中心{facts.centre}")
    if context.next_centre_problem:
        raise r.CentreNotQualified(centre=command.centre, why=context.next_centre_problem)
    former = (*facts.former_centres, facts.centre)
    return replace(facts, centre=command.centre, former_centres=former, evidence=command.evidence)
