"""What an earlier run, or somebody else, has already recorded: the record says so instead of writing twice."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select

from records.case.claims import claim_of
from records.case.context import believed_facts, context_for
from records.case.documents import DocumentJob, job_of
from records.case.numbering import numbered
from records.case.tables import DOCUMENTS
from records.ledger.tables import LEDGER
from records.ledger.trusted import check_documents
from records.store.prepared import Prepared
from states.case.commands import FollowCalendar
from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.judge import MOST_SEEN
from states.case.recording import Recording

_encode = msgspec.json.encode
_ROW = Prepared(
    select(LEDGER.c.command_id, LEDGER.c.command, LEDGER.c.trigger).where(
        (LEDGER.c.case_number == bindparam("number")) & (LEDGER.c.revision == bindparam("revision"))
    )
)


class Recorded(NamedTuple):
    """Written, now or by an earlier run of the same judgement (`repeated`)."""

    facts: CaseFacts
    documents: tuple[DocumentJob, ...]
    repeated: bool = False


class Superseded(NamedTuple):
    """The database is ahead, of the case or of the calendar: judge again on these."""

    facts: CaseFacts | None
    context: Context


class Duplicate(NamedTuple):
    """The person's place, or the certificate's number, is taken by the case `existing`."""

    existing: str


def already(connection: Connection, recording: Recording) -> Recorded | Superseded:
    """Our own earlier run, or somebody else's revision."""
    last = recording.steps[-1]
    row = _ROW.one(connection, number=recording.number, revision=last.revision)
    if row != (last.command.id, last.command_name, last.trigger.value if last.trigger else None):
        return superseded(connection, recording)
    facts = believed_facts(connection, recording.number)
    if facts is None or not _same(facts, last.facts):
        return superseded(connection, recording)
    return Recorded(facts, tuple(_documents_of(connection, recording)), repeated=True)


def _same(recorded: CaseFacts, judged: CaseFacts) -> bool:
    """Whether a rerun came to what is on record; over midnight, or in a changed world, it may not."""
    number = recorded.certificate.number if recorded.certificate else ""
    return _encode(recorded) == _encode(numbered(judged, number))


def done_before(connection: Connection, recording: Recording) -> dict[str, int]:
    """Commands of this recording that the ledger has and the case has forgotten, with the revisions they led to."""
    if recording.before < MOST_SEEN:
        return {}
    ids = [step.command.id for step in recording.steps if step.command.id]
    query = select(LEDGER.c.command_id, LEDGER.c.revision).where(
        (LEDGER.c.case_number == recording.number) & LEDGER.c.command_id.in_(ids)
    )
    return {row.command_id: row.revision for row in connection.execute(query)}


def reminded(connection: Connection, recording: Recording, done: dict[str, int]) -> Superseded:
    """The facts on record, with the commands `done` that the case had forgotten."""
    found = superseded(connection, recording)
    if found.facts is None:
        return found
    return found._replace(facts=replace(found.facts, seen={**found.facts.seen, **done}))


def superseded(connection: Connection, recording: Recording) -> Superseded:
    """The facts on record and the world as it is, to be judged again."""
    facts = believed_facts(connection, recording.number)
    now, told = context_for(connection, claim_of(facts or recording.facts)), recording.context
    named = {"sessions": told.sessions, "draws": told.draws, "next_centre_problem": told.next_centre_problem}
    policies = replace(now.policies, exceptions=now.policies.exceptions or told.policies.exceptions)
    return Superseded(facts, replace(now, policies=policies, **named))


def calendar_moved(connection: Connection, recording: Recording) -> bool:
    """A timer acted on a date that an administrator has moved meanwhile (design §3, rule 1)."""
    if not all(isinstance(step.command, FollowCalendar) for step in recording.steps):
        return False
    return context_for(connection, claim_of(recording.facts)).exit_date != recording.context.exit_date


def _documents_of(connection: Connection, recording: Recording) -> list[DocumentJob]:
    query = select(DOCUMENTS).where(
        (DOCUMENTS.c.case_number == recording.number) & (DOCUMENTS.c.revision > recording.before)
    )
    rows = connection.execute(query.order_by(DOCUMENTS.c.id)).mappings()
    return [job_of(row) for row in check_documents(connection, rows)]
