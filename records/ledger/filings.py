"""That a letter was set: from which data to which bytes, under the ledger's key, so that its file can be proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from records.ledger.keys import LedgerKeys, ledger_keys
from records.ledger.tables import FILINGS, Row
from records.store.prepared import inserting

_PURPOSE = "letter filed"
_CONTENT = tuple(column.name for column in FILINGS.columns if column.name not in ("id", "mac"))
_encode = msgspec.json.Encoder(order="deterministic").encode
_NEW = inserting(FILINGS)


def write_filing(connection: Connection, filing: Mapping[str, Any]) -> None:
    """Writes down one letter that was set: `document_id`, `at`, the hashes, the template's version, the signed code."""
    keys = ledger_keys(connection)
    row = {**filing, "key_id": keys.newest}
    _NEW.run(connection, **row, mac=keys.mac(_PURPOSE, _content(row)))


def is_genuine_filing(keys: LedgerKeys, row: Row) -> bool:
    """Whether a filing says what it said when it was written, by whoever had the key."""
    return keys.vouches(_PURPOSE, _content(row), row["key_id"], row["mac"])


def vouched_data(connection: Connection, document_id: int) -> str | None:
    """What the data of a letter hash to, by the word of a genuine filing; None without one."""
    keys, query = ledger_keys(connection), select(FILINGS).where(FILINGS.c.document_id == document_id)
    for row in connection.execute(query.order_by(FILINGS.c.id)).mappings():
        if is_genuine_filing(keys, row):
            return str(row["data_sha256"])
    return None


def vouched_file(connection: Connection, document_id: int) -> str | None:
    """What the file of a letter hashes to, by the word of its first genuine filing; None without one."""
    keys = ledger_keys(connection)
    query = select(FILINGS).where((FILINGS.c.document_id == document_id) & (FILINGS.c.sha256 != ""))
    for row in connection.execute(query.order_by(FILINGS.c.id)).mappings():
        if is_genuine_filing(keys, row):
            return str(row["sha256"])
    return None


def _content(row: Row) -> bytes:
    return _encode([row[name] for name in _CONTENT])
