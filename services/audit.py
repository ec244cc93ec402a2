"""Is the record still what was recorded? Chains, letters, checkpoints, and database against workflows."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy.exc import IntegrityError

from records.ledger.checkpoints import Checkpoint, CheckpointReport, sign_span, verify_checkpoints
from records.ledger.spans import Cut, Span, cut_now, cut_of, last_checkpoint, span
from records.ledger.verification import Finding, Verified, verify
from records.store.database import Database
from services.checkpointing import checkpoint_signer, export, exported, trusted_checkpoints, trusted_seals
from services.place import database_to_write, live_place, rehearsal_place
from services.workflow_audit import Workflows, against_workflows
from settings import Settings
from states.business_dates import SHANGHAI


class Chain(msgspec.Struct, frozen=True):
    """The chains of cases and office: how much was looked at, and what is wrong."""

    cases: int
    rows: int
    bad: tuple[Finding, ...]


class Documents(msgspec.Struct, frozen=True):
    """The letters on record, their data and their files' hashes."""

    rows: int
    bad: tuple[Finding, ...]


class Audit(msgspec.Struct, frozen=True):
    """The shape of `ledger verify --json` (design §8); `workflows` is null where no engine was asked."""

    ok: bool
    chain: Chain
    documents: Documents
    checkpoints: CheckpointReport
    workflows: Workflows | None


class _Looked(msgspec.Struct, frozen=True):
    """What one look at one moment of the database came to."""

    verified: Verified
    checkpoints: CheckpointReport
    before: Checkpoint | None
    covered: Span


async def audit(settings: Settings, place: Path | None, *, workflows: bool) -> Audit:
    """Looks at everything. Where nothing is wrong, exactly what was looked at is signed as a new checkpoint.

    `place`: a rehearsal's folder; None for the live record. Raises KeyMissing or KeyFileUnusable.
    """
    own = settings.model_copy(update={"data_dir": place}) if place else settings
    database = database_to_write(rehearsal_place(own, place, "") if place else live_place(own, ""))
    try:
        looked = await asyncio.to_thread(_look, own, database)
        held = await against_workflows(own, database) if workflows and place is None else None
        told = _told(looked, held)
        if told.ok and looked.covered.rows:
            await asyncio.to_thread(_sign, own, database, looked)
        return told
    finally:
        database.close()


def _look(settings: Settings, database: Database) -> _Looked:
    with database.writing() as connection:
        cut = cut_now(connection)
    copies = exported(settings)
    with database.reading() as connection:
        before = last_checkpoint(connection)
        return _Looked(
            verify(connection),
            _with(
                copies.problems,
                verify_checkpoints(
                    connection, trusted_checkpoints(settings), copies.found, old=trusted_seals(settings)
                ),
            ),
            msgspec.convert(dict(before), Checkpoint) if before else None,
            span(connection, cut_of(before), Cut(*map(max, cut, cut_of(before)))),
        )


def _with(problems: tuple[str, ...], told: CheckpointReport) -> CheckpointReport:
    return msgspec.structs.replace(told, bad=(*told.bad, *problems))


def _told(looked: _Looked, held: Workflows | None) -> Audit:
    found = looked.verified
    sound = not (found.chain or found.documents_bad or looked.checkpoints.bad) and looked.covered.genuine
    return Audit(
        ok=sound and not (held and (held.missing or held.differ)),
        chain=Chain(found.cases, found.rows, tuple(found.chain)),
        documents=Documents(found.documents, tuple(found.documents_bad)),
        checkpoints=looked.checkpoints,
        workflows=held,
    )


def _sign(settings: Settings, database: Database, looked: _Looked) -> None:
    """Signs the span that was verified; one that somebody else has signed meanwhile is signed already."""
    signer, before = checkpoint_signer(settings), looked.before
    at = datetime.now(SHANGHAI)
    try:
        with database.writing() as connection:
            told = msgspec.structs.asdict(before) if before else None
            sign_span(connection, told, looked.covered, signer.sign, signer.public_key, at)
    except IntegrityError:
        return
    export(settings, database)
