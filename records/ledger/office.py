"""The office's ledger: every act that is not about one case alone, in one chain under the ledger's key."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select

from records.ledger.chain import GENESIS
from records.ledger.keys import LedgerKeys, ledger_keys
from records.ledger.tables import OFFICE, Row
from records.store.counters import draw
from states.business_dates import SHANGHAI

_PURPOSE = "office act"
_SCOPE = "office ledger"
_CONTENT = tuple(column.name for column in OFFICE.columns if column.name not in ("hash", "mac"))
_encode = msgspec.json.Encoder(order="deterministic").encode
_HEAD = select(OFFICE.c.number, OFFICE.c.hash).order_by(OFFICE.c.number.desc()).limit(1)


class OfficeAct(NamedTuple):
    """What somebody did to the office: `act` as `policy.set`, `old` and `new` as plain data.

    `account` is the id of whoever acted, empty for the machine itself; `second` that of the second person, if one had
    to agree. No secret may stand in `old` or `new`: they are kept for ever.
    """

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
    """Writes `act` at the end of the chain, inside the caller's transaction; its number, from 1 without a gap.

    Two that do it at once wait for each other, on the counter. Raises NoLedgerKeys.
    """
    keys = ledger_keys(connection)
    draw(connection, _SCOPE)
    last, head = connection.execute(_HEAD).one_or_none() or (0, GENESIS)
    row = _row(act, last + 1, keys.newest) | {"prev_hash": head}
    row["hash"] = office_hash(row)
    connection.execute(insert(OFFICE).values(**row, mac=keys.mac(_PURPOSE, row["hash"])))
    return int(row["number"])


def _row(act: OfficeAct, number: int, key_id: str) -> dict[str, Any]:
    detail = {"old": act.old, "new": act.new, "second": act.second}
    return {
        "number": number,
        "at": act.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "account": act.account,
        "by": act.by,
        "role": act.role,
        "act": act.act,
        "subject": act.subject,
        "centre": act.centre,
        "reason": act.reason,
        "detail": _encode(detail).decode(),
        "key_id": key_id,
    }


def office_hash(row: Row) -> str:
    """SHA-256 over an act's whole content, its predecessor's hash included."""
    return hashlib.sha256(_encode([str(row[name]) for name in _CONTENT])).hexdigest()


def is_genuine_act(keys: LedgerKeys, row: Row) -> bool:
    """Whether an act says what it said when it was written, by whoever had the key."""
    return office_hash(row) == row["hash"] and keys.vouches(_PURPOSE, row["hash"], row["key_id"], row["mac"])


class RecordedAct(NamedTuple):
    """An act as it stands in the office's ledger; `at` is Asia/Shanghai's time."""

    number: int
    at: str
    account: str
    by: str
    role: str
    act: str
    subject: str
    centre: str
    reason: str
    old: Any
    new: Any
    second: str


def acts(
    connection: Connection,
    *,
    account: str = "",
    act: str = "",
    subject: str = "",
    first: date | None = None,
    last: date | None = None,
    before: int | None = None,
    limit: int,
) -> list[RecordedAct]:
    """Acts newest first, of one account, kind or subject, within business days; `before` pages on by number."""
    query = select(OFFICE).order_by(OFFICE.c.number.desc()).limit(limit)
    for column, value in ((OFFICE.c.account, account), (OFFICE.c.act, act), (OFFICE.c.subject, subject)):
        if value:
            query = query.where(column == value)
    if before is not None:
        query = query.where(OFFICE.c.number < before)
    if first is not None:
        query = query.where(OFFICE.c.at >= first.isoformat())
    if last is not None:
        query = query.where(OFFICE.c.at < datetime.combine(last + timedelta(days=1), time()).isoformat())
    return [recorded(row) for row in connection.execute(query).mappings()]


def recorded(row: Row) -> RecordedAct:
    """An act from its row."""
    detail = msgspec.json.decode(row["detail"])
    told = {name: row[name] for name in RecordedAct._fields if name not in detail}
    return RecordedAct(**told, **detail)
