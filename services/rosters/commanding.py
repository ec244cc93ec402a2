"""What a row that makes sense asks for. Rows are tuples in the order of the kind's columns, None where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from states.case.commands import Announce, AnyCommand, HoldExam, ImportCertificate, Register
from states.case.facts import Candidate
from states.words import Cohort, Instrument

Commanding = Callable[[tuple[Any, ...], str], tuple[AnyCommand, ...]]


def commanding(kind: str, by: str) -> Commanding:
    """How a row of `kind` becomes commands sent by `by`, under the id that the row has."""
    makes = {
        "announce": _announcing,
        "register": _registering,
        "hold_exam": _holding,
        "import_certificate": _importing,
    }[kind]
    return lambda row, id_: makes(row, by, id_)


def _announcing(row: tuple[Any, ...], by: str, id_: str) -> tuple[AnyCommand, ...]:
    name, id_type, id_number, birth, occupation, level, centre, exam, cohort, fee, *rest = row
    address, phone, email, *years = rest
    announced = Announce(
        id=id_,
        by=by,
        candidate=Candidate(name, id_number, address or "", phone or "", email or "", id_type, birth),
        occupation=occupation,
        level=level,
        centre=centre,
        cohort=cohort or Cohort.NONE,
        exam=exam or "",
    )
    return (announced,) if fee is None else (announced, _registration(fee, years, by, f"{id_}-r"))


def _registering(row: tuple[Any, ...], by: str, id_: str) -> tuple[AnyCommand, ...]:
    *_, fee, work_years, held_level, held_years = row
    return (_registration(fee, [work_years, held_level, held_years], by, id_),)


def _registration(fee: int, years: list[Any], by: str, id_: str) -> Register:
    work_years, held_level, held_years = years
    return Register(id=id_, by=by, fee_fen=fee, work_years=work_years, held_level=held_level, held_years=held_years)


def _holding(row: tuple[Any, ...], by: str, id_: str) -> tuple[AnyCommand, ...]:
    *_, result, session, paper, held_on, site, approval = row
    held = HoldExam(
        id=id_,
        by=by,
        result=result,
        session=session,
        paper=paper or "",
        held_on=held_on,
        site=site or "",
        approval=approval or "",
    )
    return (held,)


def _importing(row: tuple[Any, ...], by: str, id_: str) -> tuple[AnyCommand, ...]:
    name, id_type, id_number, birth, occupation, level, centre, number, issued_on, *rest = row
    instrument, organisation, exam, cohort, address, phone, email = rest
    imported = ImportCertificate(
        id=id_,
        by=by,
        candidate=Candidate(name, id_number, address or "", phone or "", email or "", id_type, birth),
        occupation=occupation,
        level=level,
        centre=centre,
        certificate_no=number,
        issued_on=issued_on,
        cohort=cohort or Cohort.NONE,
        instrument=instrument or Instrument.VOCATIONAL,
        organisation=organisation or "",
        exam=exam or "",
    )
    return (imported,)
