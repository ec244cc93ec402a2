"""One case as a reader sees it: how it stands, its letters, and what happened, revision by revision."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from records.case.context import case_facts, world
from records.case.tables import CASES, DOCUMENTS
from records.ledger.tables import LEDGER
from records.post.tables import DELIVERIES
from states.case.deadlines import Deadline, deadlines
from states.case.facts import CaseFacts


class LetterLine(msgspec.Struct, frozen=True, kw_only=True):
    """One letter of a case. `id` is the document's; `path` is None until it is set; `fate` is the delivery's status."""

    id: int
    revision: int
    kind: str
    number: str
    on: date
    path: str | None
    sha256: str | None
    template_version: str | None
    fate: str | None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One revision: who, when, what. `said`: the command's own fields; `before`: the values that it replaced."""

    revision: int
    at: str
    on: date
    by: str
    role: str
    command: str
    trigger: str | None
    source: str
    dest: str
    said: dict[str, Any]
    before: dict[str, Any]
    hash: str


class CaseFile(msgspec.Struct, frozen=True):
    """Everything about one case, as of one moment. `head`: the hash of its last ledger row."""

    facts: CaseFacts
    head: str
    deadlines: tuple[Deadline, ...]
    letters: tuple[LetterLine, ...]
    entries: tuple[Entry, ...]


_PLACE = (
    (DELIVERIES.c.case_number == DOCUMENTS.c.case_number)
    & (DELIVERIES.c.revision == DOCUMENTS.c.revision)
    & (DELIVERIES.c.ordinal == DOCUMENTS.c.ordinal)
)
_ABOUT = frozenset({"do", "id", "by", "role", "account"})


def case_file(connection: Connection, number: str) -> CaseFile | None:
    """The case `number`, or None. Four queries."""
    facts = case_facts(connection, number)
    if facts is None:
        return None
    head = connection.execute(select(CASES.c.head_hash).where(CASES.c.number == number)).scalar_one()
    waits = tuple(deadlines(facts, world(connection).policies))
    return CaseFile(facts, head, waits, letters_of_case(connection, number), entries(connection, number))


def letters_of_case(connection: Connection, number: str) -> tuple[LetterLine, ...]:
    """Its letters, in the order they were written."""
    columns = ("id", "revision", "kind", "number", "on_date", "path", "sha256", "template_version")
    query = select(*(DOCUMENTS.c[name] for name in columns), DELIVERIES.c.status.label("fate"))
    query = query.outerjoin_from(DOCUMENTS, DELIVERIES, _PLACE).where(DOCUMENTS.c.case_number == number)
    rows = connection.execute(query.order_by(DOCUMENTS.c.id)).mappings()
    return tuple(LetterLine(on=row["on_date"], **{name: row[name] for name in (*_PLAIN, "fate")}) for row in rows)


_PLAIN = ("id", "revision", "kind", "number", "path", "sha256", "template_version")


def entries(connection: Connection, number: str) -> tuple[Entry, ...]:
    """What happened to it, first things first."""
    query = select(LEDGER).where(LEDGER.c.case_number == number).order_by(LEDGER.c.revision)
    return tuple(_entry(row) for row in connection.execute(query).mappings())


def _entry(row: Any) -> Entry:
    kept = msgspec.json.decode(row["order_json"])
    said = {name: value for name, value in kept["order"].items() if name not in _ABOUT}
    plain = ("revision", "at", "by", "role", "command", "trigger", "source", "dest", "hash")
    return Entry(on=row["on_date"], said=said, before=kept.get("before", {}), **{name: row[name] for name in plain})
