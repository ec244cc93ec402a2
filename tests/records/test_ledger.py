"""Every finding there is, on both databases; `test_ledger_tampering` goes through the command line's own commands."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from records.case.reruns import Recorded
from records.case.tables import CASES
from records.ledger.chain import row_hash, row_mac
from records.ledger.checkpoints import checkpoint, verify_checkpoints
from records.ledger.keys import ledger_keys
from records.ledger.tables import LEDGER
from records.ledger.verification import Finding, verify
from records.office.world import set_policies
from records.store.database import Database
from states.business_dates import SHANGHAI
from states.case import commands as c
from states.case.facts import CaseFacts
from states.policies import Policies
from tests.records.making import NUMBERS, announce, certified, do, judged, register, write

A, B = NUMBERS[:2]
NOW = datetime(2020, 10, 13, 9, tzinfo=SHANGHAI)
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
ROW = f"WHERE case_number = '{A}' AND revision ="
CASE = f"WHERE number = '{A}'"

FINDINGS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "edited": ((f"UPDATE ledger SET \"by\" = '他人' {ROW} 2",), 2, "该条被改动"),
    "an edited order": ((f"UPDATE ledger SET order_json = '{{}}' {ROW} 3",), 3, "该条被改动"),
    "nothing turned into a word": ((f"UPDATE ledger SET trigger = 'None' {ROW} 4",), 4, "该条被改动"),
    "deleted": ((f"DELETE FROM ledger {ROW} 2",), 2, "缺少修订2"),
    "deleted and renumbered": (
        (f"DELETE FROM ledger {ROW} 4", f"UPDATE ledger SET revision = 4 {ROW} 5"), 4, "链接不符",
    ),
    "the first deleted": ((f"DELETE FROM ledger {ROW} 1",), 1, "缺少修订1"),
    "reordered": (
        tuple(f"UPDATE ledger SET revision = {new} {ROW} {old}" for old, new in ((2, 90), (3, 2), (90, 3))),
        2, "链接不符",
    ),
    "truncated": ((f"DELETE FROM ledger {ROW} 5",), 4, "台账被截断"),
    "state": ((f"UPDATE cases SET state = 'examined' {CASE}",), 5, "案件为修订5（examined）"),
    "revision": ((f"UPDATE cases SET revision = 6 {CASE}",), 5, "案件为修订6"),
    "head": ((f"UPDATE cases SET head_hash = 'x' {CASE}",), 5, "链头不符"),
    "facts": ((f"UPDATE cases SET facts = replace(facts, '28000', '1') {CASE}",), 5, "事实与台账"),
    "no ledger": ((f"DELETE FROM ledger WHERE case_number = '{A}'",), 0, "案件没有台账"),
    "no case": ((f"DELETE FROM cases {CASE}",), 0, "案件被删除"),
    "document gone": ((f"DELETE FROM documents {ROW} 2",), 2, "文书被删除或改动"),
    "document renumbered": ((f"UPDATE documents SET number = 'X' {ROW} 5",), 5, "文书被删除或改动"),
    "document of another kind": ((f"UPDATE documents SET kind = 'exit_notice' {ROW} 5",), 5, "文书被删除或改动"),
    "documents changed places": (
        tuple(f"UPDATE documents SET ordinal = {n} {ROW} 5 AND ordinal = {o}" for o, n in ((0, 9), (1, 0), (9, 1))),
        5, "文书被删除或改动",
    ),
    "document moved to a step without letters": ((f"UPDATE documents SET revision = 4 {ROW} 2",), 4, "未载于台账"),
    "document slipped in": (
        ("INSERT INTO documents (case_number, revision, ordinal, kind, number, on_date, data) "
         f"VALUES ('{A}', 99, 0, 'certificate', 'X', '2020-10-12', '')",), 99, "未载于台账",
    ),
}  # fmt: skip
COLUMNS = {
    "centre": "'430200'", "name": "'李四'", "id_number": "'x'", "occupation": "'x'", "level": "3", "exam_id": "'x'",
    "cohort": "'plan_student'", "exit_date": "NULL", "fee_fen": "1", "certificate_no": "NULL",
    "skill_level_no": "'x'", "pending": "'x'",
    "escalated": "NOT escalated", "refund_failure": "'x'", "next_wake_on": "'2020-12-01'", "settled_on": "NULL",
    "refund_open": "NOT refund_open", "pending_by": "'x'", "person_key": "NULL", "ending": "'exited'",
}  # fmt: skip


@pytest.fixture
def two(database: Database) -> Database:
    certified(database, 1)
    certified(database, 2)
    return database


def tamper(database: Database, *statements: str) -> None:
    with database.writing() as connection:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount, statement


def found(database: Database) -> list[Finding]:
    with database.reading() as connection:
        return verify(connection).findings


def judged_checkpoints(database: Database, *keys: bytes) -> list[str]:
    with database.reading() as connection:
        return list(verify_checkpoints(connection, keys or [PUBLIC]).bad)


def sign(database: Database, key: Ed25519PrivateKey = KEY) -> None:
    with database.writing() as connection:
        checkpoint(connection, key.sign, key.public_key().public_bytes_raw(), NOW)


def test_nothing_is_found_where_nothing_is_wrong(two: Database) -> None:
    do(two, CaseFacts(NUMBERS[2]), announce(3), register(), c.Withdraw(id="withdraw", by="王芳"))
    assert found(two) == []


def test_an_open_choice_is_woken_in_time_whatever_the_policies_were(two: Database) -> None:
    with two.writing() as connection:
        set_policies(connection, Policies(choice_days=20, reminders=(5,)))
    registered = do(two, CaseFacts(NUMBERS[2]), announce(3), register())
    assert registered.exit_date is not None
    with two.reading() as connection:
        exit_ = judged(connection, registered, on=registered.exit_date)
    assert isinstance(write(two, exit_), Recorded)
    with two.writing() as connection:
        set_policies(connection, Policies())
    assert found(two) == []
    for never in ("NULL", "'2030-01-01'"):
        tamper(two, f"UPDATE cases SET next_wake_on = {never} WHERE number = '{NUMBERS[2]}'")
        assert found(two) == [Finding(NUMBERS[2], 3, "栏目 next_wake_on 与案件事实不符：该栏被改动")]


@pytest.mark.parametrize("what", FINDINGS)
def test_tampering_is_found_where_it_is(two: Database, what: str) -> None:
    statements, revision, said = FINDINGS[what]
    tamper(two, *statements)
    findings = found(two)
    assert {finding.case_number for finding in findings} == {A}
    assert any(f.revision == revision and said in f.what for f in findings), findings


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_that_says_something_else_is_found(two: Database, column: str) -> None:
    tamper(two, f"UPDATE cases SET {column} = {COLUMNS[column]} {CASE}")
    assert found(two) == [Finding(A, 5, f"栏目 {column} 与案件事实不符：该栏被改动")]


def test_every_column_is_watched() -> None:
    others = {"number", "state", "revision", "head_hash", "facts"}  # each a finding of its own
    others |= {"refund_fen"}  # beside a vocational certificate the database refuses any
    assert set(COLUMNS) == {column.name for column in CASES.c} - others


def test_what_is_no_date_is_a_finding_and_no_crash(two: Database) -> None:
    if two.sqlite:  # keeps anything
        tamper(two, f"UPDATE ledger SET on_date = 'gestern' {ROW} 2", f"UPDATE cases SET exit_date = 'x' {CASE}")
        assert {(f.case_number, f.revision) for f in found(two)} == {(A, 2), (A, 5)}
    else:
        tamper(two, f"UPDATE ledger SET on_date = '2020-01-01' {ROW} 2")
        assert {(f.case_number, f.revision) for f in found(two)} == {(A, 2)}


def forge(database: Database, revision: int, *, keyed: bool = True, **changes: Any) -> None:
    """Rewrites A from one row on, mending hashes and case row: a perfect chain, of something else.

    `keyed`: by somebody who has the key file too.
    """
    with database.writing() as connection:
        rows = connection.execute(LEDGER.select().where(LEDGER.c.case_number == A).order_by(LEDGER.c.revision))
        head = ""
        for row in map(dict, rows.mappings().all()):
            if row["revision"] >= revision:
                row |= {"prev_hash": head} | (changes if row["revision"] == revision else {})
                row["hash"] = row_hash(row)
                if keyed:
                    row["mac"] = row_mac(ledger_keys(connection), row["hash"])
                connection.execute(LEDGER.update().where(LEDGER.c.id == row["id"]).values(row))
            head = row["hash"]
        connection.execute(CASES.update().where(CASES.c.number == A).values(head_hash=head))


def test_a_checkpoint_holds_while_cases_go_on(two: Database) -> None:
    sign(two)
    certified(two, 3)
    sign(two)
    sign(two)
    assert judged_checkpoints(two) == []


def test_a_rewritten_chain_is_found_by_the_checkpoint_alone(two: Database) -> None:
    sign(two)
    forge(two, 2, by="他人")
    assert found(two) == []
    assert ["与台账不符" in what for what in judged_checkpoints(two)] == [True]


def test_a_cut_end_with_a_mended_case_is_found_by_the_checkpoint_alone(database: Database) -> None:
    announced = do(database, CaseFacts(A), announce(1))
    with database.reading() as connection:
        before = connection.execute(CASES.select()).mappings().one()
    do(database, announced, register())
    sign(database)
    tamper(database, f"DELETE FROM ledger {ROW} 2", f"DELETE FROM documents {ROW} 2")
    with database.writing() as connection:
        connection.execute(CASES.update().values(dict(before)))
    assert found(database) == []
    assert ["与台账不符" in what for what in judged_checkpoints(database)] == [True]


def test_a_case_deleted_whole_is_found_by_the_checkpoint_alone(two: Database) -> None:
    sign(two)
    tamper(
        two,
        *(f"DELETE FROM {t} WHERE case_number = '{A}'" for t in ("ledger", "documents")),
        f"DELETE FROM cases {CASE}",
    )
    assert found(two) == []
    assert ["与台账不符" in what for what in judged_checkpoints(two)] == [True]


def test_an_edited_number_of_cases_is_found(two: Database) -> None:
    sign(two)
    tamper(two, "UPDATE checkpoints SET cases = 3")
    assert ["签名无效" in what for what in judged_checkpoints(two)] == [True]


@pytest.mark.parametrize(
    "change", ["root = 'x'", "ledger_id = 1", "at = 'x'", "signature = 'no hex'", "public_key = 'x'"]
)
def test_an_edited_checkpoint_is_found(two: Database, change: str) -> None:
    sign(two)
    tamper(two, f"UPDATE checkpoints SET {change}")
    assert ["签名无效" in what for what in judged_checkpoints(two)] == [True]


def test_a_stranger_cannot_sign(two: Database) -> None:
    stranger = Ed25519PrivateKey.generate()
    sign(two, stranger)
    assert ["签名无效" in what for what in judged_checkpoints(two)] == [True]
    assert judged_checkpoints(two, stranger.public_key().public_bytes_raw()) == []


def test_the_root_is_what_anybody_can_compute(two: Database) -> None:
    with two.writing() as connection:
        signed = checkpoint(connection, KEY.sign, PUBLIC, NOW)
        rows = connection.execute(text("SELECT id, case_number, revision, hash FROM ledger ORDER BY id")).all()
    assert (signed.cases, signed.rows, signed.number) == (2, 10, 1)
    told = "".join(f"{id_} {number} {revision} {hash_}\n" for id_, number, revision, hash_ in rows)
    assert signed.root == hashlib.sha256(told.encode()).hexdigest()
