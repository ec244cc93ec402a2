"""How ledger rows are chained: each hash covers the row's whole content and the hash before it, and is under a key.

Format 1 was hashed alone; format 2 also says under which key, how many checkpoints there were, and what each letter's
data hash to. `mac` is the key's word for `hash`: whoever has the database and not the key file cannot write it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from records.ledger.keys import LedgerKeys, ledger_keys
from records.ledger.tables import CHECKPOINTS, Row
from records.store.prepared import Prepared

GENESIS = "0" * 64
FORMAT = 2
_PURPOSE = "ledger row"
_LINKED = (
    "case_number", "revision", "command_id", "at", "on_date", "by", "role", "command", "trigger", "source", "dest",
    "order_json", "documents", "facts_hash", "prev_hash",
)  # fmt: skip
CONTENT: Mapping[int, tuple[str, ...]] = {1: _LINKED, 2: ("format", "key_id", "checkpoint", *_LINKED)}
_encode = msgspec.json.Encoder(order="deterministic").encode
_LAST_CHECKPOINT = Prepared(select(func.coalesce(func.max(CHECKPOINTS.c.number), 0)))


class Named(NamedTuple):
    """A document as its ledger row names it; rows of format 1 knew kind and number alone."""

    kind: str
    number: str
    data_sha256: str = ""
    check_code: str = ""


def sha256(content: bytes | str) -> str:
    """SHA-256 in hexadecimal of what is stored, exactly as it is stored."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


facts_hash = sha256


def row_hash(row: Row) -> str:
    """SHA-256 over the content of one ledger row, its predecessor's hash included; KeyError for an unknown format."""
    content = [None if row[name] is None else str(row[name]) for name in CONTENT[row["format"]]]
    return hashlib.sha256(_encode(content)).hexdigest()


def linked(connection: Connection, row: dict[str, Any]) -> dict[str, Any]:
    """`row` as it goes on record: with its format, its key, the checkpoints so far, its hash and the key's word."""
    keys = ledger_keys(connection)
    row |= {"format": FORMAT, "key_id": keys.newest, "checkpoint": keys.last_checkpoint(lambda: _last(connection))}
    row["hash"] = row_hash(row)
    row["mac"] = row_mac(keys, row["hash"])
    return row


def named(documents: Sequence[Row]) -> str:
    """How a row names the documents of its step, from their rows."""
    entries = [(d["kind"], d["number"], sha256(d["data"]), d["check_code"]) for d in documents]
    return _encode(entries).decode()


def names_in(documents: str) -> list[Named]:
    """The documents that a row names. Raises msgspec.MsgspecError for what no row of ours says."""
    return [Named(*entry) for entry in msgspec.json.decode(documents, type=list[tuple[str, ...]])]


def row_mac(keys: LedgerKeys, hash_: str) -> str:
    """The newest key's word for a row's hash."""
    return keys.mac(_PURPOSE, hash_)


def is_genuine(keys: LedgerKeys, row: Row) -> bool:
    """Whether a row says what it said when it was written, and was written by whoever had the key."""
    try:
        whole = row_hash(row) == row["hash"]
    except KeyError:
        return False
    return whole and keys.vouches(_PURPOSE, row["hash"], row["key_id"], row["mac"])


def _last(connection: Connection) -> int:
    (last,) = _LAST_CHECKPOINT.one(connection) or (0,)
    return int(last)
