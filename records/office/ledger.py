"""The office's ledger: every act in one chain; two that are written at once cannot follow the same one."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select

from records.ledger.chain import GENESIS
from records.office.tables import OfficeActRow
from states.business_dates import SHANGHAI

_ACTS: Any = OfficeActRow.metadata.tables["office_acts"]
_encode = msgspec.json.Encoder(order="deterministic").encode


class OfficeAct(NamedTuple):
    """What somebody did to the office. `second`: the account of the second person, if one had to agree."""

    at: datetime
    account: str
    by: str
    role: str
    act: str
    subject: str = ""
    centre: str = ""
    reason: str = ""
    old: Any = None
    new: Any = None
    second: str = ""


def append(connection: Connection, act: OfficeAct) -> int:
    """Writes `act` at the end of the chain; its number, from 1 without a gap."""
    head = select(_ACTS.c.number, _ACTS.c.hash).order_by(_ACTS.c.number.desc()).limit(1).with_for_update()
    last, prev_hash = connection.execute(head).one_or_none() or (0, GENESIS)
    row = {
        **{name: getattr(act, name) for name in ("account", "by", "role", "act", "subject", "centre", "reason")},
        "number": last + 1,
        "at": act.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "detail": _encode({"old": act.old, "new": act.new, "second": act.second}).decode(),
        "prev_hash": prev_hash,
    }
    row["hash"] = hashlib.sha256(_encode([str(row[name]) for name in sorted(row)])).hexdigest()
    connection.execute(insert(_ACTS).values(**row))
    return int(row["number"])
