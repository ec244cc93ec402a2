"""Letters on record: what is still to be set, and filing what has been."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, text

from records.case.tables import CASES, DOCUMENTS
from records.ledger.filings import vouched_file, write_filing
from records.ledger.tables import Row
from records.ledger.trusted import NotAsRecorded, check_documents
from records.store.prepared import Prepared
from states.business_dates import SHANGHAI

log = logging.getLogger(__name__)
_FILED = ("id", "path", "sha256", "data_hash", "template_version", "code")

_FILE = Prepared(
    text(
        "UPDATE documents SET path = :path, sha256 = :sha256, data_hash = :data_hash, code = :code, "
        "template_version = :template_version WHERE id = :id AND path IS NULL"
    )
)


_ON_FILE = select(DOCUMENTS).where(DOCUMENTS.c.path.is_not(None))


class DocumentJob(NamedTuple):
    """A recorded letter that is to be rendered; `data` is its LetterData as JSON, `check` the 校验码 to print.

    `code` is the signed code it was set with, if it has been set before; else empty.
    """

    id: int
    case_number: str
    kind: str
    number: str
    on: date
    data: bytes
    shared: bool
    check: str
    code: str


class Filed(NamedTuple):
    """A letter that has been rendered and lies at `path` under the letters folder."""

    id: int
    path: str
    sha256: str
    data_hash: str
    template_version: str
    data_sha256: str
    code: str


class OnFile(NamedTuple):
    """A letter that has been filed: where, what it hashes to, and the data it was made from."""

    id: int
    case_number: str
    kind: str
    number: str
    path: str
    sha256: str
    data: bytes
    check: str
    code: str


def on_file(connection: Connection, id_: int) -> OnFile | None:
    """The filed letter `id_`; None while it has no file yet.

    Raises NotAsRecorded where its data, or what its file hashes to, are not what the ledger vouches for.
    """
    found = connection.execute(_ON_FILE.where(DOCUMENTS.c.id == id_)).mappings().one_or_none()
    if found is None:
        return None
    if not check_documents(connection, [found]) or vouched_file(connection, id_) != found["sha256"]:
        raise NotAsRecorded(what=f"文书{found['number']}")
    return _on_file(found)


def filed_documents(connection: Connection, after: int, limit: int) -> list[OnFile]:
    """Letters that have been filed, by id, from the one behind `after` on; to be looked at, not to be sent."""
    query = _ON_FILE.where(DOCUMENTS.c.id > after).order_by(DOCUMENTS.c.id).limit(limit)
    return [_on_file(row) for row in connection.execute(query).mappings()]


def _on_file(row: Row) -> OnFile:
    return OnFile(
        id=row["id"],
        case_number=row["case_number"],
        kind=row["kind"],
        number=row["number"],
        path=row["path"],
        sha256=row["sha256"],
        data=row["data"].encode(),
        check=row["check_code"] or "",
        code=row["code"] or "",
    )


def job_of(row: Row) -> DocumentJob:
    """The job of setting the letter of `row`."""
    return DocumentJob(
        id=row["id"],
        case_number=row["case_number"],
        kind=row["kind"],
        number=row["number"],
        on=row["on_date"],
        data=row["data"].encode(),
        shared=row["shared_key"] is not None,
        check=row["check_code"] or "",
        code=row["code"] or "",
    )


def file_documents(connection: Connection, filed: Sequence[Filed], at: datetime) -> None:
    """Writes down where the letters lie and what they hash to; a letter that is filed already stays as it is."""
    for done in filed:
        if not _FILE.run(connection, **{name: getattr(done, name) for name in _FILED}):
            continue
        write_filing(
            connection,
            {
                "document_id": done.id,
                "at": at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
                "data_sha256": done.data_sha256,
                "sha256": done.sha256,
                "data_hash": done.data_hash,
                "template_version": done.template_version,
                "code": done.code,
            },
        )


def document(connection: Connection, id_: int) -> DocumentJob | None:
    """The letter `id_`, to be set once more; None for one that is not on record. Raises NotAsRecorded."""
    row = connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id == id_)).mappings().one_or_none()
    if row is None:
        return None
    if not check_documents(connection, [row]):
        raise NotAsRecorded(what=f"文书{row['number']}")
    return job_of(row)


def letters_of(connection: Connection, *, kind: str, centre: str, first: date, last: date) -> list[tuple[int, str]]:
    """(id, case) of the letters of one kind, dated within a span of business days, of one centre or of all."""
    query = select(DOCUMENTS.c.id, DOCUMENTS.c.case_number).where(
        (DOCUMENTS.c.kind == kind) & DOCUMENTS.c.on_date.between(first, last)
    )
    if centre:
        query = query.join(CASES, CASES.c.number == DOCUMENTS.c.case_number).where(CASES.c.centre == centre)
    return [(row.id, row.case_number) for row in connection.execute(query.order_by(DOCUMENTS.c.id))]


def outstanding(connection: Connection, limit: int) -> list[DocumentJob]:
    """Letters recorded but not filed, oldest first; none whose data are not what was recorded."""
    query = select(DOCUMENTS).where(DOCUMENTS.c.path.is_(None)).order_by(DOCUMENTS.c.id).limit(limit)
    rows = connection.execute(query).mappings().all()
    believed = check_documents(connection, rows)
    if len(believed) < len(rows):
        log.error("%s letters are not set: their data differ from the ledger", len(rows) - len(believed))
    return [job_of(row) for row in believed]


def is_on_file(connection: Connection, sha256: str) -> bool:
    """Whether a letter with exactly these bytes (hex SHA-256) has been filed."""
    return connection.execute(select(DOCUMENTS.c.id).where(DOCUMENTS.c.sha256 == sha256).limit(1)).first() is not None
