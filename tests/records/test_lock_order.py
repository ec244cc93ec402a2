"""Two workers whose batches meet the same counters in opposite order: neither is rolled back for the other."""

from __future__ import annotations

import threading
from collections import Counter

from msgspec.structs import replace
from sqlalchemy import Connection, text

from records.case.recording import record
from records.case.reruns import Recorded
from records.store.committer import Committer
from records.store.database import Database
from states.case.facts import CaseFacts
from states.case.recording import Recording
from tests.records.making import NUMBERS, announce, compose, judged

CENTRES = ("430100", "430200")
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def _opening(database: Database, n: int, centre: str) -> Recording:
    command = replace(announce(n), centre=centre, exam=f"exam-{n}")
    with database.reading() as connection:
        return judged(connection, CaseFacts(NUMBERS[n - 1]), command)


def _until_somebody_waits(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert any(connection.execute(_WAITING).scalar_one() for _ in range(100_000))


def test_no_transaction_is_done_twice(database: Database) -> None:
    here, there = CENTRES
    runs: Counter[str] = Counter()
    begun = threading.Event()
    ours = [_opening(database, 1, here), _opening(database, 2, there)]
    theirs = [_opening(database, 3, there), _opening(database, 4, here)]

    def one(connection: Connection) -> list[object]:
        runs["one"] += 1
        first = record(connection, ours[0], compose)
        begun.set()
        if not database.sqlite and runs["one"] == 1:
            _until_somebody_waits(database)
        return [first, record(connection, ours[1], compose)]

    def other(connection: Connection) -> list[object]:
        runs["other"] += 1
        return [record(connection, recording, compose) for recording in theirs]

    committers = Committer(database), Committer(database)
    answers = [committers[0].submit(one)]
    assert begun.wait(60)
    answers.append(committers[1].submit(other))
    written = [answer for future in answers for answer in future.result(60)]
    for committer in committers:
        committer.close()
    assert all(isinstance(answer, Recorded) for answer in written)
    assert runs == {"one": 1, "other": 1}
