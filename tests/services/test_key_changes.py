"""A new key takes over, what the old one made stays good, and it goes only when nothing needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from records.store.database import Database
from services.audit import audit
from services.checkpointing import checkpoint_if_due
from services.key_changes import KeyStillNeeded, UnknownKeyKind, retire, rotate
from services.keys import BY_NAME, CHECKPOINT, LEDGER, PAYLOAD, SEAL, held, prepare_keys
from services.place import database_to_write, live_place
from settings import Settings
from tests.caseload import announce, register

DAY = date(2020, 10, 12)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = database_to_write(live_place(settings, ""))
    register(database, announce(database, 1, DAY), DAY)
    yield database
    database.close()


def rotated(settings: Settings, database: Database, kind: str) -> tuple[str, str]:
    """The old key's id and the new one's."""
    old = held(settings, BY_NAME[kind]).newest.id
    with database.writing() as connection:
        return old, rotate(settings, connection, kind)


def retired(database: Database, kind: str, key_id: str) -> None:
    with database.writing() as connection:
        retire(connection, kind, key_id)


def test_rows_and_checkpoints_from_before_a_rotation_still_verify(settings: Settings, database: Database) -> None:
    checkpoint_if_due(settings, database, datetime(2020, 10, 13, tzinfo=UTC))
    for kind in (LEDGER, CHECKPOINT, SEAL, PAYLOAD):
        rotated(settings, database, kind)
    database = database_to_write(live_place(settings, ""))
    announce(database, 2, DAY)
    checkpoint_if_due(settings, database, datetime(2020, 10, 14, tzinfo=UTC))
    told = asyncio.run(audit(settings, None, workflows=False))
    assert told.ok, told
    assert told.checkpoints.count == 2


@pytest.mark.parametrize("kind", [SEAL, CHECKPOINT])
def test_of_a_signing_key_that_was_replaced_only_the_public_half_stays(
    settings: Settings, database: Database, kind: str
) -> None:
    rotated(settings, database, kind)
    old, new = held(settings, BY_NAME[kind]).keys
    assert (old.secret, bool(old.public), bool(new.secret)) == (b"", True, True)


@pytest.mark.parametrize("kind", [LEDGER, PAYLOAD])
def test_a_key_that_something_was_made_under_is_not_retired(settings: Settings, database: Database, kind: str) -> None:
    old, new = rotated(settings, database, kind)
    for key_id, why in ((old, "仍|台账|办理"), (new, "正在使用"), ("none", "没有这个编号")):
        if kind == PAYLOAD and key_id == old:
            continue
        with pytest.raises(KeyStillNeeded, match=why):
            retired(database, kind, key_id)


def test_a_payload_key_goes_once_no_case_waits_that_began_under_it(settings: Settings, database: Database) -> None:
    old, new = rotated(settings, database, PAYLOAD)
    with pytest.raises(KeyStillNeeded, match="仍在办理"):
        retired(database, PAYLOAD, old)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE cases SET next_wake_on = NULL")
    retired(database, PAYLOAD, old)
    prepare_keys(settings, database)
    assert [key.id for key in held(settings, BY_NAME[PAYLOAD]).keys] == [new]
    prepare_keys(settings, database)


def test_a_checkpoint_key_that_signed_nothing_goes(settings: Settings, database: Database) -> None:
    old, _ = rotated(settings, database, CHECKPOINT)
    retired(database, CHECKPOINT, old)
    second, _ = rotated(settings, database, CHECKPOINT)
    checkpoint_if_due(settings, database, datetime(2040, 1, 1, tzinfo=UTC))
    with pytest.raises(KeyStillNeeded):
        retired(database, CHECKPOINT, held(settings, BY_NAME[CHECKPOINT]).newest.id)
    retired(database, CHECKPOINT, second)


def test_an_unknown_kind_is_named_with_those_there_are(database: Database) -> None:
    with pytest.raises(UnknownKeyKind, match="payload、ledger、seal、checkpoint"):
        retired(database, "nonsense", "x")
