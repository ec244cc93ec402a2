"""A copy taken while an import runs comes back whole, in an empty place, on either database."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from records.case.numbering import draw
from records.post.outbox import by_status
from records.store.copying import CopyDamaged, NotEmpty
from records.store.database import Database
from services.backup import BackupRefused, back_up
from services.place import Place, database_to_write, letter_files, live_place, upgrade
from services.restore import RestoreRefused, restore
from settings import Settings
from tests.caseload import announce, register
from tests.letter_setting import set_letters
from tests.records.conftest import Postgres

DAY = date(2020, 10, 12)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("pg"))
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place with three cases, their letters set."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres").new()
    here = live_place(Settings(data_dir=tmp_path / "office", database_url=url), "")
    upgrade(here)
    database = database_to_write(here)
    for n in range(3):
        register(database, announce(database, n, DAY), DAY)
    set_letters(here, database)
    database.close()
    return here


def elsewhere(tmp_path: Path) -> Place:
    return live_place(Settings(data_dir=tmp_path / "another"), "")


def count(database: Database, table: str) -> int:
    with database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@contextmanager
def importing(here: Place) -> Iterator[threading.Event]:
    """Cases keep coming, and the event is set once some have."""
    some, over = threading.Event(), threading.Event()

    def work() -> None:
        database, n = database_to_write(here), 100
        while not over.is_set():
            register(database, announce(database, n, DAY), DAY)
            some.set()
            n += 1
        database.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield some
    finally:
        over.set()
        thread.join()


def test_a_copy_taken_during_an_import_comes_back_whole(place: Place, tmp_path: Path) -> None:
    with importing(place) as some:
        assert some.wait(60)
        done = back_up(place, tmp_path / "copy", tmp_path / "safe")
    assert done.audit.ok and done.audit.chain.cases >= 4
    assert not (tmp_path / "copy" / "keys").exists()
    assert (tmp_path / "safe").stat().st_mode & 0o777 == 0o700
    there = elsewhere(tmp_path)
    back = restore(there, tmp_path / "copy", tmp_path / "safe", keep_pending=False, pass_over=50)
    assert back.audit.ok
    assert (back.rows, back.audit.chain.cases) == (done.rows, done.audit.chain.cases)
    database = database_to_write(there)
    files = letter_files(there, database)
    assert list(files.amiss()) == []
    (first,) = place.letters.glob("announcement/2020-10/1-*.pdf")
    assert files.bytes_of(1) == first.read_bytes()
    with database.reading() as connection:
        assert by_status(connection) == {"uncertain": back.uncertain}  # what left since, nobody knows
    with database.writing() as connection:
        assert draw(connection, "document:430100:registration_receipt:2020") > 50 + 3
    database.close()


def test_a_copy_of_one_database_goes_into_the_other(place: Place, postgres: Postgres, tmp_path: Path) -> None:
    back_up(place, tmp_path / "copy")
    there = live_place(Settings(data_dir=tmp_path / "another", database_url=postgres.new()), "")
    assert restore(there, tmp_path / "copy", keep_pending=True, pass_over=0).audit.ok
    database = database_to_write(there)
    register(database, announce(database, 50, DAY), DAY)  # its counters go on where they were
    assert (count(database, "cases"), count(database, "documents")) == (4, 8)
    database.close()


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm", ["a letter", "a table", "no manifest", "a key is missing"])
def test_a_damaged_copy_is_refused_and_nothing_is_brought_back(place: Place, tmp_path: Path, harm: str) -> None:
    back_up(place, tmp_path / "copy")
    data = tmp_path / "copy" / "data"
    harms = {
        "a letter": lambda: _flip(next((data / "files" / "letters").rglob("*.pdf"))),
        "a table": lambda: _flip(data / "tables" / "cases.jsonl"),
        "no manifest": (data / "manifest.json").unlink,
        "a key is missing": (tmp_path / "copy" / "keys" / "ledger.key").unlink,
    }
    harms[harm]()
    there = elsewhere(tmp_path)
    with pytest.raises(CopyDamaged):
        restore(there, tmp_path / "copy", keep_pending=False, pass_over=0)
    assert not (there.directory / "jianding.db").exists() or Database(there.database).schema() == ""


def test_nothing_that_is_there_is_overwritten(place: Place, tmp_path: Path) -> None:
    back_up(place, tmp_path / "copy")
    with pytest.raises(BackupRefused, match="不是空的"):
        back_up(place, tmp_path / "copy")
    with pytest.raises(NotEmpty):
        restore(place, tmp_path / "copy", keep_pending=False, pass_over=0)
    other = elsewhere(tmp_path)
    database_to_write(other).close()  # its own keys
    with pytest.raises(RestoreRefused, match="密钥"):
        restore(other, tmp_path / "copy", keep_pending=False, pass_over=0)
    shutil.rmtree(other.directory)
    (other.directory / "temporal").mkdir(parents=True)
    (other.directory / "temporal" / "temporal.db").touch()
    with pytest.raises(RestoreRefused, match="引擎"):
        restore(other, tmp_path / "copy", keep_pending=False, pass_over=0)


def test_a_restore_that_was_killed_is_simply_done_again(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(place, tmp_path / "copy")
    there = elsewhere(tmp_path)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("services.restore.leave_to_a_person", killed)
        with pytest.raises(KeyboardInterrupt):
            restore(there, tmp_path / "copy", keep_pending=False, pass_over=0)
    assert restore(there, tmp_path / "copy", keep_pending=False, pass_over=0).audit.ok
