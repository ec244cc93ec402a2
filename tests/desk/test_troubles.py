"""Every known trouble, brought about for real: one sentence, exit code 1, no traceback, nothing lost."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.typed import Typed, typed

REDATING = ("engine", "rebuild", "--dry-run", "--json")
NO_LARGE_FILES = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))"


def assert_told(told: Typed, name: str, *words: str) -> None:
    assert told.code == 1, told
    assert "Traceback" not in told.err + told.out
    sentence = told.err.strip()
    assert len(sentence.splitlines()) == 1, sentence
    assert all(word in sentence for word in words), sentence
    assert told.json["error"] == name and sentence.endswith(told.json["message"])  # a refusal is told with its name


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("option", ["--port", "--engine-port"])
def test_a_port_that_is_taken(data: Path, taken_port: int, option: str) -> None:
    ports = {"--port": "0", "--engine-port": "0", option: str(taken_port)}
    told = typed(data, "up", *(word for pair in ports.items() for word in pair), "--json")
    assert_told(told, "PortTaken", str(taken_port), f"{option} 0")


def test_a_data_directory_that_cannot_be_written() -> None:
    told = typed(Path("/sys/jianding"), "database", "upgrade", "--json")  # not even root makes a folder there
    assert_told(told, "NotWritable", "/sys/jianding", "JIANDING_DATA_DIR")


@pytest.mark.parametrize(
    ("written", "name", "words"),
    [
        ("smtp_prot = 25\n", "InvalidSettings", ("smtp_prot", "smtp_port", "jianding.toml")),
        ('smtp_port = "many"\n', "InvalidSettings", ("smtp_port", "整数")),
        ("worker_processes = 0\n", "InvalidSettings", ("worker_processes", "太小")),
        ('smtp_host = "mail.example"\n', "InvalidSettings", ("smtp_from",)),
        ("smtp_port = = 25\n", "BrokenSettingsFile", ("jianding.toml", "line 1")),
    ],
)
def test_a_broken_settings_file(data: Path, written: str, name: str, words: tuple[str, ...]) -> None:
    (data / "jianding.toml").write_text(written)
    assert_told(typed(data, "case", "list", "--json"), name, *words)


def test_a_misspelt_setting_in_the_environment(data: Path) -> None:
    told = typed(data, "case", "list", "--json", JIANDING_SMPT_HOST="mail.example")
    assert_told(told, "UnknownSetting", "JIANDING_SMPT_HOST", "JIANDING_SMTP_HOST")


def test_a_settings_file_that_was_named_and_is_not_there(data: Path) -> None:
    told = typed(data, "case", "list", "--json", JIANDING_CONFIG=str(data / "gone.toml"))
    assert_told(told, "SettingsFileMissing", "gone.toml")


@pytest.mark.parametrize(
    ("url", "name", "word"),
    [
        ("postgresql://office:secret@127.0.0.1:1/cases", "DatabaseAway", "127.0.0.1"),
        ("postgresql://office:secret@no-such-host.invalid/cases", "DatabaseAway", "no-such-host"),
        ("office:secret", "BadDatabaseAddress", "postgresql://"),
        ("mysql://office:secret@127.0.0.1/cases", "BadDatabaseAddress", "SQLite"),
    ],
)
def test_a_wrong_database_address_is_told_without_its_password(data: Path, url: str, name: str, word: str) -> None:
    told = typed(data, "case", "list", "--json", JIANDING_DATABASE_URL=url)
    assert_told(told, name, word)
    assert "secret" not in told.err + told.out


def test_a_database_that_is_none(data: Path) -> None:
    (data / "jianding.db").write_bytes(b"not a database at all" * 100)
    assert_told(typed(data, "case", "list", "--json"), "NoDatabase", "restore")


def test_temporal_away(data: Path) -> None:
    told = typed(data, *REDATING, JIANDING_TEMPORAL_ADDRESS="127.0.0.1:1", JIANDING_BASE_URL="https://jd.example")
    assert_told(told, "EngineAway", "127.0.0.1:1", "Connection refused")


def test_a_full_disk_leaves_nothing_half_done(data: Path) -> None:
    told = typed(data, "database", "upgrade", "--json", before=NO_LARGE_FILES)
    assert_told(told, "DiskFull", "磁盘")
    assert typed(data, "database", "upgrade", "--json").code == 0
    with sqlite3.connect(data / "jianding.db") as connection:
        assert connection.execute("SELECT count(*) FROM occupations").fetchone() >= (
            192,
        )  # and the standings beside the annex


def test_a_schema_of_a_newer_version(data: Path) -> None:
    typed(data, "database", "upgrade")
    with sqlite3.connect(data / "jianding.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9001'")
    assert_told(typed(data, "case", "list", "--json"), "SchemaNewer", "9001")


def test_a_key_file_that_others_can_read(data: Path) -> None:
    from engine.wire.keys import Keyring

    Keyring.open(data / "keys.json")
    (data / "keys.json").chmod(0o644)
    told = typed(data, *REDATING, JIANDING_TEMPORAL_ADDRESS="127.0.0.1:1", JIANDING_BASE_URL="https://jd.example")
    assert_told(told, "KeyFileUnusable", "chmod 600")


def test_what_nobody_foresaw_is_kept_for_the_maintainers_and_not_thrown_at_people(data: Path) -> None:
    broken = "import services.place; services.place.live_to_read = None"
    told = typed(data, "case", "list", "--json", before=broken)
    assert_told(told, "InternalError", "维护人员", str(data / "logs"))
    (kept,) = (data / "logs").iterdir()
    assert "TypeError" in kept.read_text() and kept.stat().st_mode & 0o777 == 0o600
