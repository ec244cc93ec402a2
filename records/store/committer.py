"""Group commit: what is queued while one transaction is written shares the next one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError

from records.store.counters import hold
from records.store.database import Database, begin
from records.store.prepared import Prepared

T = TypeVar("T")
Write = Callable[[Connection], Any]
Scopes = Callable[[Connection], Iterable[str]]
"""Says which counters a write will draw from."""
_MOST = 64
_TRIES = 5
RECORDING = 802021
"""PostgreSQL's advisory lock that every batch shares; whoever has to see all that was recorded takes it alone."""
_TOGETHER = Prepared(text(f"SELECT pg_advisory_xact_lock_shared({RECORDING})"))
_SAVE, _KEEP = Prepared(text("SAVEPOINT one")), Prepared(text("RELEASE SAVEPOINT one"))
_UNDO = Prepared(text("ROLLBACK TO SAVEPOINT one"))


class _Queued(NamedTuple):
    write: Write
    scopes: Scopes | None
    future: Future[Any]


class Committer:
    """One writer thread of one process. A future resolves only once its write is committed.

    A write may be run more than once (a lock not had, a deadlock, a race) and must come to the same each time, as
    `record` does.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[_Queued | None] = queue.SimpleQueue()
        self._closed = False
        self._door = threading.Lock()  # nothing may be queued behind the end: nobody would ever answer it
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    def submit(self, write: Callable[[Connection], T], scopes: Scopes | None = None) -> Future[T]:
        """Queues `write`; whatever it raises is rolled back alone and raised by the future.

        `scopes`: the counters that it draws from. On PostgreSQL a batch takes those of all its writes first, in one
        order, so that batches of several processes run side by side and never wait for each other in a circle.

        Raises RuntimeError after `close`.
        """
        future: Future[T] = Future()
        with self._door:
            if self._closed:
                raise RuntimeError("the committer is closed")
            self._queue.put(_Queued(write, scopes, future))
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
            batch = [one for one in gathered if one.future.set_running_or_notify_cancel()]
            if batch:
                self._commit(batch)
            if last:
                return

    def _gather(self) -> tuple[list[_Queued], bool]:
        batch: list[_Queued] = []
        while len(batch) < _MOST:
            try:
                item = self._queue.get(block=not batch)
            except queue.Empty:
                break
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False

    def _commit(self, batch: list[_Queued]) -> None:
        try:
            answers = self._write(batch)
        except Exception as error:
            if len(batch) == 1:
                batch[0].future.set_exception(error)
                return
            for one in batch:  # a transaction that failed as a whole is tried again one by one
                self._commit([one])
            return
        for one, (answer, refused) in zip(batch, answers, strict=True):
            if refused is not None:
                one.future.set_exception(refused)
            else:
                one.future.set_result(answer)

    def _write(self, batch: list[_Queued]) -> list[tuple[Any, Exception | None]]:
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._database.engine.connect() as connection:
                    begin(connection, sqlite=self._database.sqlite)
                    if not self._database.sqlite:
                        _beside_others(connection, batch)
                    answers = [_guarded(connection, one.write, alone=len(batch) == 1) for one in batch]
                    connection.commit()
                    return answers
            except (OperationalError, IntegrityError):  # no lock in time, a deadlock, a race: nothing is left
                if not tries_left:
                    raise
        raise AssertionError("unreachable")


def _beside_others(connection: Connection, batch: list[_Queued]) -> None:
    _TOGETHER.run(connection)
    hold(connection, (scope for one in batch if one.scopes for scope in one.scopes(connection)))


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
