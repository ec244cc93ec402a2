"""What a row that makes sense asks for. Rows are tuples in the order of the kind's columns, None where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from states.case.commands import Announce, AnyCommand, Grade, HoldExam, ImportCertificate, Register
from states.case.facts import Candidate, Plan
from states.words import Cohort, Instrument

Row = tuple[Any, ...]
Sender = tuple[str, str]  # the person's name, and their account in the register


def commanding(kind: str, by: str, account: str) -> Callable[[Row, str], tuple[AnyCommand, ...]]:
    """How a row of `kind` becomes commands sent by `by`, under the id that the row has."""
    makes = _MAKES[kind]
    sender = (by, account)
    return lambda row, id_: makes(row, sender, id_)


def _announcing(row: Row, sender: Sender, id_: str) -> tuple[AnyCommand, ...]:
    name, id_type, id_number, birth, occupation, level, centre, exam, exam_on, *rest = row
    cohort, organisation, plan, intake, fee, address, phone, email, *declared = rest
    by, account = sender
    announced = Announce(
        id=id_,
        by=by,
        account=account,
        candidate=Candidate(name, id_number, address or "", phone or "", email or "", id_type, birth),
        occupation=occupation,
        level=level,
        centre=centre,
        cohort=cohort or Cohort.NONE,
        plan=_plan(organisation, plan, intake),
        exam=exam or "",
        exam_on=exam_on,
    )
    return (announced,) if fee is None else (announced, _registration(fee, None, declared, sender, f"{id_}-r"))


def _plan(organisation: str | None, name: str | None, intake: Any) -> Plan | None:
    """What protects a cohort; one of which a part is missing protects nobody, and is none."""
    return Plan(organisation, name, intake) if organisation and name and intake else None


def _registering(row: Row, sender: Sender, id_: str) -> tuple[AnyCommand, ...]:
    *_, fee, received, work_years, held_level, held_years, diploma = row
    return (_registration(fee, received, [work_years, held_level, held_years, diploma], sender, id_),)


def _registration(fee: int, received: int | None, declared: list[Any], sender: Sender, id_: str) -> Register:
    work_years, held_level, held_years, diploma = declared
    by, account = sender
    return Register(
        id=id_,
        by=by,
        account=account,
        fee_fen=fee,
        received_fen=received,
        work_years=work_years,
        held_level=held_level,
        held_years=held_years,
        diploma=diploma or "",
    )


def _holding(row: Row, sender: Sender, id_: str) -> tuple[AnyCommand, ...]:
    *_, result, theory, practice, session, paper, held_on, site, approval = row
    by, account = sender
    held = HoldExam(
        id=id_,
        by=by,
        account=account,
        result=result,
        theory=theory,
        practice=practice,
        session=session,
        paper=paper or "",
        held_on=held_on,
        site=site or "",
        approval=approval or "",
    )
    return (held,)


def _grading(row: Row, sender: Sender, id_: str) -> tuple[AnyCommand, ...]:
    *_, result, theory, practice, paper = row
    by, account = sender
    return (Grade(id=id_, by=by, account=account, result=result, theory=theory, practice=practice, paper=paper or ""),)


def _importing(row: Row, sender: Sender, id_: str) -> tuple[AnyCommand, ...]:
    name, id_type, id_number, birth, occupation, level, centre, number, issued_on, *rest = row
    instrument, issuer, exam, held_on, cohort, organisation, plan, intake, address, phone, email = rest
    by, account = sender
    imported = ImportCertificate(
        id=id_,
        by=by,
        account=account,
        candidate=Candidate(name, id_number, address or "", phone or "", email or "", id_type, birth),
        occupation=occupation,
        level=level,
        centre=centre,
        certificate_no=number,
        issued_on=issued_on,
        cohort=cohort or Cohort.NONE,
        plan=_plan(organisation, plan, intake),
        instrument=instrument or Instrument.VOCATIONAL,
        organisation=issuer or "",
        exam=exam or "",
        held_on=held_on,
    )
    return (imported,)


_MAKES: dict[str, Callable[[Row, Sender, str], tuple[AnyCommand, ...]]] = {
    "announce": _announcing,
    "register": _registering,
    "hold_exam": _holding,
    "grade": _grading,
    "import_certificate": _importing,
}
