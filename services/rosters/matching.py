"""Rows held against the record: whose case each is about, and that every name and number given is that case's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, select

from records.case.context import person_key
from records.case.tables import CASES
from records.runs.items import done_by
from services.rosters.doubles import MISMATCH
from services.rosters.faults import Person, RosterRow, wrong
from states.case.commands import ImportCertificate
from states.reference.catalog import normalised
from states.refusals import DuplicateCase
from states.words import STATE_NAMES, State

T = TypeVar("T")
Reach = Callable[[str], bool]  # whether a centre's cases exist for whoever imports
Told = dict[tuple[str, int], RosterRow]
_CHUNK = 500
_OVER = ("closed", "failed", "refunded")
_HELD = (("姓名", "name"), ("证件号码", "id_number"), ("职业", "occupation"), ("等级", "level"), ("考试", "exam"))


class Known(NamedTuple):
    """A case as far as a row can be held against it."""

    number: str
    state: str
    name: str
    id_number: str
    occupation: str
    level: int
    exam: str
    centre: str


_C = CASES.c
_CASES = select(_C.number, _C.state, _C.name, _C.id_number, _C.occupation, _C.level, _C.exam_id, _C.centre)


def taken(connection: Connection, rows: Sequence[RosterRow], reaches: Reach) -> Told:
    """The rows that open a case where the record already says otherwise, unless it has that from this very row.

    Another case stands there, another person holds the certificate, or the number is on record under another name.
    """
    told: Told = {}
    for some in chunks(rows):
        done = done_by(connection, [row.commands[-1].id for row in some])
        fresh = [row for row in some if row.commands[-1].id not in done]
        held = _certificates(connection, fresh)
        names = _names(connection, fresh, reaches)
        holders = _holders(connection, fresh)
        for row in fresh:
            number = holders.get(_key(row)) or held.get(_certificate(row))
            if number:
                message = DuplicateCase(existing=_shown(connection, number, reaches)).message
                told[row.sheet, row.row] = wrong(row, "证件号码", "DuplicateCase", message)
            elif known := names.get((row.person.id_number or "", row.person.name or "")):
                told[row.sheet, row.row] = wrong(row, "姓名", MISMATCH, _other_name(row.person, known))
    return told


def _holders(connection: Connection, rows: Sequence[RosterRow]) -> dict[str, str]:
    query = select(_C.person_key, _C.number).where(_C.person_key.in_([_key(row) for row in rows]))
    return {row.person_key: row.number for row in connection.execute(query)}


def _certificates(connection: Connection, rows: Sequence[RosterRow]) -> dict[str, str]:
    wanted = [number for row in rows if (number := _certificate(row))]
    query = select(_C.certificate_no, _C.number).where(_C.certificate_no.in_(wanted))
    return {row.certificate_no: row.number for row in connection.execute(query)} if wanted else {}


def _shown(connection: Connection, number: str, reaches: Reach) -> str:
    """The number of a case, unless it is of a centre whose cases do not exist for whoever asks."""
    centre = connection.execute(select(_C.centre).where(_C.number == number)).scalar_one()
    return number if reaches(centre) else "（其他鉴定中心）"


def _names(connection: Connection, rows: Sequence[RosterRow], reaches: Reach) -> dict[tuple[str, str], Known]:
    """For each person of `rows` whose number is on record under other names only: one of those cases."""
    numbers = {row.person.id_number for row in rows}
    found: dict[str, list[Known]] = {}
    for case in connection.execute(_CASES.where(_C.id_number.in_(numbers))):
        if reaches(case.centre):
            found.setdefault(case.id_number, []).append(Known(*case))
    return {
        (number, row.person.name or ""): cases[0]
        for row in rows
        if (cases := found.get(number := row.person.id_number or ""))
        and not any(_same("name", row.person.name, case.name) for case in cases)
    }


def _other_name(person: Person, known: Known) -> str:
    return (
        f"此证件号码在案件{known.number}上的姓名是“{known.name}”，这里是“{person.name}”；"
        "请核对，确已更名的请先更正该案件"
    )


def _key(row: RosterRow) -> str:
    person = row.person
    return person_key(
        person.id_number or "", person.occupation or "", person.level or 0, person.exam or _certificate(row)
    )


def _certificate(row: RosterRow) -> str:
    opening = row.commands[0]
    return opening.certificate_no if isinstance(opening, ImportCertificate) else ""


def found(connection: Connection, rows: Sequence[RosterRow], reaches: Reach) -> Told:
    """Each row with its case, or with why none can be told, or in what it is not that case's."""
    told: Told = {}
    for some in chunks(rows):
        numbers = [row.case for row in some if row.case]
        people = [row.person.id_number for row in some if not row.case]
        query = _CASES.where(_C.number.in_(numbers) | _C.id_number.in_(people))
        cases = [Known(*row) for row in connection.execute(query) if reaches(row.centre)]
        by_number = {case.number: case for case in cases}
        by_person: dict[tuple[str, str, int], list[Known]] = {}
        for case in cases:
            by_person.setdefault((case.id_number, case.occupation, case.level), []).append(case)
        for row in some:
            who = (row.person.id_number or "", row.person.occupation or "", row.person.level or 0)
            told[row.sheet, row.row] = _with_case(row, by_number, by_person.get(who, []))
    return told


def _with_case(row: RosterRow, known: dict[str, Known], theirs: Sequence[Known]) -> RosterRow:
    if row.case:
        if row.case in known:
            return _held(row, known[row.case])
        why = f"没有案件{row.case}；请核对编号，或改填证件号码、职业、等级"
        return wrong(row, "案件编号", "UnknownCase", why)
    fitting = [case for case in theirs if not row.person.exam or case.exam == row.person.exam]
    live = [case for case in fitting if case.state not in _OVER] or fitting
    if len(live) == 1:
        return _held(row._replace(case=live[0].number), live[0])
    if not live:
        why = "没有此人在该职业、等级的案件；请核对证件号码，或先导入公告名册"
        return wrong(row, "证件号码", "UnknownCase", why)
    shown = "、".join(f"{case.number}（{STATE_NAMES[State(case.state)]}）" for case in fitting)
    return wrong(row, "案件编号", "AmbiguousCase", f"此人有多件案件：{shown}；请填写案件编号")


def _held(row: RosterRow, case: Known) -> RosterRow:
    """The row, if all that it says of the person and the exam is the case's own."""
    for header, field in _HELD:
        given, known = getattr(row.person, field), getattr(case, field)
        if given and not _same(field, given, known):
            shown = f"{header}是“{known}”，这里是“{given}”" if field != "id_number" else f"{header}与这里的不同"
            why = f"案件{case.number}的{shown}；请核对这一行是否错位或填错了人"
            row = wrong(row, header, MISMATCH, why)
    return row


def _same(field: str, given: object, known: object) -> bool:
    if field == "name":
        return "".join(str(given).split()).casefold() == "".join(str(known).split()).casefold()
    if field == "occupation":
        return normalised(str(given)) == normalised(str(known))
    return given == known


def chunks(rows: Sequence[T]) -> Iterator[list[T]]:
    """`rows` in pieces that one query can take."""
    some = iter(rows)
    while chunk := list(islice(some, _CHUNK)):
        yield chunk
