"""Bulk runs: what was selected, and what became of every item of it.

Each item has one status, so `selected = done + skipped + failed + pending` holds at every moment. An item is marked as
tried before its command is sent: what a killed page left behind is sent again under the same ids, which changes
nothing, and counts as done; what an earlier run had done counts as skipped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, func, insert, select, update

from records.case.numbering import reserve_case_numbers
from records.case.tables import CASES
from records.ledger.tables import LEDGER
from records.runs.tables import RunItemRow, RunRow
from states.business_dates import SHANGHAI
from states.case.commands import Announce, AnyCommand, ImportCertificate

RUNNING, PAUSED, CANCELLING, CANCELLED, DONE = "running", "paused", "cancelling", "cancelled", "done"
OPEN_STATUSES = (RUNNING, PAUSED, CANCELLING)
_RUNS: Any = RunRow.metadata.tables["runs"]
_ITEMS: Any = RunItemRow.metadata.tables["run_items"]
_INSERT_AT_ONCE = 2000


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """What all items of a run share: the command that is sent to each, or nothing where each has its own."""

    commands: tuple[AnyCommand, ...] = msgspec.field(default=(), name="orders")


class NewItem(NamedTuple):
    """One item as selected. `error` is set where it could not even be tried."""

    label: str
    case_number: str = ""
    commands: tuple[AnyCommand, ...] = ()
    error: str = ""
    message: str = ""


class Run(NamedTuple):
    """A run as it stands; `at` and `finished_at` are ISO instants, `selected` the number of its items."""

    id: str
    kind: str
    title: str
    by: str
    at: str
    status: str
    selected: int
    finished_at: str | None


class Item(NamedTuple):
    """An item to be done now: its case (its number already reserved) and the commands that are sent there.

    Without commands it is a letter to be printed again; `label` is the document's id.
    """

    position: int
    case_number: str
    commands: tuple[AnyCommand, ...]
    label: str


class Page(NamedTuple):
    """The next items of a run, and whether it is to go on at all."""

    status: str
    items: tuple[Item, ...]
    left: bool


class Settled(NamedTuple):
    """What became of one item: done, skipped or failed, with the name of the reason and a sentence."""

    position: int
    status: str
    error: str = ""
    message: str = ""


_encode_commands = msgspec.json.encode
_decode_commands = msgspec.json.Decoder(tuple[AnyCommand, ...]).decode
_decode_plan = msgspec.json.Decoder(Plan).decode
_SETTLE = (
    update(_ITEMS)
    .where(
        (_ITEMS.c.run_id == bindparam("run"))
        & (_ITEMS.c.position == bindparam("at_position"))
        & (_ITEMS.c.status == "pending")
    )
    .values(status=bindparam("to"), error=bindparam("why"), message=bindparam("sentence"), work="")
)
_TRY = (
    update(_ITEMS)
    .where((_ITEMS.c.run_id == bindparam("run")) & (_ITEMS.c.position == bindparam("at_position")))
    .values(tried=True, case_number=bindparam("case"))
)


def new_run_id() -> str:
    """Sorts by time, and is never given twice."""
    return f"{datetime.now(SHANGHAI):%Y%m%d%H%M%S}-{uuid4().hex[:8]}"


def plan_run(
    connection: Connection,
    *,
    id_: str,
    kind: str,
    title: str,
    by: str,
    at: str,
    items: Iterable[NewItem],
    plan: Plan | None = None,
    digest: str = "",
) -> None:
    """Selects the items of a new run, all in the caller's transaction. `digest` tells the same selection again."""
    run = {"id": id_, "kind": kind, "title": title, "by": by, "at": at, "status": RUNNING, "digest": digest}
    shared = msgspec.json.encode(plan or Plan()).decode()
    connection.execute(insert(RunRow).values(**run, plan=shared, selected=0, finished_at=None))
    numbered, selected = enumerate(items, start=1), 0
    while some := list(islice(numbered, _INSERT_AT_ONCE)):
        connection.execute(insert(RunItemRow), [_row(id_, position, item) for position, item in some])
        selected += len(some)
    connection.execute(update(_RUNS).where(_RUNS.c.id == id_).values(selected=selected))


def _row(run: str, position: int, item: NewItem) -> dict[str, Any]:
    return {
        "run_id": run,
        "position": position,
        "label": item.label,
        "case_number": item.case_number,
        "work": _encode_commands(item.commands).decode() if item.commands else "",
        "tried": False,
        "status": "failed" if item.error else "pending",
        "error": item.error,
        "message": item.message,
    }


def run_of(connection: Connection, id_: str) -> Run | None:
    """The run called `id_`, or None."""
    row = connection.execute(select(_RUNS).where(_RUNS.c.id == id_)).mappings().one_or_none()
    return _run(row) if row else None


def run_status(connection: Connection, id_: str) -> str:
    """How the run stands: running, paused, cancelling, cancelled or done."""
    return str(connection.execute(select(_RUNS.c.status).where(_RUNS.c.id == id_)).scalar_one())


def case_centres(connection: Connection, id_: str) -> frozenset[str]:
    """The centres of the cases that the run is about; empty where it opens them."""
    query = select(CASES.c.centre).distinct().join_from(_ITEMS, CASES, CASES.c.number == _ITEMS.c.case_number)
    return frozenset(connection.execute(query.where(_ITEMS.c.run_id == id_)).scalars())


def runs(connection: Connection, limit: int) -> list[Run]:
    """The latest runs, newest first."""
    rows = connection.execute(select(_RUNS).order_by(_RUNS.c.at.desc(), _RUNS.c.id).limit(limit)).mappings()
    return [_run(row) for row in rows]


def _run(row: Any) -> Run:
    return Run(*(row[name] for name in Run._fields))


def open_runs(connection: Connection, digest: str = "") -> list[str]:
    """The ids of the runs that are not over, of one selection if `digest` names it."""
    query = select(_RUNS.c.id).where(_RUNS.c.status.in_(OPEN_STATUSES))
    return list(connection.execute(query.where(_RUNS.c.digest == digest) if digest else query).scalars())


def counts(connection: Connection, id_: str) -> dict[str, int]:
    """`{"selected", "done", "skipped", "failed", "pending"}`; the first is the sum of the others."""
    query = select(_ITEMS.c.status, func.count()).where(_ITEMS.c.run_id == id_).group_by(_ITEMS.c.status)
    found = {status: int(count) for status, count in connection.execute(query)}
    each = {status: found.get(status, 0) for status in ("done", "skipped", "failed", "pending")}
    return {"selected": sum(each.values()), **each}


def not_done(connection: Connection, id_: str, limit: int, status: str = "failed") -> list[dict[str, Any]]:
    """Items that ended `status`, in order: `{"position", "label", "case", "error", "message"}`."""
    c = _ITEMS.c
    query = select(c.position, c.label, c.case_number.label("case"), c.error, c.message)
    query = query.where((c.run_id == id_) & (c.status == status)).order_by(c.position).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def move(connection: Connection, id_: str, sources: Sequence[str], to: str) -> bool:
    """Pauses, resumes or cancels; False where the run is in none of `sources`."""
    where = (_RUNS.c.id == id_) & _RUNS.c.status.in_(sources)
    return bool(connection.execute(update(_RUNS).where(where).values(status=to)).rowcount)


def claim_page(connection: Connection, id_: str, size: int, year: int) -> Page:
    """The next items to be done, numbers reserved and marked as tried; what was done before is skipped on the way."""
    run = connection.execute(select(_RUNS.c.status, _RUNS.c.plan).where(_RUNS.c.id == id_)).one()
    if run.status != RUNNING:
        return Page(run.status, (), left=True)
    query = select(_ITEMS).where((_ITEMS.c.run_id == id_) & (_ITEMS.c.status == "pending"))
    rows = connection.execute(query.order_by(_ITEMS.c.position).limit(size)).mappings().all()
    plan = _decode_plan(run.plan)
    items = [Item(row["position"], row["case_number"], _orders(id_, row, plan), row["label"]) for row in rows]
    tried = {row["position"] for row in rows if row["tried"]}
    before = done_by(
        connection, [item.commands[-1].id for item in items if item.position not in tried and item.commands]
    )
    skipped = [
        item for item in items if item.position not in tried and item.commands and item.commands[-1].id in before
    ]
    settle(connection, id_, [_skip(item, before[item.commands[-1].id]) for item in skipped])
    passed = {item.position for item in skipped}
    rest = _numbered(connection, [item for item in items if item.position not in passed], year)
    fresh = [{"run": id_, "at_position": i.position, "case": i.case_number} for i in rest if i.position not in tried]
    if fresh:
        connection.execute(_TRY, fresh)
    return Page(RUNNING, tuple(rest), left=bool(rows))


def _orders(run: str, row: Any, plan: Plan) -> tuple[AnyCommand, ...]:
    """The item's own commands, or the shared one under an id that only this run and this case have."""
    if row["work"]:
        return _decode_commands(row["work"])
    return tuple(replace(command, id=_own_id(run, row["position"], n)) for n, command in enumerate(plan.commands))


def _own_id(run: str, position: int, n: int) -> str:
    return hashlib.blake2b(f"{run}/{position}/{n}".encode(), digest_size=16).hexdigest()


def _skip(item: Item, case: str) -> Settled:
    return Settled(item.position, "skipped", "AlreadyDone", f"先前已办理：案件{case}")


def _numbered(connection: Connection, items: list[Item], year: int) -> list[Item]:
    """Every item that opens a case gets its number now, so that a second try opens the same one."""
    wanting: dict[str, list[Item]] = {}
    for item in items:
        if (
            not item.case_number
            and item.commands
            and isinstance(opening := item.commands[0], Announce | ImportCertificate)
        ):
            wanting.setdefault(opening.centre, []).append(item)
    reserved = {
        item.position: number
        for centre, some in wanting.items()
        for item, number in zip(some, reserve_case_numbers(connection, centre, year, len(some)), strict=True)
    }
    return [item._replace(case_number=reserved.get(item.position, item.case_number)) for item in items]


def done_by(connection: Connection, command_ids: Sequence[str]) -> dict[str, str]:
    """The commands among `command_ids` that are on the ledger, each with its case."""
    query = select(LEDGER.c.command_id, LEDGER.c.case_number).where(LEDGER.c.command_id.in_(command_ids))
    return {row.command_id: row.case_number for row in connection.execute(query)} if command_ids else {}


def settle(connection: Connection, id_: str, settled: Sequence[Settled]) -> None:
    """Writes down what became of items. What is settled stays so; the commands, with people's data, are dropped."""
    rows = [
        {"run": id_, "at_position": s.position, "to": s.status, "why": s.error, "sentence": s.message} for s in settled
    ]
    if rows:
        connection.execute(_SETTLE, rows)


def conclude(connection: Connection, id_: str, at: str) -> str:
    """Ends a run that has nothing left, or that somebody cancelled; its status afterwards."""
    status = run_status(connection, id_)
    pending = (_ITEMS.c.run_id == id_) & (_ITEMS.c.status == "pending")
    if status == CANCELLING:
        dropped = update(_ITEMS).where(pending)
        connection.execute(dropped.values(status="skipped", error="Cancelled", message="批次已取消，未办理", work=""))
    elif status != RUNNING or connection.execute(select(_ITEMS.c.position).where(pending).limit(1)).first():
        return status
    over = CANCELLED if status == CANCELLING else DONE
    connection.execute(update(_RUNS).where(_RUNS.c.id == id_).values(status=over, finished_at=at))
    return over
