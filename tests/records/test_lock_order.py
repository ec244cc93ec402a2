"""Two workers whose batches meet the same counters in opposite order: neither is rolled back for the other."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from msgspec.structs import replace
from sqlalchemy import Connection, text

from records.case.recording import record, scopes
from records.case.reruns import Recorded
from records.store.committer import Committer
from records.store.database import Database
from states.case.facts import CaseFacts
from states.case.recording import Recording
from tests.records.making import NUMBERS, announce, compose, judged, season, table

CENTRES = ("430100", "430200")
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def _opening(database: Database, n: int, centre: str) -> Recording:
    command = replace(announce(n), centre=centre, exam=f"exam-{n}")
    with database.reading() as connection:
        return judged(connection, CaseFacts(NUMBERS[n - 1]), command)


def drawing(recordings: list[Recording]) -> Callable[[Connection], list[str]]:
    return lambda connection: [scope for one in recordings for scope in scopes(connection, one)]


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
    answers = [committers[0].submit(one, drawing(ours))]
    assert begun.wait(60)
    answers.append(committers[1].submit(other, drawing(theirs)))
    written = [answer for future in answers for answer in future.result(60)]
    for committer in committers:
        committer.close()
    assert all(isinstance(answer, Recorded) for answer in written)
    assert runs == {"one": 1, "other": 1}


def test_what_a_recording_says_it_draws_from_is_what_it_draws_from(database: Database) -> None:
    facts = CaseFacts(NUMBERS[0])
    for command in season(1):
        with database.reading() as connection:
            recording = judged(connection, facts, command)
            told = set(scopes(connection, recording))
        before = dict(table(database, "counters"))
        with database.writing() as connection:
            answer = record(connection, recording, compose)
        assert isinstance(answer, Recorded)
        drawn = {scope for scope, last in table(database, "counters") if before.get(scope) != last}
        assert drawn <= told
        facts = answer.facts


def test_writers_of_two_centres_do_not_wait_for_each_other(database: Database) -> None:
    """One is held in the middle of its batch; the other's batch is committed meanwhile."""
    if database.sqlite:  # one file, one writer
        return
    entered, opened = threading.Event(), threading.Event()
    first, second = _opening(database, 1, CENTRES[0]), _opening(database, 2, CENTRES[1])

    def held(connection: Connection) -> object:
        answer = record(connection, first, compose)
        entered.set()
        assert opened.wait(60)
        return answer

    committers = Committer(database), Committer(database)
    waiting = committers[0].submit(held, drawing([first]))
    assert entered.wait(60)
    beside = committers[1].submit(lambda connection: record(connection, second, compose), drawing([second]))
    assert isinstance(beside.result(30), Recorded)
    opened.set()
    assert isinstance(waiting.result(30), Recorded)
    for committer in committers:
        committer.close()
