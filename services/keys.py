"""The keys of an installation: made once where nothing needs one yet, missed where something does, never made anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from sqlalchemy import Connection

from records.ledger.adoption import adopt, standing
from records.ledger.keys import LedgerKeys
from records.ledger.needed import SOME, alone, knows_keys, need, needed, retired
from records.people.accounts import count_accounts
from records.store.database import Database
from services.people_key import load_key
from settings import Settings
from states.office.refusals import PeopleKeyUnusable
from states.refusals import Refusal
from storage.key_files import Key, KeyFile, KeyFileUnusable, change, load, new_key, publish_first

LEDGER, SEAL, CHECKPOINT, PAYLOAD = "ledger", "seal", "checkpoint", "payload"


class KeyMissing(Refusal):
    """A key that something on record needs is not there; making another would leave that for ever unreadable."""

    wording = "{title}密钥文件 {path} {found}，而已有数据需要密钥 {ids}；请从备份恢复原来的文件，不能另造（否则{loss}）"


class Kind(NamedTuple):
    """One purpose of keys: where its file is, what it is called, and what is lost with it."""

    name: str
    title: str
    file: Callable[[Settings], Path]
    loss: str
    signs: bool = False


KINDS = (
    Kind(PAYLOAD, "传输", lambda s: s.key_file, "在办案件的工作流无法读出"),
    Kind(LEDGER, "台账", lambda s: s.ledger_key_file, "台账无法核对"),
    Kind(SEAL, "文书签章", lambda s: s.seal_file, "已发文书无法验证", signs=True),
    Kind(CHECKPOINT, "检查点", lambda s: s.checkpoint_key_file, "检查点无法验证", signs=True),
)
BY_NAME = {kind.name: kind for kind in KINDS}


class KeyStanding(NamedTuple):
    """How the keys of one kind stand; `problem` says what is wrong and what to do, empty where nothing is."""

    kind: str
    title: str
    path: Path
    ids: tuple[str, ...]
    needed: tuple[str, ...]
    problem: str


def public_half(secret: bytes) -> bytes:
    """The public key of an Ed25519 secret, 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def from_raw(secret: bytes) -> KeyFile:
    """The key file that 32 bare bytes stand for, as signing keys were kept once."""
    key, public = new_key(), public_half(secret)
    return KeyFile((Key(public.hex()[:8], key.made, secret, public),))


def held(settings: Settings, kind: Kind) -> KeyFile:
    """The keys of one kind. Raises KeyFileUnusable."""
    return load(kind.file(settings), raw=from_raw if kind.signs else None)


def prepare_keys(settings: Settings, database: Database) -> LedgerKeys:
    """Every key of the installation, made where nothing needs one yet; the ledger's, to be known to `database`.

    Raises KeyMissing, KeyFileUnusable, or OldRecordChanged.
    """
    for kind in KINDS:
        if not _in_order(settings, database, kind):
            database.write(lambda connection, kind=kind: _prepare(settings, database, connection, kind))  # type: ignore[misc]
    keys = LedgerKeys(held(settings, BY_NAME[LEDGER]))
    database.know(keys)
    return keys


def ledger_keys_of(settings: Settings) -> LedgerKeys | None:
    """The ledger's keys, for whoever only looks; None where there are none yet. Raises KeyFileUnusable."""
    path = settings.ledger_key_file
    return LedgerKeys(load(path)) if path.exists() else None


def check_keys(settings: Settings, database: Database) -> list[KeyStanding]:
    """How every kind of key stands; only looks."""
    with database.reading() as connection:
        wanted = {kind.name: _needed(connection, kind) for kind in KINDS}
    return [_standing(settings, kind, wanted[kind.name]) for kind in KINDS]


def people_standing(settings: Settings, database: Database) -> KeyStanding:
    """How the people's key stands: one of its own make, needed as soon as there is an account; only looks."""
    with database.reading() as connection:
        wanted = ("people",) if count_accounts(connection) else ()
    path, problem = settings.people_key_file, ""
    if wanted:
        try:
            load_key(path)
        except PeopleKeyUnusable as unusable:
            problem = unusable.message
    return KeyStanding("people", "人员登记", path, (), wanted, problem)


def _in_order(settings: Settings, database: Database, kind: Kind) -> bool:
    if not kind.file(settings).exists():
        return False
    with database.reading() as connection:
        wanted = needed(connection, kind.name)
    if _problem(settings, kind, wanted):
        return False
    keys = held(settings, kind)
    with database.reading() as connection:
        gone = retired(connection, kind.name) & keys.ids()
    return SOME not in wanted and not gone and keys.newest.id in wanted and _up_to_date(kind, keys)


def _up_to_date(kind: Kind, keys: KeyFile) -> bool:
    """Payloads are bound to their case under every key but those from before that."""
    return kind.name != PAYLOAD or keys.newest.bound


def _prepare(settings: Settings, database: Database, connection: Connection, kind: Kind) -> None:
    alone(connection)
    path, wanted = kind.file(settings), needed(connection, kind.name)
    if not path.exists() and not wanted:
        publish_first(path, _first(connection, kind))
    if problem := _problem(settings, kind, wanted):
        raise problem
    keys = held(settings, kind)
    if gone := retired(connection, kind.name) & keys.ids():
        keys = change(path, lambda before: _without(before, gone), raw=from_raw if kind.signs else None)
    if not _up_to_date(kind, keys):
        keys = change(path, lambda before: replace(before, keys=(*before.keys, another(kind, before.ids()))))
    if kind.name == LEDGER:
        database.know(LedgerKeys(keys))
        if not wanted:
            adopt(connection.execution_options(**database.engine.get_execution_options()))
    need(connection, kind.name, sorted(keys.ids()))


def _without(before: KeyFile, gone: frozenset[str]) -> KeyFile:
    return replace(before, keys=tuple(key for key in before.keys if key.id not in gone or key == before.newest))


def _first(connection: Connection, kind: Kind) -> KeyFile:
    if kind.name == LEDGER:
        return KeyFile((new_key(),), beside=msgspec.json.encode(standing(connection)).decode())
    return KeyFile((another(kind),))


def another(kind: Kind, taken: frozenset[str] = frozenset()) -> Key:
    """A fresh key of a kind, under a name not among `taken`."""
    return new_key(taken, public_half if kind.signs else lambda _: b"", bound=kind.name == PAYLOAD)


def _needed(connection: Connection, kind: Kind) -> frozenset[str]:
    return needed(connection, kind.name) if knows_keys(connection) else frozenset()


def _problem(settings: Settings, kind: Kind, wanted: frozenset[str]) -> Refusal | None:
    path = kind.file(settings)
    named = wanted - {SOME}
    if not path.exists():
        return _missing(kind, path, "不存在", named) if wanted else None
    try:
        lacking = named - held(settings, kind).ids()
    except KeyFileUnusable as unusable:
        return unusable
    return _missing(kind, path, "不是原来的文件", lacking) if lacking else None


def _missing(kind: Kind, path: Path, found: str, ids: frozenset[str]) -> KeyMissing:
    named = "、".join(sorted(ids)) or "（旧）"
    return KeyMissing(title=kind.title, path=str(path), found=found, ids=named, loss=kind.loss)


def _standing(settings: Settings, kind: Kind, wanted: frozenset[str]) -> KeyStanding:
    problem, path = _problem(settings, kind, wanted), kind.file(settings)
    ids = () if problem or not path.exists() else tuple(key.id for key in held(settings, kind).keys)
    return KeyStanding(kind.name, kind.title, path, ids, tuple(sorted(wanted)), problem.message if problem else "")
