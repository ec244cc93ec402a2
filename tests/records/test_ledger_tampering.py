"""Whatever somebody does to the ledger behind our back, `verify` says so; untouched, it says nothing."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from desk.orders import order
from records.checkpoints import checkpoint, verify_checkpoints
from records.database import Database
from records.ledger import verify
from states.business_dates import SHANGHAI
from tests.caseload import CLERK, REVIEWER, announce, database_at, register, send

DAY = date(2020, 11, 2)
NOW = datetime(2020, 11, 3, tzinfo=SHANGHAI)
PAPER = {"result": "passed", "paper": "GJTK-2020-0417", "session": "S-1"}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = database_at(tmp_path)
    for n in range(1, 4):
        number = announce(database, n, DAY)
        register(database, number, DAY)
        send(database, number, order("hold_exam", PAPER, by=CLERK), DAY)
        send(database, number, order("certify", {}, by=CLERK), DAY)
        send(database, number, order("approve", {}, by=REVIEWER), DAY)
    return database


def test_an_untouched_ledger_is_sound(database: Database) -> None:
    with database.reading() as connection:
        assert verify(connection) == []


TAMPERING = {
    "an edited row": "UPDATE ledger SET by = '他人' WHERE case_number = '4301002020000001' AND revision = 2",
    "a deleted row": "DELETE FROM ledger WHERE case_number = '4301002020000001' AND revision = 2",
    "a truncated chain": "DELETE FROM ledger WHERE case_number = '4301002020000001' AND revision = 5",
    "a whole ledger gone": "DELETE FROM ledger WHERE case_number = '4301002020000001'",
    "a case gone": "DELETE FROM cases WHERE number = '4301002020000001'",
    "an edited case": "UPDATE cases SET facts = replace(facts, '考生1', '考生9') WHERE number = '4301002020000001'",
    "an edited column": "UPDATE cases SET fee_fen = 99999 WHERE number = '4301002020000001'",
    "a state set by hand": "UPDATE cases SET state = 'examined' WHERE number = '4301002020000001'",
    "a document gone": "DELETE FROM documents WHERE case_number = '4301002020000001' AND kind = 'certificate'",
    "a document renumbered": "UPDATE documents SET number = 'X' WHERE case_number = '4301002020000001' AND kind = 'certificate'",
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(database: Database, what: str) -> None:
    with database.writing() as connection:
        assert connection.execute(text(TAMPERING[what])).rowcount
    with database.reading() as connection:
        assert "4301002020000001" in {finding.case_number for finding in verify(connection)}


def test_rows_that_changed_places_are_found(database: Database) -> None:
    with database.writing() as connection:
        for old, new in ((2, 90), (3, 2), (90, 3)):
            connection.execute(text("UPDATE ledger SET revision = :new WHERE case_number = '4301002020000001' AND revision = :old"), {"old": old, "new": new})
    with database.reading() as connection:
        assert verify(connection)


def test_a_checkpoint_finds_what_the_chain_cannot(database: Database) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    with database.writing() as connection:
        checkpoint(connection, key.sign, public, NOW)
    with database.reading() as connection:
        assert verify_checkpoints(connection, [public]) == []
    with database.writing() as connection:  # a whole case, every trace of it
        for table, column in (("ledger", "case_number"), ("cases", "number"), ("documents", "case_number")):
            connection.execute(text(f"DELETE FROM {table} WHERE {column} = '4301002020000002'"))
    with database.reading() as connection:
        assert verify(connection) == []
        assert verify_checkpoints(connection, [public])


def test_a_checkpoint_signed_by_a_stranger_is_refused(database: Database) -> None:
    stranger, ours = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    with database.writing() as connection:
        checkpoint(connection, stranger.sign, stranger.public_key().public_bytes_raw(), NOW)
    with database.reading() as connection:
        assert verify_checkpoints(connection, [ours.public_key().public_bytes_raw()])
