"""A roster from file to run: judged row by row, matched with what is on record, selected for a bulk run."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from records.case.claims import claim_of
from records.case.context import case_facts, context_for
from records.ledger.keys import lasting_secret
from records.office.centres import open_centres
from records.office.world import catalog_in_force, policies
from records.runs.items import NewItem, done_by, new_run_id, not_done, open_runs, plan_run
from records.store.database import Database
from services.acts import within
from services.people import StaffRegister
from services.rosters.checking import Unprintable
from services.rosters.columns import KIND_NAMES, KINDS, OPENING
from services.rosters.faults import RosterRow, RowError, wrong
from services.rosters.judging import Judge
from services.rosters.limits import BadRoster
from services.rosters.matching import Reach, chunks, found, taken
from services.rosters.reading import Roster, read_roster
from states.case.asking import asked_of
from states.case.judge import judge
from states.office.commands import BeginRun
from states.office.people import Actor
from states.refusals import Refusal


class Checked(NamedTuple):
    """A roster and its rows as far as they can be judged; `notes` say what was made of what it says."""

    roster: Roster
    rows: list[RosterRow]
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> list[RowError]:
        """All that is wrong, row by row."""
        return [error for row in self.rows for error in row.errors]

    @property
    def questions(self) -> list[str]:
        """What somebody must say yes to before this roster is imported."""
        hidden = [f"“{sheet.name}”第{row}行" for sheet in self.roster.sheets for row in sheet.hidden]
        asked = [self.roster.doubt] if self.roster.doubt else []
        if hidden:
            shown = "、".join(hidden[:10]) + ("等" if len(hidden) > 10 else "")
            asked.append(f"有 {len(hidden)} 行被筛选或隐藏，也会导入：{shown}")
        return asked


def everywhere(_: str) -> bool:
    """The reach of whoever may see every centre."""
    return True


def check(
    connection: Connection,
    path: Path,
    kind: str,
    *,
    by: str,
    today: date,
    unprintable: Unprintable,
    account: str = "",
    reaches: Reach = everywhere,
) -> Checked:
    """Reads and judges a roster against the calendar in force, for one who `reaches` some centres.

    Raises BadRoster, also for a roster without any person.
    """
    with _no_collection():
        roster = read_roster(path, kind)
        by_rules = Judge(
            roster,
            catalog_in_force(connection),
            policies(connection),
            by=by,
            account=account,
            today=today,
            unprintable=unprintable,
            known=[one.centre for one in open_centres(connection) if reaches(one.centre.code)],
            key=lasting_secret(connection, "command ids"),
        )
        rows = list(by_rules.rows())
    if not rows:
        expected = "、".join(column.header for column in KINDS[roster.kind] if column.required)
        raise BadRoster(
            f"{path.name} 按{KIND_NAMES[roster.kind]}读，只有表头，没有一行考生；请在表头下逐行填写 {expected} 等"
        )
    return Checked(roster, rows, (*roster.notes, *dict.fromkeys(by_rules.notes)))


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


def matched(connection: Connection, checked: Checked, reaches: Reach = everywhere) -> Checked:
    """With the case of each row that is about an existing one, and what the record already says against a row."""
    good = [row for row in checked.rows if not row.errors]
    ask = taken if checked.roster.kind in OPENING else found
    told = ask(connection, good, reaches)
    return checked._replace(rows=[told.get((row.sheet, row.row), row) for row in checked.rows])


def foreseen(connection: Connection, checked: Checked, today: date) -> tuple[Checked, int]:
    """What a run would come to today, with nothing written: the rows it would refuse, and how many it would skip."""
    good = [row for row in checked.rows if not row.errors]
    done = {id_ for some in chunks(good) for id_ in done_by(connection, [row.commands[-1].id for row in some])}
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
        asked = asked_of(facts, row.commands, today)
        judge(facts, row.commands, context_for(connection, claim_of(facts), asked), today)
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


def begin_as(register: StaffRegister, actor: Actor, checked: Checked, now: datetime) -> str:
    """`begin`, as an act of the office by `actor`, in one transaction; the run's id. Raises as `perform` does."""
    with register.database.writing() as connection:
        before = open_runs(connection)
        run = begin(connection, checked, by=actor.name, at=now.isoformat())
        if run not in before:
            title = f"导入{KIND_NAMES[checked.roster.kind]}"
            centres_of = tuple(sorted(actor.centres or ()))
            act = BeginRun(run=run, title=title, items=len(checked.rows), centres=centres_of)
            within(connection, register.key, actor, act, now)
    return run


def _item(row: RosterRow) -> NewItem:
    label = f"{row.sheet}!{row.row}"
    if row.errors:
        return NewItem(label, row.case, error=row.errors[0].error, message="；".join(e.message for e in row.errors))
    return NewItem(label, row.case, row.commands)


def with_refusals(database: Database, run: str, checked: Checked) -> Checked:
    """The rows with what the rules refused when their turn came in `run`."""
    with database.reading() as connection:
        refused = not_done(connection, run, len(checked.rows))
    rows = list(checked.rows)
    for item in refused:
        row = rows[item["position"] - 1]
        if not row.errors:
            rows[item["position"] - 1] = wrong(row, "", item["error"], item["message"])
    return checked._replace(rows=rows)
