"""Signed checkpoints over the heads of all cases: what a hash chain alone cannot tell, they can.

Whoever deletes the end of a chain and mends the case row, or deletes a whole case, cannot sign the checkpoint anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, and_, func, insert, select, text

from records.ledger.tables import LEDGER, CheckpointRow
from records.ledger.verification import PAGE, Finding

_CHECKPOINTS: Any = CheckpointRow.metadata.tables["checkpoints"]


def checkpoint(
    connection: Connection, sign: Callable[[bytes], bytes], public_key: bytes, at: datetime
) -> tuple[int, str]:
    """Signs the heads of all cases as of now, inside the caller's writing transaction; how many, and their root."""
    if connection.dialect.name == "postgresql":  # nobody below the last id may still be under way
        connection.execute(text("LOCK TABLE ledger IN EXCLUSIVE MODE"))
    last = int(connection.execute(select(func.coalesce(func.max(LEDGER.c.id), 0))).scalar_one())
    cases, root = _root(connection, last)
    row = {"at": at.isoformat(), "ledger_id": last, "cases": cases, "root": root, "public_key": public_key.hex()}
    signature = sign(_message(row)).hex()
    connection.execute(insert(CheckpointRow).values(**row, signature=signature))
    return cases, root


def verify_checkpoints(connection: Connection, public_keys: Iterable[bytes]) -> list[Finding]:
    """Every checkpoint that is not signed by one of `public_keys`, or that the ledger no longer answers to."""
    trusted = {key.hex() for key in public_keys}
    roots: dict[int, tuple[int, str]] = {}  # checkpoints with nothing recorded in between share theirs
    findings: list[Finding] = []
    for row in connection.execute(select(_CHECKPOINTS).order_by(_CHECKPOINTS.c.id)).mappings().all():
        last = row["ledger_id"]
        if row["public_key"] not in trusted or not _signed(dict(row)):
            findings.append(Finding("", 0, f"检查点{row['id']}的签名无效"))
            continue
        if last not in roots:
            roots[last] = _root(connection, last)
        if roots[last] != (row["cases"], row["root"]):
            findings.append(Finding("", 0, f"检查点{row['id']}（{row['at']}）与台账不符：其后有记录被删除或改动"))
    return findings


def _root(connection: Connection, last: int) -> tuple[int, str]:
    """How many cases there were at ledger row `last`, and the hash over their heads then."""
    heads = (
        select(LEDGER.c.case_number, func.max(LEDGER.c.revision).label("revision"))
        .where(LEDGER.c.id <= last)
        .group_by(LEDGER.c.case_number)
        .subquery()
    )
    same = and_(LEDGER.c.case_number == heads.c.case_number, LEDGER.c.revision == heads.c.revision)
    query = select(LEDGER.c.case_number, LEDGER.c.revision, LEDGER.c.hash).join(heads, same)
    query = query.where(LEDGER.c.id <= last).execution_options(yield_per=PAGE)
    digest, cases = hashlib.sha256(), 0
    for number, revision, head in connection.execute(query.order_by(LEDGER.c.case_number)):
        digest.update(f"{number} {revision} {head}\n".encode())
        cases += 1
    return cases, digest.hexdigest()


def _message(row: dict[str, Any]) -> bytes:
    parts = (row[name] for name in ("at", "ledger_id", "cases", "root", "public_key"))
    return ("jianding checkpoint " + " ".join(str(part) for part in parts)).encode()


def _signed(row: dict[str, Any]) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(row["public_key"]))
        key.verify(bytes.fromhex(row["signature"]), _message(row))
    except (InvalidSignature, ValueError):
        return False
    return True
