"""How ledger rows are chained: each hash covers the row's whole content and the hash before it."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

GENESIS = "0" * 64
CONTENT = (
    "case_number", "revision", "command_id", "at", "on_date", "by", "role", "command", "trigger", "source", "dest",
    "order_json", "documents", "facts_hash", "prev_hash",
)  # fmt: skip
_encode = msgspec.json.Encoder(order="deterministic").encode


def facts_hash(facts_json: bytes | str) -> str:
    """SHA-256 of the facts exactly as stored."""
    return hashlib.sha256(facts_json.encode() if isinstance(facts_json, str) else facts_json).hexdigest()


def row_hash(row: dict[str, Any]) -> str:
    """SHA-256 over the content of one ledger row, its predecessor's hash included."""
    content = [None if row[name] is None else str(row[name]) for name in CONTENT]
    return hashlib.sha256(_encode(content)).hexdigest()
