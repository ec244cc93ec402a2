"""One judgement, one transaction: case row, ledger, documents, outbox. Idempotent by (case, revision)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, select, text

from records.case.claims import key_of, taken
from records.case.documents import DocumentJob, job_of
from records.case.numbering import certificate_number, numbered
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
from records.post.outbox import MAIL, PAPER
from records.post.tables import DELIVERIES
from records.store.counters import draw
from records.store.prepared import Prepared, inserting
from states.business_dates import SHANGHAI
from states.case.context import Context
from states.case.deadlines import next_wake
from states.case.facts import CaseFacts
from states.case.recording import Recording
from states.case.steps import Step
from states.reference.centres import Centre, centres

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
    .order_by(DOCUMENTS.c.id)
    .limit(1)
)
_NEW_LEDGER = inserting(LEDGER)
_NEW_DOCUMENT = inserting(DOCUMENTS, returning="id", empty=("path", "sha256", "data_hash", "template_version", "code"))
_NEW_DELIVERY = inserting(DELIVERIES, empty=("post_day",))


class ComposedDocument(NamedTuple):
    """A letter's number and data; `shared_key` names the one document that many cases have in common."""

    number: str
    data: bytes
    shared_key: str | None


Compose = Callable[[str, CaseFacts, Step, Centre, int], ComposedDocument]


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
    centre = centres()[recording.facts.centre]
    jobs: list[DocumentJob] = []
    number = ""
    for step in recording.steps:
        number = number or _drawn(connection, step, centre)
        facts = numbered(step.facts, number)
        documents = [
            _document(connection, kind, n, facts, step, centre, compose) for n, kind in enumerate(step.letters)
        ]
        if documents:
            jobs += _insert_documents(connection, recording, documents)
        stored = _encode(facts)
        head = _insert_ledger(connection, recording, step, documents, facts_hash(stored), head)
    _UPSERT.run(connection, **case_row(facts, recording.context, stored.decode(), head))
    return Recorded(facts, tuple(jobs))


def _drawn(connection: Connection, step: Step, centre: Centre) -> str:
    """The certificate number that a step asks for, drawn in this transaction."""
    if step.allocate is None:
        return ""
    return certificate_number(connection, centre, step.allocate, step.on.year, step.facts.level)


def _document(
    connection: Connection, kind: str, ordinal: int, facts: CaseFacts, step: Step, centre: Centre, compose: Compose
) -> dict[str, Any]:
    """The row of one letter; a shared one takes the number and data of the first."""
    scope = f"document:{centre.code}:{kind}:{step.on.year}"
    probe = compose(kind, facts, step, centre, 0)
    shared = _shared(connection, probe.shared_key) if probe.shared_key else None
    if probe.shared_key and shared is None:
        draw(connection, scope, 0)  # draws nothing, but waits for whoever is writing the first of these just now
        shared = _shared(connection, probe.shared_key)
    composed = shared or compose(kind, facts, step, centre, draw(connection, scope))
    return {
        "case_number": facts.number,
        "revision": step.revision,
        "ordinal": ordinal,
        "kind": kind,
        "number": composed.number,
        "on_date": step.on,
        "data": composed.data.decode(),
        "check_code": ledger_keys(connection).check_code(sha256(composed.data)),
        "shared_key": probe.shared_key,
    }


def _shared(connection: Connection, key: str) -> ComposedDocument | None:
    row = _SHARED.one(connection, key=key)
    return ComposedDocument(row[0], row[1].encode(), key) if row else None


def _insert_documents(connection: Connection, recording: Recording, rows: list[dict[str, Any]]) -> list[DocumentJob]:
    not_before = recording.at.astimezone(UTC) + timedelta(minutes=recording.context.policies.undo_minutes)
    candidate = recording.facts.candidate
    deliveries = [
        {
            "case_number": row["case_number"],
            "revision": row["revision"],
            "ordinal": row["ordinal"],
            "channel": MAIL if candidate and candidate.email else PAPER,
            "status": "pending",
            "message_id": f"<{row['case_number']}.{row['revision']}.{row['ordinal']}@jianding>",
            "not_before": not_before.isoformat(timespec="seconds"),
            "attempts": 0,
            "changed_at": "",
            "detail": "",
            "printed": False,
        }
        for row in rows
    ]
    jobs = []
    for row in rows:
        (id_,) = _NEW_DOCUMENT.one(connection, **row) or (0,)
        jobs.append(job_of({"id": id_, "code": None, **row}))
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
        "certificate_no": facts.certificate_no,
        "pending": facts.pending.command if facts.pending else None,
        "escalated": facts.escalated,
        "refund_failure": facts.refund_failure,
        "next_wake_on": next_wake(facts, context.policies),
        "settled_on": facts.settled_on,
        "person_key": key_of(facts),
        "head_hash": head,
        "facts": stored,
    }
