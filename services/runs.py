"""Bulk runs: named, and how one stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from records.runs.items import counts, not_done, run_of
from records.store.database import Database
from states.business_dates import SHANGHAI

_SHOWN = 1000


def new_run_id() -> str:
    """Sorts by time, and is never given twice."""
    return f"{datetime.now(SHANGHAI):%Y%m%d%H%M%S}-{uuid4().hex[:8]}"


def standing(database: Database, run: str) -> dict[str, Any]:
    """`{"run", "kind", "title", "by", "at", "status", "selected", "done", "skipped", "failed", "pending", "failures"}`.

    `failures` are the first thousand, each `{"position", "label", "case", "error", "message"}`. Raises KeyError.
    """
    with database.reading() as connection:
        found = run_of(connection, run)
        if found is None:
            raise KeyError(run)
        return {
            "run": found.id,
            "kind": found.kind,
            "title": found.title,
            "by": found.by,
            "at": found.at,
            "status": found.status,
            **counts(connection, run),
            "failures": not_done(connection, run, _SHOWN),
        }
