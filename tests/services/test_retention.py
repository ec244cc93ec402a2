"""What is past its time goes, the record stays, and whatever was taken away can be made again."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from desk.cli.__main__ import app
from records.runs.items import NewItem, plan_run
from records.store.database import Database
from services.audit import audit
from services.place import Place, database_to_write, letter_files, live_place
from services.retention import Expired, retain
from settings import Settings
from states.business_dates import SHANGHAI
from tests.caseload import announce, register
from tests.letter_setting import set_letters

DAY = date(2020, 10, 12)
LONG_AFTER = datetime(2026, 1, 1, tzinfo=SHANGHAI)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    kept = {"keep_letters_days": 365, "keep_outbox_days": 30, "keep_runs_days": 90}
    return live_place(Settings(data_dir=tmp_path / "office", **kept), "")  # type: ignore[arg-type]


@pytest.fixture
def database(place: Place) -> Database:
    """Three cases of 2020 whose letters have left: two rest, one waits. An old run and a new one."""
    database = database_to_write(place)
    for n in range(3):
        register(database, announce(database, n, DAY), DAY)
    set_letters(place, database)
    with database.writing() as connection:
        connection.execute(text("UPDATE cases SET next_wake_on = NULL WHERE number LIKE '%0' OR number LIKE '%1'"))
        connection.execute(text("UPDATE deliveries SET status = 'sent', printed = true"))
        for id_, at in (("old", LONG_AFTER - timedelta(days=91)), ("new", LONG_AFTER - timedelta(days=1))):
            items = [NewItem("考生某", error="NotEligible", message="某某不符合条件")]
            plan_run(connection, id_=id_, kind="roster", title="x", by="x", at=at.isoformat(), items=items)
            over = "UPDATE runs SET status = 'done', finished_at = :at WHERE id = :id"
            connection.execute(text(over), {"at": at.isoformat(), "id": id_})
    place.outbox_store.put("2025-11-30/430100/letter-1.pdf", b"old")
    place.outbox_store.put("2025-12-20/430100-文书.pdf", b"new")
    return database


def test_a_dry_run_counts_and_removes_nothing(place: Place, database: Database) -> None:
    would = retain(place, database, LONG_AFTER, dry_run=True)
    assert would == Expired(letters=4, outbox=1, runs=1, run_items=1)
    assert retain(place, database, LONG_AFTER, dry_run=True) == would


def test_what_is_removed_is_what_was_counted_and_only_once(place: Place, database: Database) -> None:
    would = retain(place, database, LONG_AFTER, dry_run=True)
    assert retain(place, database, LONG_AFTER, dry_run=False) == would
    assert retain(place, database, LONG_AFTER, dry_run=False) == Expired(0, 0, 0, 0)
    assert [stored.name for stored in place.outbox_store.list()] == ["2025-12-20/430100-文书.pdf"]


def test_the_letters_of_a_case_that_waits_stay_and_the_others_come_back(place: Place, database: Database) -> None:
    files = letter_files(place, database)
    before = {id_: files.bytes_of(id_) for id_ in range(1, 7)}
    retain(place, database, LONG_AFTER, dry_run=False)
    assert {amiss.case[-1] for amiss in files.missing()} == {"0", "1"}
    assert {id_: files.bytes_of(id_) for id_ in range(1, 7)} == before


def test_a_letter_that_has_not_left_stays(place: Place, database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE deliveries SET status = 'uncertain' WHERE id = 1"))
    assert retain(place, database, LONG_AFTER, dry_run=True).letters == 3


def test_the_ledger_is_whole_afterwards(place: Place, database: Database) -> None:
    before = asyncio.run(audit(place.settings, None, workflows=False)).chain.rows
    retain(place, database, LONG_AFTER, dry_run=False)
    after = asyncio.run(audit(place.settings, None, workflows=False))
    assert after.chain.rows == before and after.documents.bad == ()


def test_by_default_everything_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANDING_DATA_DIR", str(tmp_path))
    done = CliRunner().invoke(app, ["retention", "--dry-run", "--json"])
    assert done.exit_code == 0 and '"letters": 0' in done.stdout
    assert "永久" in CliRunner().invoke(app, ["retention", "--dry-run"]).output
