"""Signed checkpoints, numbered and linked: what a chain alone cannot tell, they can.

Whoever deletes the end of a chain and mends the case row, or deletes a whole case, cannot sign the checkpoint anew;
whoever deletes the newest checkpoints leaves later rows, and exported copies, that speak of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, and_, func, insert, select

from records.ledger.chain import GENESIS
from records.ledger.spans import PAGE, Span, cut_now, cut_of, last_checkpoint, span
from records.ledger.tables import CHECKPOINTS, LEDGER, Row
from records.ledger.trusted import NotAsRecorded

Sign = Callable[[bytes], bytes]
FORMAT = 2
ROWS_AT_MOST, HOURS_AT_MOST = 1000, timedelta(hours=1)
"""A checkpoint is due after so many rows, or once something has been waiting for one so long."""
_SIGNED = (
    "format", "number", "prev_hash", "at", "ledger_id", "rows", "cases", "root", "filing_id", "filings",
    "filings_root", "office_number", "office_root", "public_key",
)  # fmt: skip
_encode = msgspec.json.Encoder(order="deterministic").encode


class Checkpoint(msgspec.Struct, frozen=True):
    """A signed checkpoint as it is exported: every field that is signed, and the signature."""

    format: int
    number: int
    prev_hash: str
    at: str
    ledger_id: int
    rows: int
    cases: int
    root: str
    filing_id: int
    filings: int
    filings_root: str
    office_number: int
    office_root: str
    public_key: str
    signature: str


class CheckpointReport(msgspec.Struct, frozen=True):
    """How many checkpoints there are, how many there must be, and what is wrong with them."""

    count: int
    expected: int
    bad: tuple[str, ...]


def checkpoint_due(connection: Connection, now: datetime) -> bool:
    """Whether enough has been recorded since the last checkpoint, or something long enough ago."""
    after = cut_of(last_checkpoint(connection)).ledger_id
    first = select(LEDGER.c.id, LEDGER.c.at).where(LEDGER.c.id > after).order_by(LEDGER.c.id).limit(1)
    waiting = connection.execute(first).one_or_none()
    if waiting is None:
        return False
    last = connection.execute(select(func.max(LEDGER.c.id))).scalar_one()
    return last - after >= ROWS_AT_MOST or now - datetime.fromisoformat(waiting.at) >= HOURS_AT_MOST


def checkpoint(connection: Connection, sign: Sign, public_key: bytes, at: datetime) -> Checkpoint:
    """Signs everything since the last checkpoint, inside the caller's writing transaction.

    Raises NotAsRecorded where the key does not vouch for a row of it: what is signed has been looked at.
    """
    before = last_checkpoint(connection)
    covered = span(connection, cut_of(before), cut_now(connection))
    if not covered.genuine:
        raise NotAsRecorded(what="上一检查点之后的台账")
    return sign_span(connection, before, covered, sign, public_key, at)


def sign_span(
    connection: Connection, before: Any, covered: Span, sign: Sign, public_key: bytes, at: datetime
) -> Checkpoint:
    """Signs `covered` as the checkpoint after `before`. A unique number keeps two from signing the same span."""
    row: dict[str, Any] = {
        "format": FORMAT,
        "number": before["number"] + 1 if before else 1,
        "prev_hash": checkpoint_hash(before) if before else GENESIS,
        "at": at.isoformat(timespec="seconds"),
        "rows": covered.rows,
        "cases": covered.cases,
        "root": covered.root,
        "filings": covered.filings,
        "filings_root": covered.filings_root,
        "office_root": covered.office_root,
        "public_key": public_key.hex(),
        **covered.cut._asdict(),
    }
    row["signature"] = sign(_message(row)).hex()
    connection.execute(insert(CHECKPOINTS).values(**row))
    return Checkpoint(**row)


def checkpoint_hash(row: Row) -> str:
    """What the next checkpoint names this one by: its message and its signature together."""
    return hashlib.sha256(_message(row) + bytes.fromhex(row["signature"])).hexdigest()


def is_signed(row: Row, trusted: Iterable[bytes]) -> bool:
    """Whether one of `trusted` signed this checkpoint."""
    if row["public_key"] not in {key.hex() for key in trusted}:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(row["public_key"]))
        key.verify(bytes.fromhex(row["signature"]), _message(row))
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_checkpoints(
    connection: Connection,
    trusted: Iterable[bytes],
    exported: Iterable[Checkpoint] = (),
    *,
    old: Iterable[bytes] = (),
) -> CheckpointReport:
    """Every checkpoint that is not signed by a trusted key, not linked, missing, or that the ledger does not answer to.

    `exported`: the copies an office keeps elsewhere. `old`: the keys that signed checkpoints of format 1.
    """
    keys, bad = {1: list(old), FORMAT: list(trusted)}, []
    rows = connection.execute(select(CHECKPOINTS).order_by(CHECKPOINTS.c.number)).mappings().all()
    before: Any = None
    for row in rows:
        bad += _judged(connection, row, before, keys.get(row["format"], []))
        before = row
    copies = [copy for copy in exported if is_signed(msgspec.structs.asdict(copy), keys[FORMAT])]
    bad += _missing(rows, copies)
    told = connection.execute(select(func.coalesce(func.max(LEDGER.c.checkpoint), 0))).scalar_one()
    numbers = [int(told), *(copy.number for copy in copies), *(row["number"] for row in rows)]
    expected = max(numbers)
    if expected > len(rows):
        bad.append(f"应有检查点{expected}个，只有{len(rows)}个：检查点被删除")
    return CheckpointReport(len(rows), expected, tuple(bad))


def _judged(connection: Connection, row: Any, before: Any, trusted: list[bytes]) -> list[str]:
    name, wrong = f"检查点{row['number']}", []
    if not is_signed(row, trusted):
        return [f"{name}的签名无效"]
    if row["number"] != (before["number"] + 1 if before else 1):
        wrong.append(f"{name}之前缺少检查点")
    if row["format"] == FORMAT and not _links(row, before):
        wrong.append(f"{name}与前一检查点的链接不符：前一个被改动或删除")
    if not _answers(connection, row, before):
        wrong.append(f"{name}（{row['at']}）与台账不符：其后有记录被删除或改动")
    return wrong


def _links(row: Any, before: Any) -> bool:
    try:
        return bool(row["prev_hash"] == (checkpoint_hash(before) if before else GENESIS))
    except ValueError:
        return False


def _answers(connection: Connection, row: Any, before: Any) -> bool:
    """Whether the ledger still holds what the checkpoint signed."""
    if row["format"] == 1:
        return bool((row["cases"], row["root"]) == _heads(connection, row["ledger_id"]))
    held = span(connection, cut_of(before), cut_of(row))
    names = ("rows", "cases", "root", "filings", "filings_root", "office_root")
    return all(getattr(held, name) == row[name] for name in names)


def _missing(rows: Iterable[Any], copies: Iterable[Checkpoint]) -> list[str]:
    """Exported checkpoints that are on record no more, or say something else there."""
    kept = {row["number"]: row["signature"] for row in rows}
    return [
        f"检查点{copy.number}与外存副本不符：被改动或删除" for copy in copies if kept.get(copy.number) != copy.signature
    ]


def _heads(connection: Connection, last: int) -> tuple[int, str]:
    """How many cases there were at ledger row `last`, and the hash over their heads then: what format 1 signed."""
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


def _message(row: Row) -> bytes:
    if row["format"] == 1:
        parts = (row[name] for name in ("at", "ledger_id", "cases", "root", "public_key"))
        return ("jianding checkpoint " + " ".join(str(part) for part in parts)).encode()
    return b"jianding checkpoint 2\0" + _encode([str(row[name]) for name in _SIGNED])
