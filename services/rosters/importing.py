"""A roster from file to run: judged row by row, matched with what is on record, selected for a bulk run."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, select

from records.case.claims import claim_of
from records.case.context import case_facts, context_for, person_key
from records.case.tables import CASES
from records.office.world import catalog_in_force, policies
from records.runs.items import NewItem, done_by, open_runs, plan_run
from services.rosters.columns import KIND_NAMES, OPENING
from services.rosters.judging import Judge, RosterRow, RowError, Unprintable
from services.rosters.reading import Roster, read_roster
from services.runs import new_run_id
from states.case.commands import ImportCertificate
from states.case.judge import judge
from states.refusals import DuplicateCase, Refusal
from states.words import STATE_NAMES, State

T = TypeVar("T")
_CHUNK = 500
_OVER = ("closed", "failed", "refunded")


class Checked(NamedTuple):
    """A roster and its rows as far as they can be judged from the file alone."""

    roster: Roster
    rows: list[RosterRow]

    @property
    def errors(self) -> list[RowError]:
        """All that is wrong, row by row."""
        return [error for row in self.rows for error in row.errors]


def check(connection: Connection, path: Path, kind: str, *, by: str, today: date, unprintable: Unprintable) -> Checked:
    """Reads and judges a roster against the calendar in force. Raises BadRoster."""
    with _no_collection():
        roster = read_roster(path, kind)
        by_rules = Judge(
            roster, catalog_in_force(connection), policies(connection), by=by, today=today, unprintable=unprintable
        )
        return Checked(roster, list(by_rules.rows()))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing of a roster is garbage before it is whole; looking for some takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def matched(connection: Connection, checked: Checked) -> Checked:
    """With the case of each row that is about an existing one, and what the record already says against a row."""
    good = [row for row in checked.rows if not row.errors]
    if checked.roster.kind in OPENING:
        found = _taken(connection, good)
    else:
        found = _found(connection, good)
    return checked._replace(rows=[found.get((row.sheet, row.row), row) for row in checked.rows])


def _taken(connection: Connection, rows: Sequence[RosterRow]) -> dict[tuple[str, int], RosterRow]:
    """The rows whose place another case has, unless it has it from this very row."""
    told: dict[tuple[str, int], RosterRow] = {}
    for some in _chunks(rows):
        keys = {_key(row): row for row in some}
        query = select(CASES.c.person_key, CASES.c.number).where(CASES.c.person_key.in_(keys))
        holders = [(keys[key], number) for key, number in connection.execute(query)]
        done = done_by(connection, [row.commands[-1].id for row, _ in holders])
        for row, number in holders:
            if row.commands[-1].id not in done:
                told[row.sheet, row.row] = wrong(
                    row, "证件号码", "DuplicateCase", DuplicateCase(existing=number).message
                )
    return told


def _key(row: RosterRow) -> str:
    id_number, occupation, level, exam = row.person
    opening = row.commands[0]
    exam = exam or (opening.certificate_no if isinstance(opening, ImportCertificate) else "")
    return person_key(id_number or "", occupation or "", level or 0, exam)


def _found(connection: Connection, rows: Sequence[RosterRow]) -> dict[tuple[str, int], RosterRow]:
    """Each row with its case, or with why none can be told."""
    told = {}
    c = CASES.c
    columns = select(c.number, c.id_number, c.occupation, c.level, c.exam_id, c.state)
    for some in _chunks(rows):
        numbers, people = [row.case for row in some if row.case], [row.person[0] for row in some if not row.case]
        cases = connection.execute(columns.where(c.number.in_(numbers) | c.id_number.in_(people))).all()
        known = {case.number for case in cases}
        theirs: dict[tuple[str, str, int], list[tuple[str, str, str]]] = {}
        for case in cases:
            person = (case.id_number, case.occupation, case.level)
            theirs.setdefault(person, []).append((case.number, case.exam_id, case.state))
        for row in some:
            told[row.sheet, row.row] = _with_case(row, known, theirs.get(row.person[:3], []))  # type: ignore[arg-type]
    return told


def _with_case(row: RosterRow, known: set[str], theirs: list[tuple[str, str, str]]) -> RosterRow:
    if row.case:
        if row.case in known:
            return row
        return wrong(row, "案件编号", "UnknownCase", f"没有案件{row.case}；请核对编号，或改填证件号码、职业、等级")
    exam = row.person[3]
    fitting = [(number, state) for number, exam_id, state in theirs if not exam or exam_id == exam]
    live = [number for number, state in fitting if state not in _OVER] or [number for number, _ in fitting]
    if len(live) == 1:
        return row._replace(case=live[0])
    if not live:
        why = "没有此人在该职业、等级的案件；请核对证件号码，或先导入公告名册"
        return wrong(row, "证件号码", "UnknownCase", why)
    shown = "、".join(f"{number}（{STATE_NAMES[State(state)]}）" for number, state in fitting)
    return wrong(row, "案件编号", "AmbiguousCase", f"此人有多件案件：{shown}；请填写案件编号")


def wrong(row: RosterRow, column: str, error: str, message: str) -> RosterRow:
    """The row with one more thing wrong with it."""
    return row._replace(commands=(), errors=(*row.errors, RowError(row.sheet, row.row, column, error, message)))


def foreseen(connection: Connection, checked: Checked, today: date) -> tuple[Checked, int]:
    """What a run would come to today, with nothing written: the rows it would refuse, and how many it would skip."""
    good = [row for row in checked.rows if not row.errors]
    done = {id_ for some in _chunks(good) for id_ in done_by(connection, [row.commands[-1].id for row in some])}
    skipped = sum(row.commands[-1].id in done for row in good)
    if checked.roster.kind in OPENING:
        return checked, skipped
    rows = [
        row if row.errors or row.commands[-1].id in done else _judged(connection, row, today) for row in checked.rows
    ]
    return checked._replace(rows=rows), skipped


def _judged(connection: Connection, row: RosterRow, today: date) -> RosterRow:
    facts = case_facts(connection, row.case)
    assert facts is not None  # it was found a moment ago, in the same snapshot
    try:
        judge(facts, row.commands, context_for(connection, claim_of(facts)), today)
    except Refusal as refusal:
        return wrong(row, "", refusal.name, refusal.message)
    return row


def digest(path: Path, kind: str) -> str:
    """Tells the same file of the same kind again."""
    return hashlib.sha256(kind.encode() + b"\0" + path.read_bytes()).hexdigest()


def begin(connection: Connection, checked: Checked, *, by: str, at: str) -> str:
    """Selects every row of a roster, the bad ones as failed; the run's id.

    A run of the same file that is not over yet is gone on with instead.
    """
    same = digest(checked.roster.path, checked.roster.kind)
    if begun := open_runs(connection, same):
        return begun[0]
    run = new_run_id()
    title = f"导入{KIND_NAMES[checked.roster.kind]} {checked.roster.path.name}"
    items = (_item(row) for row in checked.rows)
    plan_run(connection, id_=run, kind="import", title=title, by=by, at=at, items=items, digest=same)
    return run


def _item(row: RosterRow) -> NewItem:
    label = f"{row.sheet}!{row.row}"
    if row.errors:
        return NewItem(label, row.case, error=row.errors[0].error, message="；".join(e.message for e in row.errors))
    return NewItem(label, row.case, row.commands)


def _chunks(rows: Sequence[T]) -> Iterator[list[T]]:
    some = iter(rows)
    while chunk := list(islice(some, _CHUNK)):
        yield chunk
