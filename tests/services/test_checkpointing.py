"""Checkpoints come by themselves, are copied elsewhere, and the newest cannot be deleted unseen."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from activities.checkpointing import Checkpointer
from records.ledger.checkpoints import Checkpoint
from records.ledger.trusted import NotAsRecorded
from records.store.database import Database
from services.audit import Audit, audit
from services.checkpointing import checkpoint_if_due, export, exported
from services.place import database_to_write, live_place
from settings import Settings
from tests.buckets import bucket, s3_endpoint  # noqa: F401
from tests.caseload import announce, register

DAY = date(2020, 10, 12)
LATER = datetime(2020, 10, 13, 3, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", checkpoint_export=str(tmp_path / "elsewhere"))


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = database_to_write(live_place(settings, ""))
    register(database, announce(database, 1, DAY), DAY)
    yield database
    database.close()


def count(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM checkpoints")).scalar_one())


def change(database: Database, sql: str) -> None:
    with database.writing() as connection:
        assert connection.execute(text(sql)).rowcount


def verified(settings: Settings) -> Audit:
    return asyncio.run(audit(settings, None, workflows=False))


def test_one_is_signed_an_hour_after_something_was_recorded_and_then_none(
    settings: Settings, database: Database
) -> None:
    recorded_at = datetime(2020, 10, 12, 1, tzinfo=UTC)  # nine in the morning in Shanghai
    assert not checkpoint_if_due(settings, database, recorded_at + timedelta(minutes=59))
    assert checkpoint_if_due(settings, database, recorded_at + timedelta(minutes=60))
    assert not checkpoint_if_due(settings, database, recorded_at + timedelta(days=9))


def test_one_is_signed_after_so_many_rows(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.ledger.checkpoints.ROWS_AT_MOST", 3)
    now = datetime(2020, 10, 12, 1, tzinfo=UTC)
    assert not checkpoint_if_due(settings, database, now)
    announce(database, 2, DAY)
    assert checkpoint_if_due(settings, database, now)


async def test_the_worker_does_it_by_itself(settings: Settings, database: Database) -> None:
    watching = asyncio.create_task(Checkpointer(settings, database, look_seconds=0.05).watch())
    async with asyncio.timeout(20):
        while not exported(settings).found:
            await asyncio.sleep(0.05)
    watching.cancel()
    assert count(database) == 1


def test_every_copy_is_complete_and_in_both_places(settings: Settings, database: Database, tmp_path: Path) -> None:
    checkpoint_if_due(settings, database, LATER)
    for folder in (settings.checkpoint_dir, tmp_path / "elsewhere"):
        copy = msgspec.json.decode((folder / "000001.json").read_bytes(), type=Checkpoint)
        assert (copy.number, copy.rows, copy.cases) == (1, 2, 1)


def test_the_newest_deleted_is_missed_by_the_copies(settings: Settings, database: Database) -> None:
    checkpoint_if_due(settings, database, LATER)
    announce(database, 2, DAY)
    checkpoint_if_due(settings, database, LATER + timedelta(days=1))
    assert verified(settings).checkpoints.bad == ()
    change(database, "DELETE FROM checkpoints WHERE number = 2")
    told = verified(settings)
    assert (told.ok, told.checkpoints.count, told.checkpoints.expected) == (False, 1, 2)
    assert count(database) == 1  # and nothing new was signed over it


def test_the_newest_deleted_is_missed_by_the_ledger_alone(settings: Settings, database: Database) -> None:
    checkpoint_if_due(settings, database, LATER)
    database.close()
    again = database_to_write(live_place(settings, ""))
    announce(again, 2, DAY)
    change(again, "DELETE FROM checkpoints")
    for copy in [*settings.checkpoint_dir.glob("*.json"), *Path(settings.checkpoint_export).glob("*.json")]:
        copy.unlink()
    told = verified(settings)
    assert (told.ok, told.checkpoints.count, told.checkpoints.expected) == (False, 0, 1)


def test_a_copy_that_says_something_else_is_found_and_a_forged_one_counts_for_nothing(
    settings: Settings, database: Database
) -> None:
    checkpoint_if_due(settings, database, LATER)
    (copy,) = exported(settings).found[:1]
    forged = msgspec.structs.replace(copy, number=99)
    (settings.checkpoint_dir / "000099.json").write_bytes(msgspec.json.encode(forged))
    assert verified(settings).checkpoints.expected == 1
    change(database, "UPDATE checkpoints SET at = 'x'")
    assert any("外存副本" not in what for what in verified(settings).checkpoints.bad)


def test_what_the_key_does_not_vouch_for_is_not_signed(settings: Settings, database: Database) -> None:
    change(database, "UPDATE ledger SET \"by\" = '他人' WHERE revision = 1")
    with pytest.raises(NotAsRecorded):
        checkpoint_if_due(settings, database, LATER)
    assert count(database) == 0


def test_an_office_may_keep_them_in_a_bucket(bucket: object, tmp_path: Path) -> None:  # noqa: F811
    given = bucket._asdict()  # type: ignore[attr-defined]
    settings = Settings(
        data_dir=tmp_path / "data", checkpoint_export=f"{given['url']}/checkpoints",
        storage_endpoint=given["endpoint"], storage_region=given["region"],
        storage_access_key=given["access_key"], storage_secret_key=given["secret_key"],
    )  # fmt: skip
    database = database_to_write(live_place(settings, ""))
    announce(database, 1, DAY)
    checkpoint_if_due(settings, database, LATER)
    for copy in settings.checkpoint_dir.glob("*.json"):
        copy.unlink()
    change(database, "DELETE FROM checkpoints")
    assert verified(settings).checkpoints.expected == 1


class Mailbox:
    def __init__(self) -> None:
        self.kept: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        self.kept.append(envelope.content)  # type: ignore[attr-defined]
        return "250 OK"


def test_an_office_may_have_them_mailed_each_once(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        settings = Settings(
            data_dir=tmp_path / "data", checkpoint_export="mailto:audit@example.cn", smtp_host="127.0.0.1",
            smtp_port=port, smtp_tls=False, smtp_from="jd@example.cn",
        )  # fmt: skip
        database = database_to_write(live_place(settings, ""))
        announce(database, 1, DAY)
        checkpoint_if_due(settings, database, LATER)
        export(settings, database)
    finally:
        server.stop()
    (raw,) = mailbox.kept
    (attached,) = message_from_bytes(raw).get_payload()[1:]  # type: ignore[index]
    copy = msgspec.json.decode(attached.get_payload(decode=True), type=Checkpoint)  # type: ignore[union-attr]
    assert copy.number == 1
