"""What was on record before the ledger had a key: taken under the first one, once, and never anything else.

The key file itself says what there was when it was made. A row that is slipped in afterwards, without the key's word,
can therefore never be taken for an old one, and a kill half-way is simply gone on from.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from records.case.tables import DOCUMENTS
from records.ledger.chain import row_mac, sha256
from records.ledger.filings import write_filing
from records.ledger.keys import Adopted, LedgerKeys, ledger_keys
from records.ledger.tables import FILINGS, LEDGER
from states.refusals import Refusal

_PAGE = 1000
_TAKE = update(LEDGER).where(LEDGER.c.id == bindparam("row")).values(key_id=bindparam("key"), mac=bindparam("word"))


class OldRecordChanged(Refusal):
    """The record from before the first key is no longer what it was when that was made: nothing may be added to it."""

    wording = "旧台账与首次建立台账密钥时不同，可能被改动；请恢复改动前的备份，并报告督导"


def standing(connection: Connection) -> Adopted:
    """What is on record now, as a first key file remembers it."""
    ledger_id, document_id = _last(connection, LEDGER), _last(connection, DOCUMENTS)
    return Adopted(ledger_id, _ledger_root(connection, ledger_id), document_id, _document_root(connection, document_id))


def adopt(connection: Connection) -> None:
    """Takes what the key file remembers under its key, inside the caller's transaction. Raises OldRecordChanged."""
    keys = ledger_keys(connection)
    there = keys.adopted
    if there is None:
        return
    now = (_ledger_root(connection, there.ledger_id), _document_root(connection, there.document_id))
    if now != (there.ledger_root, there.document_root):
        raise OldRecordChanged
    _take_rows(connection, keys, there.ledger_id)
    _take_documents(connection, there.document_id)


def _take_rows(connection: Connection, keys: LedgerKeys, last: int) -> None:
    query = select(LEDGER.c.id, LEDGER.c.hash).where((LEDGER.c.id <= last) & LEDGER.c.mac.is_(None))
    for page in connection.execute(query.order_by(LEDGER.c.id)).partitions(_PAGE):
        words = [{"row": id_, "key": keys.newest, "word": row_mac(keys, hash_)} for id_, hash_ in page]
        connection.execute(_TAKE, words)


def _take_documents(connection: Connection, last: int) -> None:
    told = select(FILINGS.c.id).where(FILINGS.c.document_id == DOCUMENTS.c.id).exists()
    query = select(DOCUMENTS).where((DOCUMENTS.c.id <= last) & ~told).order_by(DOCUMENTS.c.id)
    for row in connection.execute(query).mappings().all():
        write_filing(
            connection,
            {
                "document_id": row["id"],
                "at": "",
                "data_sha256": sha256(row["data"]),
                "sha256": row["sha256"] or "",
                "data_hash": row["data_hash"] or "",
                "template_version": row["template_version"] or "",
                "code": "",
            },
        )


def _last(connection: Connection, table: Any) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())


def _ledger_root(connection: Connection, last: int) -> str:
    digest = hashlib.sha256()
    query = select(LEDGER.c.id, LEDGER.c.hash).where(LEDGER.c.id <= last).order_by(LEDGER.c.id)
    for id_, hash_ in connection.execute(query.execution_options(yield_per=_PAGE)):
        digest.update(f"{id_} {hash_}\n".encode())
    return digest.hexdigest()


def _document_root(connection: Connection, last: int) -> str:
    digest, columns = hashlib.sha256(), (DOCUMENTS.c.id, DOCUMENTS.c.data, DOCUMENTS.c.sha256)
    query = select(*columns).where(DOCUMENTS.c.id <= last).order_by(DOCUMENTS.c.id)
    for id_, data, file in connection.execute(query.execution_options(yield_per=_PAGE)):
        digest.update(f"{id_} {sha256(data)} {file or ''}\n".encode())
    return digest.hexdigest()
