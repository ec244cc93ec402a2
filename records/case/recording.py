"""One judgement, one transaction: case row, ledger, documents, outbox. Idempotent by (case, revision)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection, bindparam, select, text

from records.case.claims import key_of, taken
from records.case.context import world
from records.case.documents import DocumentJob, job_of
from records.case.numbering import certificate_number, certificate_scope, numbered
from records.case.reruns import (
    Duplicate,
    Recorded,
    Superseded,
    already,
    calendar_moved,
    done_before,
    reminded,
    superseded,
)
from records.case.tables import CASES, DOCUMENTS
from records.ledger.chain import GENESIS, facts_hash, linked, named, sha256
from records.ledger.keys import ledger_keys
from records.ledger.tables import LEDGER
from records.office.exams import note_sessions
from records.post.outbox import MAIL, PAPER, PUBLIC
from records.post.tables import DELIVERIES
from records.store.counters import draw
from records.store.prepared import Prepared, inserting
from states.audience import Audience, audience_of
from states.business_dates import SHANGHAI
from states.case.context import Context
from states.case.deadlines import next_wake
from states.case.facts import CaseFacts
from states.case.recording import Recording
from states.case.steps import Step
from states.policies import Policies
from states.reference.centres import Centre

_encode = msgspec.json.encode
_CASE_COLUMNS = [column.name for column in CASES.columns]
_UPSERT = Prepared(
    text(
        f"INSERT INTO cases ({', '.join(_CASE_COLUMNS)}) VALUES ({', '.join(':' + c for c in _CASE_COLUMNS)}) "  # noqa: S608 - our own column names
        "ON CONFLICT (number) DO UPDATE SET " + ", ".join(f"{c} = excluded.{c}" for c in _CASE_COLUMNS if c != "number")
    ).bindparams(
        *(bindparam(name, type_=CASES.c.exit_date.type) for name in ("exit_date", "next_wake_on", "settled_on")),
    )
)
_HEAD = Prepared(select(CASES.c.revision, CASES.c.head_hash).where(CASES.c.number == bindparam("number")))
_SHARED = Prepared(
    select(DOCUMENTS.c.number, DOCUMENTS.c.data)
    .where(DOCUMENTS.c.shared_key == bindparam("key"))
    .order_by(DOCUMENTS.c.id.desc())
    .limit(1)
)
# How a letter leaves by its audience; a candidate's goes by e-mail where there is an address.
_CHANNELS = {Audience.CANDIDATE: PAPER, Audience.STOCK: PAPER, Audience.PUBLIC: PUBLIC, Audience.OFFICE: ""}
_NEW_LEDGER = inserting(LEDGER)
_NEW_DOCUMENT = inserting(DOCUMENTS, returning="id", empty=("path", "sha256", "data_hash", "template_version", "code"))
_NEW_DELIVERY = inserting(DELIVERIES, empty=("post_day",))


class ComposedDocument(NamedTuple):
    """A letter's number and data."""

    number: str
    data: bytes


class Compose(Protocol):
    """Writes letters. `key` names the one document that many cases have in common, None for a letter of the case alone;
    `serves` whether that document, as it was written last, also says what this case needs.
    """

    def key(self, kind: str, facts: CaseFacts) -> str | None:
        """The key of a shared document."""

    def serves(self, kind: str, data: bytes, facts: CaseFacts) -> bool:
        """Whether the document written as `data` may be shared by this case."""

    def __call__(
        self, kind: str, facts: CaseFacts, step: Step, centre: Centre, seq: int, policies: Policies, earlier: bytes
    ) -> ComposedDocument:
        """The document `kind` of `step`, numbered `seq`; `earlier`: the shared one that no longer serves."""


class _Written(NamedTuple):
    """A document's row, and whether it is another's already: what was published once is not published again."""

    row: dict[str, Any]
    fresh: bool


def scopes(connection: Connection, recording: Recording) -> Iterator[str]:
    """The counters that `record` draws from: of each letter's numbers, and of a certificate's."""
    for step in recording.steps:
        yield from (_scope(step, kind) for kind in step.letters)
        if step.allocate is not None:
            yield certificate_scope(_centre(connection, step.facts.centre), step.on.year, step.facts.level)


def _scope(step: Step, kind: str) -> str:
    return f"document:{step.facts.centre}:{kind}:{step.on.year}"


def record(connection: Connection, recording: Recording, compose: Compose) -> Recorded | Superseded | Duplicate:
    """Writes `recording` inside the caller's transaction, or says why it must not be written."""
    revision, head = _HEAD.one(connection, number=recording.number) or (0, GENESIS)
    if revision != recording.before:
        return already(connection, recording)
    if calendar_moved(connection, recording):
        return superseded(connection, recording)
    if done := done_before(connection, recording):
        return reminded(connection, recording, done)
    if holder := taken(connection, recording.facts):
        return Duplicate(holder)
    return _write(connection, recording, head, compose)


def _write(connection: Connection, recording: Recording, head: str, compose: Compose) -> Recorded:
    jobs: list[DocumentJob] = []
    number = ""
    for step in recording.steps:
        number = number or _drawn(connection, step)
        facts = numbered(step.facts, number)
        documents = [
            _document(connection, kind, n, facts, step, recording, compose) for n, kind in enumerate(step.letters)
        ]
        if documents:
            jobs += _insert_documents(connection, recording, documents)
        stored = _encode(facts)
        head = _insert_ledger(connection, recording, step, [row for row, _ in documents], facts_hash(stored), head)
    note_sessions(connection, recording.steps)
    _UPSERT.run(connection, **case_row(facts, recording.context, stored.decode(), head))
    return Recorded(facts, tuple(jobs))


def _centre(connection: Connection, code: str) -> Centre:
    """The centre as the office has it now, closed or not: what it still writes is its own."""
    return world(connection).centres[code].centre


def _drawn(connection: Connection, step: Step) -> str:
    """The certificate number that a step asks for, drawn in this transaction."""
    if step.allocate is None:
        return ""
    return certificate_number(connection, _centre(connection, step.facts.centre), step.on.year, step.facts.level)


def _document(
    connection: Connection,
    kind: str,
    ordinal: int,
    facts: CaseFacts,
    step: Step,
    recording: Recording,
    compose: Compose,
) -> _Written:
    """The row of one letter; a shared one takes number and data of the last, where that serves."""
    centre = _centre(connection, facts.centre)
    scope, key = _scope(step, kind), compose.key(kind, facts)
    last = _shared(connection, key)
    if key and not (last and compose.serves(kind, last.data, facts)):
        draw(connection, scope, 0)  # draws nothing, but waits for whoever is writing the first of these just now
        last = _shared(connection, key)
    if fresh := not (last and compose.serves(kind, last.data, facts)):
        seq, earlier = draw(connection, scope), last.data if last else b""
        last = compose(kind, facts, step, centre, seq, recording.context.policies, earlier)
    assert last is not None
    row = {
        "case_number": facts.number,
        "revision": step.revision,
        "ordinal": ordinal,
        "kind": kind,
        "number": last.number,
        "on_date": step.on,
        "data": last.data.decode(),
        "check_code": ledger_keys(connection).check_code(sha256(last.data)),
        "shared_key": key,
    }
    return _Written(row, fresh)


def _shared(connection: Connection, key: str | None) -> ComposedDocument | None:
    row = _SHARED.one(connection, key=key) if key else None
    return ComposedDocument(row[0], row[1].encode()) if row else None


def _insert_documents(connection: Connection, recording: Recording, written: list[_Written]) -> list[DocumentJob]:
    not_before = recording.at.astimezone(UTC) + timedelta(minutes=recording.context.policies.undo_minutes)
    candidate = recording.facts.candidate
    channels = {audience: channel for audience, channel in _CHANNELS.items() if channel}
    if candidate and candidate.email:
        channels[Audience.CANDIDATE] = MAIL
    deliveries = [
        {
            "case_number": row["case_number"],
            "revision": row["revision"],
            "ordinal": row["ordinal"],
            "channel": channels[audience_of(row["kind"])],
            "status": "pending",
            "message_id": f"<{row['case_number']}.{row['revision']}.{row['ordinal']}@jianding>",
            "not_before": not_before.isoformat(timespec="seconds"),
            "attempts": 0,
            "changed_at": "",
            "detail": "",
            "printed": False,
        }
        for row, fresh in written
        if audience_of(row["kind"]) in channels and (fresh or row["shared_key"] is None)
    ]
    jobs = []
    for row, _ in written:
        (id_,) = _NEW_DOCUMENT.one(connection, **row) or (0,)
        jobs.append(job_of({"id": id_, "code": None, **row}))
    if deliveries:
        _NEW_DELIVERY.run_each(connection, deliveries)
    return jobs


def _insert_ledger(
    connection: Connection, recording: Recording, step: Step, documents: list[dict[str, Any]], facts_sha: str, head: str
) -> str:
    row: dict[str, Any] = {
        "case_number": recording.number,
        "revision": step.revision,
        "command_id": step.command.id,
        "at": recording.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "on_date": step.on,
        "by": step.command.by,
        "role": step.command.role.value,
        "command": step.command_name,
        "trigger": step.trigger.value if step.trigger else None,
        "source": step.source.value,
        "dest": step.dest.value,
        "order_json": _order_json(step),
        "documents": named(documents),
        "facts_hash": facts_sha,
        "prev_hash": head,
    }
    _NEW_LEDGER.run(connection, **linked(connection, row))
    hash_: str = row["hash"]
    return hash_


def _order_json(step: Step) -> str:
    """The command whole; for a correction its old values too."""
    return _encode({"order": step.command, "before": step.before} if step.before else {"order": step.command}).decode()


def case_row(facts: CaseFacts, context: Context, stored: str, head: str) -> dict[str, Any]:
    """Facts as a row of `cases`: `stored` is their JSON, `head` the hash of the last ledger row."""
    candidate = facts.candidate
    return {
        "number": facts.number,
        "state": facts.state.value,
        "revision": facts.revision,
        "centre": facts.centre,
        "name": candidate.name if candidate else "",
        "id_number": candidate.id_number if candidate else "",
        "occupation": facts.occupation,
        "level": facts.level,
        "exam_id": facts.exam_id,
        "cohort": facts.cohort.value,
        "exit_date": facts.exit_date,
        "fee_fen": facts.fee_fen,
        "refund_fen": facts.refund_fen,
        "certificate_no": facts.certificate_no or facts.archive_no or None,
        "skill_level_no": facts.skill_level.number if facts.skill_level else None,
        "pending": facts.pending.command if facts.pending else None,
        "pending_by": (facts.pending.account or facts.pending.by) if facts.pending else None,
        "escalated": facts.choice.escalated,
        "refund_open": facts.refund_open,
        "refund_failure": facts.refund.failure if facts.refund else "",
        "next_wake_on": next_wake(facts, context.policies),
        "settled_on": facts.settled_on,
        "ending": facts.ending.basis.value if facts.ending else "",
        "person_key": key_of(facts),
        "head_hash": head,
        "facts": stored,
    }
