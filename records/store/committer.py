"""Group commit: what is queued while one transaction is written shares the next one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError

from records.store.database import Database, begin
from records.store.prepared import Prepared

T = TypeVar("T")
Write = Callable[[Connection], Any]
_MOST = 64
_TRIES = 5
# On PostgreSQL batches go one after the other, as they do on SQLite anyway: two that met the same counters in opposite
# order would deadlock, and wait a second to find out.
_ONE_BATCH = text("SELECT pg_advisory_xact_lock(802021)")
_SAVE, _KEEP = Prepared(text("SAVEPOINT one")), Prepared(text("RELEASE SAVEPOINT one"))
_UNDO = Prepared(text("ROLLBACK TO SAVEPOINT one"))


class Committer:
    """One writer thread of one process. A future resolves only once its write is committed.

    A write may be run more than once (a lock not had, a deadlock, a race) and must come to the same each time, as
    `record` does.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[tuple[Write, Future[Any]] | None] = queue.SimpleQueue()
        self._closed = False
        self._door = threading.Lock()  # nothing may be queued behind the end: nobody would ever answer it
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    def submit(self, write: Callable[[Connection], T]) -> Future[T]:
        """Queues `write`; whatever it raises is rolled back alone and raised by the future.

        Raises RuntimeError after `close`.
        """
        future: Future[T] = Future()
        with self._door:
            if self._closed:
                raise RuntimeError("the committer is closed")
            self._queue.put((write, future))
        return future

    def close(self) -> None:
        """Commits what is queued, then stops."""
        with self._door:
            if not self._closed:
                self._queue.put(None)
            self._closed = True
        self._thread.join()

    def _run(self) -> None:
        while True:
            gathered, last = self._gather()
            # An activity that ran out of time cancels its future: unasked, the answer to it would kill this thread.
            batch = [one for one in gathered if one[1].set_running_or_notify_cancel()]
            if batch:
                self._commit(batch)
            if last:
                return

    def _gather(self) -> tuple[list[tuple[Write, Future[Any]]], bool]:
        batch: list[tuple[Write, Future[Any]]] = []
        while len(batch) < _MOST:
            try:
                item = self._queue.get(block=not batch)
            except queue.Empty:
                break
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False

    def _commit(self, batch: list[tuple[Write, Future[Any]]]) -> None:
        try:
            answers = self._write(batch)
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for one in batch:  # a transaction that failed as a whole is tried again one by one
                self._commit([one])
            return
        for (_, future), (answer, refused) in zip(batch, answers, strict=True):
            if refused is not None:
                future.set_exception(refused)
            else:
                future.set_result(answer)

    def _write(self, batch: list[tuple[Write, Future[Any]]]) -> list[tuple[Any, Exception | None]]:
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._database.engine.connect() as connection:
                    begin(connection, sqlite=self._database.sqlite)
                    if not self._database.sqlite:
                        connection.execute(_ONE_BATCH)
                    answers = [_guarded(connection, write, alone=len(batch) == 1) for write, _ in batch]
                    connection.commit()
                    return answers
            except (OperationalError, IntegrityError):  # no lock in time, a deadlock, a race: nothing is left
                if not tries_left:
                    raise
        raise AssertionError("unreachable")


def _guarded(connection: Connection, write: Write, *, alone: bool) -> tuple[Any, Exception | None]:
    """One write under its own savepoint, so that a refusal takes nobody else with it."""
    if alone:
        return write(connection), None
    _SAVE.run(connection)
    try:
        try:
            answer = write(connection)
        except IntegrityError:  # another process was first: asked again, the write sees what that one wrote
            _UNDO.run(connection)
            answer = write(connection)
    except OperationalError:
        raise
    except Exception as error:  # handed to whoever asked for this write
        _UNDO.run(connection)
        return None, error
    _KEEP.run(connection)
    return answer, None
