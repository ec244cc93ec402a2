"""Keys are made once, where nothing needs one, and never again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest
from alembic import command
from sqlalchemy import Connection, text

from records.ledger.adoption import OldRecordChanged
from records.ledger.chain import GENESIS, row_hash
from records.ledger.tables import LEDGER
from records.ledger.verification import verify
from records.store.database import Database, alembic_config
from services.keys import KINDS, KeyMissing, Kind, check_keys, people_standing, prepare_keys
from services.people import initialise
from services.place import database_to_write, live_place
from settings import Settings
from states.business_dates import SHANGHAI
from storage.key_files import KeyFileUnusable
from tests.caseload import announce, register


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def lived_in(settings: Settings) -> Iterator[Database]:
    """A record with a case on it."""
    database = database_to_write(live_place(settings, ""))
    register(database, announce(database, 1, date(2020, 10, 12)), date(2020, 10, 13))
    yield database
    database.close()


def problems(settings: Settings, database: Database) -> list[str]:
    return [standing.problem for standing in check_keys(settings, database) if standing.problem]


def test_a_first_opening_makes_every_key_privately_and_a_second_none(settings: Settings, lived_in: Database) -> None:
    files = {kind.file(settings): kind.file(settings).read_bytes() for kind in KINDS}
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert settings.data_dir.stat().st_mode & 0o077 == 0
    prepare_keys(settings, lived_in)
    assert {file: file.read_bytes() for file in files} == files
    assert problems(settings, lived_in) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_key_that_is_gone_is_missed_and_never_made_anew(settings: Settings, lived_in: Database, kind: Kind) -> None:
    file = kind.file(settings)
    file.unlink()
    with pytest.raises(KeyMissing, match=f"{file.name} 不存在.*从备份恢复") as missed:
        database_to_write(live_place(settings, ""))
    assert not file.exists()
    assert problems(settings, lived_in) == [missed.value.message]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_another_key_in_its_place_is_not_taken_for_it(
    settings: Settings, lived_in: Database, kind: Kind, tmp_path: Path
) -> None:
    other = Settings(data_dir=tmp_path / "other")
    database_to_write(live_place(other, "")).close()
    shutil.copy2(kind.file(other), kind.file(settings))
    with pytest.raises(KeyMissing, match="不是原来的文件"):
        prepare_keys(settings, lived_in)


def test_a_key_that_others_can_read_is_not_used(settings: Settings, lived_in: Database) -> None:
    settings.ledger_key_file.chmod(0o644)
    with pytest.raises(KeyFileUnusable, match="chmod 600"):
        database_to_write(live_place(settings, ""))
    assert problems(settings, lived_in)


def test_the_peoples_key_is_listed_and_missed_once_there_are_accounts(settings: Settings, lived_in: Database) -> None:
    assert people_standing(settings, lived_in).problem == ""
    now = datetime(2026, 11, 26, 9, tzinfo=SHANGHAI)
    initialise(settings, lived_in, name="管理甲", password="湘江北去 橘子洲头 82", now=now)
    assert people_standing(settings, lived_in).problem == ""
    settings.people_key_file.unlink()
    assert "people.key" in people_standing(settings, lived_in).problem


# ---- a record from before there was a key ----


@pytest.fixture
def old(settings: Settings, lived_in: Database) -> Database:
    """The same record as format 1 left it: no key, no word of one."""
    with lived_in.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _as_format_1(connection)
        connection.commit()
    for file in (settings.ledger_key_file, settings.checkpoint_key_file):
        file.unlink()
    return lived_in


def _as_format_1(connection: Connection) -> None:
    rows = connection.execute(LEDGER.select().order_by(LEDGER.c.id)).mappings().all()
    head = GENESIS
    for row in map(dict, rows):
        names = msgspec.json.encode([entry[:2] for entry in msgspec.json.decode(row["documents"])]).decode()
        row |= {"format": 1, "key_id": "", "checkpoint": 0, "mac": None, "prev_hash": head, "documents": names}
        head = row["hash"] = row_hash(row)
        connection.execute(LEDGER.update().where(LEDGER.c.id == row["id"]).values(row))
    connection.execute(text("UPDATE cases SET head_hash = :head"), {"head": head})
    command.downgrade(alembic_config(connection), "0006")


def test_an_old_record_is_taken_under_the_first_key_and_goes_on(settings: Settings, old: Database) -> None:
    database = database_to_write(live_place(settings, ""))
    announce(database, 2, date(2020, 10, 14))
    with database.reading() as connection:
        told = verify(connection)
        formats = connection.execute(text("SELECT format, count(*) FROM ledger GROUP BY format")).all()
    assert (told.chain, told.documents_bad) == ([], [])
    assert sorted(map(tuple, formats)) == [(1, 2), (2, 1)]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE ledger SET \"by\" = '他人' WHERE revision = 2",
        "UPDATE documents SET data = replace(data, '考生1', '李四')",
    ],
)
def test_what_is_changed_in_an_old_record_afterwards_is_found(
    settings: Settings, old: Database, tampering: str
) -> None:
    database = database_to_write(live_place(settings, ""))
    with database.writing() as connection:
        assert connection.execute(text(tampering)).rowcount
    with database.reading() as connection:
        told = verify(connection)
    assert told.chain or told.documents_bad


def test_a_row_slipped_in_as_an_old_one_is_never_taken_under_the_key(settings: Settings, old: Database) -> None:
    database_to_write(live_place(settings, "")).close()
    with old.writing() as connection:
        connection.execute(text("UPDATE ledger SET mac = NULL"))
        connection.execute(text("DELETE FROM needed_keys WHERE kind = 'ledger'"))
        connection.execute(text("UPDATE ledger SET hash = 'forged' WHERE revision = 2"))
    with pytest.raises(OldRecordChanged):
        database_to_write(live_place(settings, ""))


def test_a_kill_between_key_and_adoption_is_gone_on_from(settings: Settings, old: Database) -> None:
    database_to_write(live_place(settings, "")).close()
    with old.writing() as connection:
        connection.execute(text("UPDATE ledger SET mac = NULL, key_id = ''"))
        for table in ("needed_keys", "filings"):
            connection.execute(text(f"DELETE FROM {table}"))
    database = database_to_write(live_place(settings, ""))
    with database.reading() as connection:
        told = verify(connection)
    assert (told.chain, told.documents_bad) == ([], [])
