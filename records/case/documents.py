"""Letters on record: what is still to be set, and filing what has been."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from records.case.tables import CASES, DOCUMENTS
from records.store.prepared import Prepared

_FILE = Prepared(
    text(
        "UPDATE documents SET path = :path, sha256 = :sha256, data_hash = :data_hash, "
        "template_version = :template_version WHERE id = :id"
    )
)


_ON_FILE = ("id", "case_number", "kind", "number", "path", "sha256", "data")
_FILED = select(*(DOCUMENTS.c[name] for name in _ON_FILE)).where(DOCUMENTS.c.path.is_not(None))


class DocumentJob(NamedTuple):
    """A recorded letter that is to be rendered; `data` is its LetterData as JSON."""

    id: int
    case_number: str
    kind: str
    number: str
    on: date
    data: bytes
    shared: bool


class Filed(NamedTuple):
    """A letter that has been rendered and lies at `path` under the letters folder."""

    id: int
    path: str
    sha256: str
    data_hash: str
    template_version: str


class OnFile(NamedTuple):
    """A letter that has been filed: where, what it hashes to, and the data it was made from."""

    id: int
    case_number: str
    kind: str
    number: str
    path: str
    sha256: str
    data: bytes


def on_file(connection: Connection, id_: int) -> OnFile | None:
    """The filed letter `id_`; None while it has no file yet."""
    found = connection.execute(_FILED.where(DOCUMENTS.c.id == id_)).one_or_none()
    return _on_file(found) if found else None


def filed_documents(connection: Connection, after: int, limit: int) -> list[OnFile]:
    """Letters that have been filed, by id, from the one behind `after` on."""
    query = _FILED.where(DOCUMENTS.c.id > after).order_by(DOCUMENTS.c.id).limit(limit)
    return [_on_file(row) for row in connection.execute(query)]


def _on_file(row: Any) -> OnFile:
    return OnFile(row.id, row.case_number, row.kind, row.number, row.path, row.sha256, row.data.encode())


def file_documents(connection: Connection, filed: Sequence[Filed]) -> None:
    """Writes down where the letters lie and what they hash to."""
    _FILE.run_each(connection, [done._asdict() for done in filed])


def document(connection: Connection, id_: int) -> DocumentJob | None:
    """The letter `id_`, to be set once more."""
    row = connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id == id_)).one_or_none()
    if row is None:
        return None
    shared = row.shared_key is not None
    return DocumentJob(row.id, row.case_number, row.kind, row.number, row.on_date, row.data.encode(), shared)


def letters_of(connection: Connection, *, kind: str, centre: str, first: date, last: date) -> list[tuple[int, str]]:
    """(id, case) of the letters of one kind, dated within a span of business days, of one centre or of all."""
    query = select(DOCUMENTS.c.id, DOCUMENTS.c.case_number).where(
        (DOCUMENTS.c.kind == kind) & DOCUMENTS.c.on_date.between(first, last)
    )
    if centre:
        query = query.join(CASES, CASES.c.number == DOCUMENTS.c.case_number).where(CASES.c.centre == centre)
    return [(row.id, row.case_number) for row in connection.execute(query.order_by(DOCUMENTS.c.id))]


def outstanding(connection: Connection, limit: int) -> list[DocumentJob]:
    """Letters recorded but not filed, oldest first."""
    columns = DOCUMENTS.c
    query = select(
        columns.id, columns.case_number, columns.kind, columns.number, columns.on_date, columns.data, columns.shared_key
    )
    rows = connection.execute(query.where(columns.path.is_(None)).order_by(columns.id).limit(limit))
    return [
        DocumentJob(r.id, r.case_number, r.kind, r.number, r.on_date, r.data.encode(), r.shared_key is not None)
        for r in rows
    ]


def is_on_file(connection: Connection, sha256: str) -> bool:
    """Whether a letter with exactly these bytes (hex SHA-256) has been filed."""
    return connection.execute(select(DOCUMENTS.c.id).where(DOCUMENTS.c.sha256 == sha256).limit(1)).first() is not None
