"""Is the record still what was recorded? Chain, checkpoints, and database against workflows."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.server.embedded import engine_target
from engine.wire.client import facts_of
from letters.seal import Signer
from records.case.context import decode_facts
from records.case.tables import CASES
from records.ledger.checkpoints import checkpoint, verify_checkpoints
from records.ledger.verification import verify
from records.store.database import Database
from services.place import connect, live_place
from settings import Settings, rehearsal_url, seal_file
from states.business_dates import SHANGHAI

_AT_ONCE = 32


async def audit(settings: Settings, place: Path | None, *, workflows: bool) -> list[dict[str, Any]]:
    """Everything found wrong; nothing found signs a new checkpoint, so that what stands now cannot be undone unseen."""
    database = Database(rehearsal_url(place) if place else settings.database)
    database.migrate()
    signer = Signer.load_or_create(seal_file(place or settings.data_dir))
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
    target = engine_target(settings)
    if target is None:
        return []
    client = await connect(live_place(settings, target))
    with database.reading() as connection:
        cases = connection.execute(select(CASES.c.number, CASES.c.facts)).all()
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(number: str, stored: str) -> dict[str, Any] | None:
        async with gate:
            held, kept = await facts_of(client, number), decode_facts(stored)
        if held is None or (held.revision, held.state) == (kept.revision, kept.state):
            return None
        what = f"工作流为修订{held.revision}（{held.state}），数据库为修订{kept.revision}（{kept.state}）"
        return {"case_number": number, "revision": kept.revision, "what": what}

    found = await asyncio.gather(*(one(number, stored) for number, stored in cases))
    return [finding for finding in found if finding]
