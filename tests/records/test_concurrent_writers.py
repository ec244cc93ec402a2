from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from records.case.recording import record
from records.case.reruns import Duplicate, Recorded, Superseded
from records.ledger.verification import verify
from records.store.committer import Committer
from records.store.database import Database, begin
from states.case.facts import CaseFacts
from states.case.recording import Recording
from tests.records.making import NUMBERS, announce, compose, judged, table

ROOT = Path(__file__).parents[2]
EACH, KILLED_AT = 5, {100: 102, 200: 0, 300: 304, 400: 0}


def test_numbers_have_no_double_and_no_hole_though_writers_are_killed(
    url: str, key_file: Path, database: Database
) -> None:
    writers = {
        first: subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.records.writer", url, key_file, *map(str, (first, EACH, die_at))],
            cwd=ROOT,
        )
        for first, die_at in KILLED_AT.items()
    }
    ended = {first: process.wait(timeout=120) for first, process in writers.items()}
    assert ended == {first: -signal.SIGKILL if die_at else 0 for first, die_at in KILLED_AT.items()}
    with database.reading() as connection:
        held = connection.execute(text("SELECT certificate_no FROM cases WHERE certificate_no IS NOT NULL")).scalars()
        serials = sorted(int(number[-5:]) for number in held)
        letters = defaultdict(list)
        for kind, number in connection.execute(text("SELECT kind, number FROM documents")):
            letters[kind].append(int(number.rpartition("-")[2]))
        assert verify(connection).findings == []
    assert serials == list(range(1, 2 + 4 + EACH + EACH + 1))
    assert set(letters.pop("announcement")) == {1}  # one public announcement for all of them
    assert "certificate" in letters
    for kind, drawn in letters.items():
        assert sorted(drawn) == list(range(1, len(drawn) + 1)), kind


def test_a_failing_write_is_rolled_back_alone(database: Database) -> None:
    committer, opened, entered = Committer(database), threading.Event(), threading.Event()

    def gate(_: Connection) -> None:
        entered.set()
        assert opened.wait(60)

    def put(name: str, *, fails: bool = False) -> object:
        def write(connection: Connection) -> Connection:
            connection.execute(text("INSERT INTO counters VALUES (:name, 1)"), {"name": name})
            if fails:
                raise ValueError(name)
            return connection

        return committer.submit(write)

    gated = committer.submit(gate)
    assert entered.wait(60)  # the three that follow wait together, so they share a transaction
    first, failing, second = put("first"), put("failing", fails=True), put("second")
    opened.set()
    gated.result(60)
    assert first.result(60) is second.result(60)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="failing"):
        failing.result(60)  # type: ignore[attr-defined]
    committer.close()
    assert table(database, "counters") == [("first", 1), ("second", 1)]


def _blocked(database: Database) -> None:
    """Returns once some backend of this PostgreSQL database waits for another's lock."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert any(connection.execute(query).scalar_one() for _ in range(100_000))


def _race(database: Database, first: Recording, second: Recording, *, batch: bool) -> object:
    """What `second` is told when `first` is written but not yet committed as it begins."""
    committer, entered, opened = Committer(database), threading.Event(), threading.Event()

    def gate(_: Connection) -> None:
        entered.set()
        assert opened.wait(60)

    if batch:
        committer.submit(gate)
        assert entered.wait(60)
    with database.engine.connect() as connection:
        begin(connection, sqlite=database.sqlite)
        assert isinstance(record(connection, first, compose), Recorded)
        answer = committer.submit(lambda connection: record(connection, second, compose))
        if batch:
            other = committer.submit(lambda _: "written")
        opened.set()
        if not database.sqlite:
            _blocked(database)
        if not batch:
            other = committer.submit(lambda _: "written")
        connection.commit()
    assert other.result(60) == "written"
    committer.close()
    return answer.result(60)


@pytest.mark.parametrize("batch", [False, True])
def test_two_processes_at_one_revision(database: Database, batch: bool) -> None:
    with database.reading() as connection:
        first = judged(connection, CaseFacts(NUMBERS[0]), announce(1))
        second = judged(connection, CaseFacts(NUMBERS[0]), announce(2))
    answer = _race(database, first, second, batch=batch and not database.sqlite)
    assert isinstance(answer, Superseded)
    assert answer.facts == first.facts


@pytest.mark.parametrize("batch", [False, True])
def test_two_processes_with_one_person(database: Database, batch: bool) -> None:
    with database.reading() as connection:
        first = judged(connection, CaseFacts(NUMBERS[0]), announce(1))
        second = judged(connection, CaseFacts(NUMBERS[1]), announce(1))
    assert _race(database, first, second, batch=batch and not database.sqlite) == Duplicate(NUMBERS[0])


@pytest.mark.parametrize("batch", [False, True])
def test_two_processes_with_one_announcement(database: Database, batch: bool) -> None:
    with database.reading() as connection:
        first = judged(connection, CaseFacts(NUMBERS[0]), announce(1))
        second = judged(connection, CaseFacts(NUMBERS[1]), announce(2))
    answer = _race(database, first, second, batch=batch and not database.sqlite)
    assert isinstance(answer, Recorded)
    assert [document.number for document in answer.documents] == ["430100-announcement-1"]


def test_processes_that_open_a_new_database_at_once_all_come_to_it(tmp_path: Path) -> None:
    """As the workers of a first `./run up` do."""
    program = "import sys; from records.store.database import Database; Database(sys.argv[1]).migrate()"
    for n in range(5):
        url = f"sqlite:///{tmp_path / f'new{n}.db'}"
        starting = [subprocess.Popen([sys.executable, "-P", "-c", program, url], cwd=ROOT) for _ in range(3)]
        assert [process.wait(timeout=120) for process in starting] == [0, 0, 0]
