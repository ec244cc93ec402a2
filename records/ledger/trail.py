"""The ledgers as somebody looks through them: of cases and of the office, newest first, narrowed, a page at a time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from records.case.listing import within
from records.case.tables import CASES
from records.ledger.office import RecordedAct, recorded
from records.ledger.tables import LEDGER, OFFICE


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What a trail is narrowed to; empty: not by this. `name`, `account`: of one person; `kind`: a command or an act;
    `subject`: a case, or what an act was about; `first`, `last`: days in Asia/Shanghai, both included.
    """

    name: str = ""
    account: str = ""
    kind: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of one case; `id` is its place in the ledger."""

    id: int
    case_number: str
    revision: int
    at: str
    by: str
    role: str
    command: str
    source: str
    dest: str
    hash: str


def steps(
    connection: Connection, centres: frozenset[str] | None, sought: Sought, *, before: int | None, limit: int
) -> list[Step]:
    """What happened to cases of `centres`, newest first; `before` pages on by id."""
    query = select(*(LEDGER.c[name] for name in Step.__struct_fields__))
    if centres is not None:
        query = query.join(CASES, LEDGER.c.case_number == CASES.c.number).where(within(centres))
    same = ((LEDGER.c.by, sought.name), (LEDGER.c.command, sought.kind), (LEDGER.c.case_number, sought.subject))
    query = _narrowed(query, LEDGER, same, sought)
    if before is not None:
        query = query.where(LEDGER.c.id < before)
    rows = connection.execute(query.order_by(LEDGER.c.id.desc()).limit(limit)).mappings()
    return [Step(**row) for row in rows]


def office_steps(
    connection: Connection, centres: frozenset[str] | None, sought: Sought, *, before: int | None, limit: int
) -> list[RecordedAct]:
    """What people did to the office, newest first; whoever reaches only some centres sees what is of one of them."""
    query = select(OFFICE)
    if centres is not None:
        query = query.where(OFFICE.c.centre.in_(sorted(centres)))
    same = ((OFFICE.c.account, sought.account), (OFFICE.c.act, sought.kind), (OFFICE.c.subject, sought.subject))
    query = _narrowed(query, OFFICE, same, sought)
    if before is not None:
        query = query.where(OFFICE.c.number < before)
    rows = connection.execute(query.order_by(OFFICE.c.number.desc()).limit(limit)).mappings()
    return [recorded(row) for row in rows]


def _narrowed(query: Any, table: Any, same: tuple[tuple[Any, str], ...], sought: Sought) -> Any:
    for column, value in same:
        if value:
            query = query.where(column == value)
    if sought.first is not None:
        query = query.where(table.c.at >= sought.first.isoformat())
    if sought.last is not None:
        query = query.where(table.c.at < (sought.last + timedelta(days=1)).isoformat())
    return query
