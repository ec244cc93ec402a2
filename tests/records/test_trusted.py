"""A database writer without the key file: what they change is not acted on, however well they mend the hashes."""

from __future__ import annotations

import traceback

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from records.case.context import believed_facts
from records.case.documents import document, outstanding
from records.case.tables import CASES
from records.ledger.chain import facts_hash, row_hash
from records.ledger.keys import LedgerKeys, NoLedgerKeys
from records.ledger.office import OfficeAct, acts, append
from records.ledger.tables import LEDGER, OFFICE
from records.ledger.trusted import NotAsRecorded
from records.ledger.verification import verify
from records.store.database import Database
from tests.records.making import NUMBERS, certified
from tests.records.test_ledger import NOW

CASE = NUMBERS[0]


@pytest.fixture
def held(database: Database) -> Database:
    certified(database, 1)
    return database


def tamper(database: Database, *statements: str) -> None:
    with database.writing() as connection:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount, statement


def rewritten(database: Database) -> None:
    """The case as the attacker wants it, with every hash made new: all that SHA-256 alone can do."""
    with database.writing() as connection:
        facts = connection.execute(CASES.select()).mappings().one()["facts"].replace("张三", "李四")
        row = dict(connection.execute(LEDGER.select().order_by(LEDGER.c.revision.desc()).limit(1)).mappings().one())
        row["facts_hash"] = facts_hash(facts)
        row["hash"] = row_hash(row)
        connection.execute(LEDGER.update().where(LEDGER.c.id == row["id"]).values(row))
        connection.execute(CASES.update().values(facts=facts, name="李四", head_hash=row["hash"]))


def test_a_case_is_brought_back_as_it_was_recorded(held: Database) -> None:
    with held.reading() as connection:
        facts = believed_facts(connection, CASE)
        assert facts is not None and facts.number == CASE
        assert believed_facts(connection, NUMBERS[1]) is None


def test_a_case_with_every_hash_mended_is_not_brought_back(held: Database) -> None:
    rewritten(held)
    with held.reading() as connection:
        with pytest.raises(NotAsRecorded, match=r"案件.*督导"):
            believed_facts(connection, CASE)
        assert verify(connection).findings


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cases SET state = 'examined'",
        "UPDATE cases SET facts = replace(facts, '张三', '李四')",
        "UPDATE cases SET revision = 4",
        "DELETE FROM ledger WHERE revision = 5",
        "UPDATE ledger SET mac = NULL WHERE revision = 5",
        "UPDATE ledger SET format = 1 WHERE revision = 5",
        "UPDATE ledger SET key_id = 'x' WHERE revision = 5",
    ],
)
def test_a_case_that_was_changed_is_not_brought_back(held: Database, change: str) -> None:
    tamper(held, change)
    with held.reading() as connection, pytest.raises(NotAsRecorded):
        believed_facts(connection, CASE)


@pytest.mark.parametrize("column", ["data", "number", "kind", "check_code"])
def test_a_letter_that_was_changed_is_neither_set_nor_set_again(held: Database, column: str) -> None:
    with held.reading() as connection:
        before = len(outstanding(connection, 100))
    tamper(held, f"UPDATE documents SET {column} = '{{}}' WHERE id = 1")
    with held.reading() as connection:
        assert len(outstanding(connection, 100)) == before - 1
        with pytest.raises(NotAsRecorded):
            document(connection, 1)


def test_another_installations_key_is_not_this_ones(held: Database) -> None:
    held.know(LedgerKeys.fresh())
    with held.reading() as connection:
        assert len(verify(connection).findings) >= 5
        with pytest.raises(NotAsRecorded):
            believed_facts(connection, CASE)


def test_without_a_key_nothing_is_judged_and_nothing_written(url: str, held: Database) -> None:
    bare = Database(url)
    with bare.reading() as connection, pytest.raises(NoLedgerKeys):
        verify(connection)
    with bare.writing() as connection, pytest.raises(NoLedgerKeys):
        append(connection, OfficeAct(NOW, "a", "张三", "administrator", "policy.set"))
    bare.close()


def test_an_error_never_tells_what_was_bound_to_its_statement(held: Database) -> None:
    bound = {"id": "430102199001011234", "name": "王喆"}
    with held.writing() as connection, pytest.raises(IntegrityError) as failed:
        connection.execute(text("INSERT INTO accounts (id, name) VALUES (:id, :name)"), bound)
    told = "".join(traceback.format_exception(failed.value))
    assert not [value for value in bound.values() if value in told]


def test_a_doubled_key_does_not_tell_whose_it_is(held: Database) -> None:
    """PostgreSQL's own detail names the value; a person's key holds their ID number."""
    with held.reading() as connection:
        key = connection.execute(CASES.select()).mappings().one()["person_key"]
    columns = ", ".join(c.name for c in CASES.columns if c.name not in ("number", "certificate_no"))
    doubled = text(f"INSERT INTO cases (number, {columns}) SELECT '4301002020999999', {columns} FROM cases")
    with held.writing() as connection, pytest.raises(IntegrityError) as failed:
        connection.execute(doubled)
    told = "".join(traceback.format_exception(failed.value))
    assert key not in told and key.split("|")[0] not in told


# ---- the office's own ledger ----


def did(database: Database, *names: str) -> None:
    for name in names:
        with database.writing() as connection:
            append(connection, OfficeAct(NOW, "a1", "张三", "administrator", name, old={"days": 30}, new={"days": 45}))


def test_acts_are_numbered_chained_and_read_back_newest_first(held: Database) -> None:
    did(held, "policy.set", "hold.place", "policy.set")
    with held.reading() as connection:
        assert verify(connection).findings == []
        found = acts(connection, limit=10)
        assert [(one.number, one.act) for one in found] == [(3, "policy.set"), (2, "hold.place"), (1, "policy.set")]
        assert (found[0].old, found[0].new) == ({"days": 30}, {"days": 45})
        assert [one.number for one in acts(connection, act="policy.set", before=3, limit=10)] == [1]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE office_ledger SET \"by\" = '李四' WHERE number = 2", "第2条被改动"),
        ("UPDATE office_ledger SET detail = '{}' WHERE number = 1", "第1条被改动"),
        ("DELETE FROM office_ledger WHERE number = 2", "第3条之前"),
        ("DELETE FROM office_ledger WHERE number = 1", "第2条之前"),
        ("UPDATE office_ledger SET number = 9 WHERE number = 3", "第9条"),
    ],
)
def test_an_act_that_was_changed_or_deleted_is_found(held: Database, change: str, what: str) -> None:
    did(held, "a", "b", "c")
    tamper(held, change)
    with held.reading() as connection:
        assert any(what in finding.what for finding in verify(connection).findings)


def test_an_act_with_its_hash_mended_is_found_by_the_key(held: Database) -> None:
    from records.ledger.office import office_hash

    did(held, "a")
    with held.writing() as connection:
        row = dict(connection.execute(OFFICE.select()).mappings().one()) | {"by": "李四"}
        row["hash"] = office_hash(row)
        connection.execute(OFFICE.update().values(row))
    with held.reading() as connection:
        assert [finding.what for finding in verify(connection).findings] == ["机构台账第1条被改动"]
