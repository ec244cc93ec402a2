"""Keys come and go: a new one takes over, and an old one goes once nothing on record needs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection, select

from records.case.tables import CASES
from records.ledger.needed import known_since, need, release, retire_mark
from records.ledger.tables import CHECKPOINTS, FILINGS, LEDGER, OFFICE
from services.keys import BY_NAME, CHECKPOINT, PAYLOAD, SEAL, Kind, another, from_raw
from services.keys import LEDGER as LEDGER_KEY
from settings import Settings
from states.business_dates import SHANGHAI
from states.refusals import Refusal
from storage.key_files import KeyFile, change


class UnknownKeyKind(Refusal):
    """There are no keys of this kind."""

    wording = "没有“{kind}”这种密钥（可用：{known}）"


class KeyStillNeeded(Refusal):
    """Something on record can be read or verified with this key alone."""

    wording = "密钥 {key_id} 仍被需要：{why}；不能停用"


def kind_named(name: str) -> Kind:
    """The kind of keys called `name`. Raises UnknownKeyKind."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise UnknownKeyKind(kind=name, known="、".join(BY_NAME)) from None


def rotate(settings: Settings, connection: Connection, name: str) -> str:
    """A new key of a kind, in use from now on; its id. Inside the caller's transaction, whose end writes it down.

    Of a key that signs, only the public half is kept: what it signed still verifies, and nobody signs with it again.
    Processes that run keep the old one until they are started again. Raises UnknownKeyKind or KeyFileUnusable.
    """
    kind = kind_named(name)
    held = change(kind.file(settings), lambda before: _rotated(kind, before), raw=from_raw if kind.signs else None)
    need(connection, kind.name, sorted(held.ids()))
    return held.newest.id


def retire(connection: Connection, name: str, key_id: str) -> None:
    """Says that a key is not needed any more; the next opening takes it out of its file.

    Raises UnknownKeyKind, or KeyStillNeeded: it is in use, unknown, or something on record was made under it.
    """
    kind = kind_named(name)
    since = known_since(connection, kind.name)
    if key_id not in since:
        raise KeyStillNeeded(key_id=key_id, why="登记中没有这个编号")
    later = [moment for moment in since.values() if moment > since[key_id]]
    if not later:
        raise KeyStillNeeded(key_id=key_id, why="正在使用，请先更换")
    if why := _NEEDS[kind.name](connection, key_id, min(later)):
        raise KeyStillNeeded(key_id=key_id, why=why)
    release(connection, kind.name, key_id)
    retire_mark(connection, kind.name, key_id)


def _rotated(kind: Kind, before: KeyFile) -> KeyFile:
    old = tuple(replace(key, secret=b"") for key in before.keys) if kind.signs else before.keys
    return replace(before, keys=(*old, another(kind, before.ids())))


def _waiting_cases(connection: Connection, _: str, until: datetime) -> str:
    """A workflow that began under a key has it in its history until it ends."""
    waits = CASES.c.next_wake_on.is_not(None) | CASES.c.pending.is_not(None)
    opened = (LEDGER.c.case_number == CASES.c.number) & (LEDGER.c.revision == 1)
    early = opened & (LEDGER.c.at <= until.astimezone(SHANGHAI).isoformat(timespec="seconds"))
    query = select(CASES.c.number).join(LEDGER, early).where(waits).limit(1)
    return "更换之前开始的案件仍在办理" if connection.execute(query).first() else ""


def _rows(connection: Connection, key_id: str, _: datetime) -> str:
    tables = (LEDGER, FILINGS, OFFICE)
    found = any(connection.execute(select(t.c.key_id).where(t.c.key_id == key_id).limit(1)).first() for t in tables)
    return "有台账记录是用它写的" if found else ""


def _letters(connection: Connection, _: str, until: datetime) -> str:
    filed = FILINGS.c.at <= until.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return "有文书是用它签章的" if connection.execute(select(FILINGS.c.id).where(filed).limit(1)).first() else ""


def _checkpoints(connection: Connection, _: str, until: datetime) -> str:
    signed = CHECKPOINTS.c.at <= until.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return "有检查点是用它签署的" if connection.execute(select(CHECKPOINTS.c.id).where(signed).limit(1)).first() else ""


_NEEDS: dict[str, Callable[[Connection, str, datetime], str]] = {
    PAYLOAD: _waiting_cases,
    LEDGER_KEY: _rows,
    SEAL: _letters,
    CHECKPOINT: _checkpoints,
}
