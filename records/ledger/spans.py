"""What a checkpoint signs: everything recorded between the one before it and a cut, as counts and roots."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, text

from records.ledger.chain import is_genuine
from records.ledger.filings import is_genuine_filing
from records.ledger.keys import LedgerKeys, ledger_keys
from records.ledger.office import is_genuine_act
from records.ledger.tables import CHECKPOINTS, FILINGS, LEDGER, OFFICE
from records.store.committer import RECORDING

PAGE = 500


class Cut(NamedTuple):
    """The last row of each ledger as of one moment."""

    ledger_id: int
    filing_id: int
    office_number: int


class Span(NamedTuple):
    """What lies between two cuts; `genuine` says whether the key vouches for all of it."""

    cut: Cut
    rows: int
    cases: int
    root: str
    filings: int
    filings_root: str
    office_root: str
    genuine: bool


NOTHING = Cut(0, 0, 0)


def cut_now(connection: Connection) -> Cut:
    """The cut of this moment, inside a writing transaction: nobody below it is still under way."""
    if connection.dialect.name == "postgresql":
        # The batches of all committers first: within one, filings and rows come in any order.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": RECORDING})
        connection.execute(text("LOCK TABLE ledger, filings, office_ledger IN EXCLUSIVE MODE"))
    return Cut(*(_last(connection, column) for column in (LEDGER.c.id, FILINGS.c.id, OFFICE.c.number)))


def cut_of(checkpoint: Any) -> Cut:
    """Up to where a checkpoint of format 2 signed; one of format 1 signed nothing that a later one may leave out."""
    if checkpoint is None or checkpoint["format"] == 1:
        return NOTHING
    return Cut(checkpoint["ledger_id"], checkpoint["filing_id"], checkpoint["office_number"])


def last_checkpoint(connection: Connection) -> Any:
    """The row of the newest checkpoint, or None."""
    query = select(CHECKPOINTS).order_by(CHECKPOINTS.c.number.desc()).limit(1)
    return connection.execute(query).mappings().one_or_none()


def span(connection: Connection, after: Cut, upto: Cut) -> Span:
    """Counts and roots of everything after one cut, up to and with another."""
    keys = ledger_keys(connection)
    rows, cases, root, sound = _ledger(connection, keys, after.ledger_id, upto.ledger_id)
    filings, filings_root, filed = _filings(connection, keys, after.filing_id, upto.filing_id)
    office_root, acted = _office(connection, keys, after.office_number, upto.office_number)
    return Span(upto, rows, cases, root, filings, filings_root, office_root, sound and filed and acted)


def _ledger(connection: Connection, keys: LedgerKeys, after: int, last: int) -> tuple[int, int, str, bool]:
    digest, rows, cases, genuine = hashlib.sha256(), 0, set(), True
    query = select(LEDGER).where((LEDGER.c.id > after) & (LEDGER.c.id <= last)).order_by(LEDGER.c.id)
    for row in connection.execute(query.execution_options(yield_per=PAGE)).mappings():
        digest.update(f"{row['id']} {row['case_number']} {row['revision']} {row['hash']}\n".encode())
        rows += 1
        cases.add(row["case_number"])
        genuine = genuine and is_genuine(keys, row)
    return rows, len(cases), digest.hexdigest(), genuine


def _filings(connection: Connection, keys: LedgerKeys, after: int, last: int) -> tuple[int, str, bool]:
    digest, filings, genuine = hashlib.sha256(), 0, True
    query = select(FILINGS).where((FILINGS.c.id > after) & (FILINGS.c.id <= last)).order_by(FILINGS.c.id)
    for row in connection.execute(query.execution_options(yield_per=PAGE)).mappings():
        digest.update(f"{row['id']} {row['mac']}\n".encode())
        filings += 1
        genuine = genuine and is_genuine_filing(keys, row)
    return filings, digest.hexdigest(), genuine


def _office(connection: Connection, keys: LedgerKeys, after: int, last: int) -> tuple[str, bool]:
    digest, genuine = hashlib.sha256(), True
    query = select(OFFICE).where((OFFICE.c.number > after) & (OFFICE.c.number <= last)).order_by(OFFICE.c.number)
    for row in connection.execute(query.execution_options(yield_per=PAGE)).mappings():
        digest.update(f"{row['number']} {row['hash']}\n".encode())
        genuine = genuine and is_genuine_act(keys, row)
    return digest.hexdigest(), genuine


def _last(connection: Connection, column: Any) -> int:
    return int(connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one())
