"""Letters are set off the workflow's thread: recorded first as rows, then rendered once, then filed.

The row is the durable queue. A document whose worker died before it was filed is found by `sweep` and set again; the
renderer gives the same bytes, so setting it twice changes nothing.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime
from functools import partial

from letters.model import Letter, read_letter
from letters.renderer import Renderer
from records.case.documents import DocumentJob, Filed, file_documents, outstanding
from records.ledger.chain import sha256
from records.store.committer import Committer
from records.store.database import Database
from services.letter_files import LetterFiles

log = logging.getLogger(__name__)

_BATCH = 32
_FILING_SECONDS = 0.25  # letters set within so long of each other share one transaction
_SHARED_KEPT = 256
_SWEEP_SECONDS = 60.0  # an idle renderer looks for what a worker that died has left lying
_NICE = 10
_NOTHING = object()


class Typesetter:
    """One thread that renders and files documents as `<kind>/<year-month>/<document id>-<case>.pdf`."""

    def __init__(self, database: Database, committer: Committer, renderer: Renderer, files: LetterFiles) -> None:
        self._database = database
        self._committer = committer
        self._renderer = renderer
        self._files = files
        self._jobs: queue.SimpleQueue[DocumentJob | threading.Event | None] = queue.SimpleQueue()
        self._shared: OrderedDict[bytes, Letter] = OrderedDict()
        self._thread = threading.Thread(target=self._run, name="typesetter", daemon=True)
        self._thread.start()

    def hand_over(self, jobs: list[DocumentJob]) -> None:
        """Queues documents that have been recorded."""
        for job in jobs:
            self._jobs.put(job)

    def sweep(self, limit: int = 1000) -> int:
        """Queues what is recorded but not filed, for instance by a worker that died; returns how many."""
        with self._database.reading() as connection:
            jobs = outstanding(connection, limit)
        self.hand_over(jobs)
        return len(jobs)

    def wait(self) -> None:
        """Returns once everything handed over so far has been filed."""
        done = threading.Event()
        self._jobs.put(done)
        done.wait()

    def close(self) -> None:
        """Sets and files what is queued, then stops."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        _give_way()
        filed: list[Filed] = []
        due = 0.0  # when the oldest of them is to be on record
        while True:
            job = self._next(due - time.monotonic() if filed else _SWEEP_SECONDS)
            if isinstance(job, DocumentJob):
                due = due if filed else time.monotonic() + _FILING_SECONDS
                filed += [done] if (done := self._set(job)) is not None else []
                if len(filed) < _BATCH:
                    continue
            if filed:
                self._file(filed)
                filed = []
            elif job is _NOTHING:
                self._look()
            if isinstance(job, threading.Event):
                job.set()
            elif job is None:
                return

    def _next(self, patience: float) -> DocumentJob | threading.Event | object | None:
        """What comes next: a letter, somebody waiting for those so far, the end (None); _NOTHING for a while."""
        try:
            return self._jobs.get(timeout=max(patience, 0.0))
        except queue.Empty:
            return _NOTHING

    def _file(self, filed: list[Filed]) -> None:
        try:
            self._committer.submit(partial(file_documents, filed=filed, at=datetime.now(UTC))).result()
        except Exception:  # the rows still want their files: the next sweep sets them again
            log.exception("%s letters could not be filed", len(filed))

    def _look(self) -> None:
        try:
            self.sweep()
        except Exception:  # a locked database must not end the thread
            log.exception("the renderer could not look for letters left lying")

    def _set(self, job: DocumentJob) -> Filed | None:
        """Renders and writes one document. A failure is logged with its number and left for the next sweep."""
        try:
            letter = self._render(job)
            path = file_name(job)
            self._files.put(path, letter.pdf)
        except Exception:  # one bad letter must not stop the renderer
            log.exception("document %s of case %s could not be set", job.id, job.case_number)
            return None
        return Filed(
            job.id, path, letter.sha256, letter.data_hash, letter.template_version, sha256(job.data), letter.code
        )

    def _render(self, job: DocumentJob) -> Letter:
        if not job.shared:
            return self._renderer.render(read_letter(job.data), job.check)
        kept = self._shared.get(job.data)
        if kept is None:
            kept = self._shared[job.data] = self._renderer.render(read_letter(job.data), job.check)
            if len(self._shared) > _SHARED_KEPT:
                self._shared.popitem(last=False)
        return kept


def _give_way() -> None:
    """Cases come before letters: on Linux this thread alone gets what the others leave of a core."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def file_name(job: DocumentJob) -> str:
    """Where a letter lies under the letters folder."""
    return f"{job.kind}/{job.on:%Y-%m}/{job.id}-{job.case_number}.pdf"
