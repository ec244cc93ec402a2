"""Checkpoints over the record: signed when due, copied to where the office keeps them, and who may have signed them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from letters.seal import Signer
from records.ledger.checkpoints import FORMAT, Checkpoint, checkpoint, checkpoint_due
from records.ledger.tables import CHECKPOINTS
from records.store.database import Database
from services.checkpoint_mail import mail_new
from services.keys import BY_NAME, CHECKPOINT, SEAL, held
from settings import Settings
from states.business_dates import SHANGHAI
from storage.folder import FolderStore
from storage.store import NotStored, Store, StoreAway


def checkpoint_signer(settings: Settings) -> Signer:
    """Who signs checkpoints: a key apart from the one that seals letters. Raises KeyFileUnusable."""
    return Signer.of(held(settings, BY_NAME[CHECKPOINT]))


def trusted_checkpoints(settings: Settings) -> list[bytes]:
    """The public keys that checkpoints were ever signed with."""
    return [key.public for key in held(settings, BY_NAME[CHECKPOINT]).keys]


def trusted_seals(settings: Settings) -> list[bytes]:
    """The public keys that letters were ever sealed with."""
    return [key.public for key in held(settings, BY_NAME[SEAL]).keys]


def checkpoint_if_due(settings: Settings, database: Database, now: datetime) -> bool:
    """Signs a checkpoint if one is due, and copies it; whether one was signed.

    Of several processes one signs. Raises NotAsRecorded where the key does not vouch for what is to be signed.
    """
    with database.reading() as connection:
        due = checkpoint_due(connection, now)
    if not (due and _signed(settings, database, now)):
        return False
    export(settings, database)
    return True


def _signed(settings: Settings, database: Database, now: datetime) -> bool:
    signer = checkpoint_signer(settings)
    try:
        with database.writing() as connection:
            if not checkpoint_due(connection, now):
                return False
            checkpoint(connection, signer.sign, signer.public_key, now.astimezone(SHANGHAI))
    except IntegrityError:  # somebody else took the number
        return False
    return True


class Copies(NamedTuple):
    """The copies of checkpoints that could be read back, and each place of them that could not be reached."""

    found: tuple[Checkpoint, ...]
    problems: tuple[str, ...]


def export(settings: Settings, database: Database) -> None:
    """Copies every checkpoint that is not there yet to wherever copies are kept; a kill in between only delays it.

    Raises StoreAway or OSError where the office's own place does not take it; the copy on this machine is made first.
    """
    with database.reading() as connection:
        query = select(CHECKPOINTS).where(CHECKPOINTS.c.format == FORMAT).order_by(CHECKPOINTS.c.number)
        rows = connection.execute(query).mappings().all()
    copies = [msgspec.convert(dict(row), Checkpoint) for row in rows]
    for store in places(settings):
        there = {stored.name for stored in store.list()}
        for copy in copies:
            if (name := f"{copy.number:06d}.json") not in there:
                store.put(name, msgspec.json.encode(copy))
    if address := settings.checkpoint_mail:
        mail_new(settings, address, copies)


def exported(settings: Settings) -> Copies:
    """The copies as they are kept elsewhere; what is no checkpoint is passed over, its signature would not hold."""
    found, problems = list[Checkpoint](), list[str]()
    for store in places(settings):
        try:
            found += _read(store)
        except (StoreAway, OSError) as error:
            problems.append(f"检查点的外存副本无法读取：{error}")
    return Copies(tuple(found), tuple(problems))


def places(settings: Settings) -> list[Store]:
    """Where copies are kept: beside the database, and in the folder or bucket that the office names."""
    named = settings.checkpoint_export
    own: Store = FolderStore(settings.checkpoint_dir)
    if not named or named.startswith("mailto:"):
        return [own]
    return [own, settings_bucket(settings, named) if named.startswith("s3://") else FolderStore(Path(named))]


def settings_bucket(settings: Settings, url: str) -> Store:
    """The bucket at `url`, reached as the installation's own is."""
    from storage.bucket import Bucket, BucketStore  # a library that one machine alone does not need

    s, secret = settings, settings.storage_secret_key.get_secret_value()
    return BucketStore(Bucket(url, s.storage_endpoint, s.storage_region, s.storage_access_key, secret))


def _read(store: Store) -> list[Checkpoint]:
    found = []
    for stored in sorted(store.list()):
        try:
            found.append(msgspec.json.decode(store.get(stored.name), type=Checkpoint))
        except (msgspec.DecodeError, NotStored):
            continue
    return found
