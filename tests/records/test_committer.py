"""A writer thread outlives whoever stops waiting for it; what comes after the end is refused, not kept for ever."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Connection

from records.store.committer import Committer
from records.store.database import Database
from tests.records.making import table


def _draw(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT INTO counters VALUES ('drawn', 1)")


def test_a_write_that_nobody_waits_for_any_more_is_left_out_and_the_next_is_written(database: Database) -> None:
    committer, entered, opened = Committer(database), threading.Event(), threading.Event()

    def gate(_: Connection) -> None:
        entered.set()
        assert opened.wait(60)

    committer.submit(gate)
    assert entered.wait(60)
    given_up = committer.submit(_draw)
    following = committer.submit(lambda _: "written")
    assert given_up.cancel()  # as asyncio does to an activity that ran out of time
    opened.set()
    assert following.result(10) == "written"
    committer.close()
    assert table(database, "counters") == []


def test_a_write_under_way_can_no_longer_be_given_up(database: Database) -> None:
    committer, entered, opened = Committer(database), threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        entered.set()
        assert opened.wait(60)
        _draw(connection)

    under_way = committer.submit(slow)
    assert entered.wait(60)
    assert not under_way.cancel()
    opened.set()
    under_way.result(60)
    committer.close()
    assert table(database, "counters") == [("drawn", 1)]


def test_what_is_queued_is_written_before_the_end_and_nothing_after_it(database: Database) -> None:
    committer = Committer(database)
    queued = committer.submit(_draw)
    committer.close()
    committer.close()
    queued.result(0)
    with pytest.raises(RuntimeError, match="closed"):
        committer.submit(_draw)
    assert table(database, "counters") == [("drawn", 1)]
