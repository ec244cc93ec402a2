"""Letters on record: what is still to be set, and filing what has been."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select, text

from records.reading import DOCUMENTS

_FILE = text(
    "UPDATE documents SET path = :path, sha256 = :sha256, data_hash = :data_hash, template_version = :template_version "
    "WHERE id = :id"
)


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


def file_documents(connection: Connection, filed: Sequence[Filed]) -> None:
    """Writes down where the letters lie and what they hash to."""
    connection.execute(_FILE, [done._asdict() for done in filed])


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
