"""Checkpoints over the record: signed when due, copied to where the office keeps them, and who may have signed them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from letters.seal import Signer
from records.ledger.checkpoints import FORMAT, Checkpoint, checkpoint, checkpoint_due
from records.ledger.tables import CHECKPOINTS
from records.store.database import Database
from services.keys import BY_NAME, CHECKPOINT, SEAL, held
from settings import Settings
from states.business_dates import SHANGHAI
from storage.atomic_write import atomic_write


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
    """Signs a checkpoint if one is due, and copies what has not been copied; whether one was signed.

    Of several processes one signs. Raises NotAsRecorded where the key does not vouch for what is to be signed.
    """
    with database.reading() as connection:
        due = checkpoint_due(connection, now)
    signed = due and _signed(settings, database, now)
    export(settings, database)
    return signed


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


def export(settings: Settings, database: Database) -> None:
    """Copies every checkpoint that is not there yet to where copies are kept; a kill in between only delays it."""
    folder = settings.checkpoint_dir
    last = max((int(path.stem) for path in _copies(folder)), default=0)
    query = select(CHECKPOINTS).where((CHECKPOINTS.c.number > last) & (CHECKPOINTS.c.format == FORMAT))
    with database.reading() as connection:
        rows = connection.execute(query.order_by(CHECKPOINTS.c.number)).mappings().all()
    for row in rows:
        copy = msgspec.convert(dict(row), Checkpoint)
        atomic_write(folder / f"{copy.number:06d}.json", msgspec.json.encode(copy))


def exported(settings: Settings) -> Sequence[Checkpoint]:
    """The copies that can be read back; what is no checkpoint is passed over, its signature would not hold anyway."""
    found = []
    for path in _copies(settings.checkpoint_dir):
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=Checkpoint))
        except msgspec.DecodeError:
            continue
    return found


def _copies(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.json") if path.stem.isdigit())
