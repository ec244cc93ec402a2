"""`doctor` knows every state that an installation can be found in, says what to do, and changes nothing by looking."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk.cli.__main__ import app
from engine.server.embedded import EmbeddedServer
from engine.server.options import ServerOptions
from records.store.database import HEAD
from services.diagnosis import Check, Diagnosis, diagnose
from services.place import database_to_write, live_place
from settings import PROJECT, Settings
from states.business_dates import business_date
from storage.scratch import Scratch, abandoned
from tests.caseload import announce, register
from tests.services.test_backup import set_letters
from tests.workflows.cases import exit_ahead, now
from worker import working

YEAR_2020 = date(2020, 10, 12)


def office(folder: Path, **more: str) -> Settings:
    """A place with two cases that wait for an exit that is past, their letters set."""
    settings = Settings(data_dir=folder, base_url="https://jd.example", **more)  # type: ignore[arg-type]
    place = live_place(settings, "")
    database = database_to_write(place)
    for n in range(2):
        register(database, announce(database, n, YEAR_2020), YEAR_2020)
    set_letters(place, database)
    database.close()
    return settings


async def seen(settings: Settings) -> dict[str, Check]:
    found: Diagnosis = await diagnose(settings)
    assert found.ok == all(check.ok for check in found.checks)
    assert all(check.do for check in found.checks if not check.ok)
    return {check.name: check for check in found.checks}


def state_of(folder: Path) -> dict[str, str]:
    """Every file's hash; SQLite's own shared memory is nobody's data."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


async def test_a_place_without_data_is_well_and_stays_without(tmp_path: Path) -> None:
    found = await diagnose(Settings(data_dir=tmp_path / "none"))
    assert found.ok, [check for check in found.checks if not check.ok]
    assert not (tmp_path / "none").exists()


async def test_looking_changes_nothing(tmp_path: Path) -> None:
    settings = office(tmp_path / "office")
    before = state_of(settings.data_dir)
    await diagnose(settings)
    assert state_of(settings.data_dir) == before


def _delete_letters(folder: Path) -> None:
    shutil.rmtree(folder / "letters")


def _sql(statement: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with sqlite3.connect(folder / "jianding.db") as connection:
            connection.execute(statement)

    return change


@pytest.mark.parametrize(
    ("harm", "name", "words"),
    [
        (_delete_letters, "letters", "缺 4 份"),
        (lambda folder: (folder / "ledger.key").unlink(), "key_ledger", "不存在"),
        (lambda folder: (folder / "seal.key").unlink(), "key_seal", "不存在"),
        (lambda folder: (folder / "keys.json").chmod(0o644), "key_payload", "chmod 600"),
        (_sql("UPDATE alembic_version SET version_num = '9001'"), "database", "9001"),
        (_sql("UPDATE alembic_version SET version_num = '0003'"), "database", "0003"),
        (lambda folder: folder.chmod(0o755), "directory", "0755"),
        (_sql("UPDATE documents SET path = NULL WHERE id = 1"), "unset", "1 份"),
        (_sql("UPDATE deliveries SET status = 'uncertain'"), "post", "4 封"),
    ],
)
async def test_every_harm_is_named(tmp_path: Path, harm: Callable[[Path], None], name: str, words: str) -> None:
    settings = office(tmp_path / "office")
    assert (await seen(settings)).get(name, Check(name, "", False, "")).ok
    harm(settings.data_dir)
    check = (await seen(settings))[name]
    assert not check.ok and words in check.found + check.do


async def test_deadlines_that_have_passed_are_an_alarm(tmp_path: Path) -> None:
    check = (await seen(office(tmp_path / "office")))["deadlines"]  # the exits of 2020, and no engine ever ran
    assert not check.ok and "2 件" in check.found and "2020-12-31" in check.found


async def test_the_default_address_never_gets_onto_letters_unnoticed(tmp_path: Path) -> None:
    settings = office(tmp_path / "office").model_copy(update={"base_url": "http://127.0.0.1:8300"})
    assert not (await seen(settings))["base_url"].ok


async def test_an_engine_whose_state_was_deleted(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, base_url="https://jd.example")
    options = ServerOptions(settings.server_dir, namespaces=("jianding",))
    async with EmbeddedServer(options) as server, working(live_place(settings, server.target)) as here:
        exit_ahead(here.database, days=30)
        place = live_place(settings, server.target)
        database = database_to_write(place)
        today = business_date(now())
        register(database, announce(database, 1, today), today)  # on record, and the engine knows nothing of it
        running = (await seen(settings))["engine"]
        assert not running.ok and "1 件没有工作流" in running.found and "rebuild" in running.do
        database.close()
    stopped = (await seen(settings))["engine"]
    assert not stopped.ok and "1 件案件在等待" in stopped.found
    shutil.rmtree(settings.server_dir)
    lost = (await seen(settings))["engine"]
    assert not lost.ok and "没有引擎的状态" in lost.found and "重建" in lost.do


def test_the_command_prints_a_table_or_json_and_ends_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANDING_DATA_DIR", str(tmp_path / "none"))
    well = CliRunner().invoke(app, ["doctor"])
    assert well.exit_code == 0 and "检查点" not in well.output and "磁盘" in well.output
    office(tmp_path / "none")
    ill = CliRunner().invoke(app, ["doctor", "--json"])
    assert ill.exit_code == 1 and '"name": "deadlines"' in ill.stdout and HEAD in ill.stdout


def test_letters_are_mended_by_the_command_that_doctor_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = office(tmp_path / "office")
    monkeypatch.setenv("JIANDING_DATA_DIR", str(settings.data_dir))
    before = state_of(settings.data_dir / "letters")
    _delete_letters(settings.data_dir)
    done = CliRunner().invoke(app, ["letter", "mend", "--json"], env={"JIANDING_BASE_URL": "https://jd.example"})
    assert done.exit_code == 0 and '"made": 4' in done.stdout
    assert state_of(settings.data_dir / "letters") == before


_OWNER = """
import time
from storage.scratch import Scratch
mine = Scratch("renderer")
print(mine.path, flush=True)
time.sleep(60)
"""


def test_the_folder_of_a_killed_renderer_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER], env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert owner.stdout is not None
    folder = Path(owner.stdout.readline().strip())
    long_ago = time.time() - timedelta(hours=1).total_seconds()
    os.utime(folder, (long_ago, long_ago))
    assert list(abandoned("renderer")) == []  # its owner lives
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert list(abandoned("renderer")) == [folder]
    mine = Scratch("renderer")
    assert not folder.exists() and mine.path.exists()
    mine.close()
    assert not mine.path.exists()
