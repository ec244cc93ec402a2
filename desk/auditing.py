"""Is the record still what was recorded? Chain, checkpoints, and database against workflows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.client import facts_of
from engine.server import running
from engine.settings import Settings
from letters.seal import Signer
from records.checkpoints import checkpoint, verify_checkpoints
from records.database import Database
from records.ledger import verify
from records.reading import CASES, decode_facts
from states.business_dates import SHANGHAI
from worker import connect, live_place


async def audit(settings: Settings, place: Path | None, *, workflows: bool) -> list[dict[str, Any]]:
    """Everything found wrong; nothing found signs a new checkpoint, so that what stands now cannot be undone unseen."""
    database = Database(f"sqlite:///{place / 'rehearsal.db'}" if place else settings.database)
    database.migrate()
    signer = Signer.load_or_create((place or settings.data_dir) / "seal.key")
    with database.reading() as connection:
        found = [*verify(connection), *verify_checkpoints(connection, [signer.public_key])]
    findings = [dict(finding._asdict()) for finding in found]
    if workflows and place is None:
        findings += await _against_workflows(settings, database)
    if not findings:
        with database.writing() as connection:
            checkpoint(connection, signer.sign, signer.public_key, datetime.now(SHANGHAI))
    database.close()
    return findings


async def _against_workflows(settings: Settings, database: Database) -> list[dict[str, Any]]:
    """Open cases whose workflow holds something else than the database; without an engine there is none to ask."""
    address = running(settings.server_dir)
    target = settings.temporal_address or (address.target if address else None)
    if target is None:
        return []
    client = await connect(live_place(settings, target))
    findings: list[dict[str, Any]] = []
    with database.reading() as connection:
        for number, stored in connection.execute(select(CASES.c.number, CASES.c.facts)).all():
            held, kept = await facts_of(client, number), decode_facts(stored)
            if held is not None and (held.revision, held.state) != (kept.revision, kept.state):
                what = f"工作流为修订{held.revision}（{held.state}），数据库为修订{kept.revision}（{kept.state}）"
                findings.append({"case_number": number, "revision": kept.revision, "what": what})
    return findings
