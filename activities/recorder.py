"""The `record` activity: one transaction a judgement, and its letters handed to the renderer afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy import Connection
from temporalio import activity

from activities.typesetting import Typesetter
from engine.wire.messages import RECORD, Outcome
from records.case.recording import record, scopes
from records.case.reruns import Duplicate, Recorded, Superseded
from records.store.committer import Committer
from services.composing import Composer
from states.case.recording import Recording


class Recorder:
    """Records for one worker process; `notice` is called whenever letters were recorded, `changed` for every case.

    Safe to run twice: a revision is recorded once, by its command.
    """

    def __init__(
        self,
        committer: Committer,
        compose: Composer,
        typesetter: Typesetter,
        notice: Callable[[], None] = lambda: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._committer = committer
        self._compose = compose
        self._typesetter = typesetter
        self._notice = notice
        self._changed = changed

    @activity.defn(name=RECORD)
    async def record(self, recording: Recording) -> Outcome:
        """Writes case row, ledger, documents and outbox in one transaction; answers what became of them."""

        def write(connection: Connection) -> Recorded | Superseded | Duplicate:
            return record(connection, recording, self._compose)

        answer = await asyncio.wrap_future(
            self._committer.submit(write, lambda connection: scopes(connection, recording))
        )
        if isinstance(answer, Superseded):
            return Outcome(superseded=True, facts=answer.facts, context=answer.context)
        if isinstance(answer, Duplicate):
            return Outcome(duplicate=answer.existing)
        self._changed()
        if answer.documents:
            self._typesetter.hand_over(list(answer.documents))
            self._notice()
        documents = tuple((document.kind, document.number) for document in answer.documents)
        drawn = any(step.allocate for step in recording.steps)
        return Outcome(documents=documents, certificate=answer.facts.certificate if drawn else None)
