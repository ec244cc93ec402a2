"""A worker that stops dead in its first recording, to be killed there.

`python stalling_worker.py before|during|after MARKER --target …`: before the transaction writes, when it has written
but not committed, or when it has committed but Temporal has not heard. It touches MARKER when it has got there.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import activities.recorder
import worker
from desk.cli.__main__ import app
from records.case.recording import record
from records.store.committer import Committer

WHERE, MARKER = sys.argv.pop(1), Path(sys.argv.pop(1))


def stop_dead() -> None:
    MARKER.touch()
    time.sleep(3600)


def stalling(*arguments: Any) -> Any:
    if WHERE == "before":
        stop_dead()
    answer = record(*arguments)
    if WHERE == "during":
        stop_dead()
    return answer


class Stalling(Committer):
    """Commits, and tells nobody."""

    def submit(self, write: Any, *scopes: Any) -> Future[Any]:
        super().submit(write, *scopes).add_done_callback(lambda _: MARKER.touch())
        return Future()


activities.recorder.record = stalling
if WHERE == "after":
    worker.Committer = Stalling  # type: ignore[misc]
app(["worker", *sys.argv[1:]])
