"""A worker with a data directory of its own shares database and bucket with the others, and no disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.server.embedded import EmbeddedServer
from engine.server.options import ServerOptions
from services.place import Place, database_to_write, letter_files, live_place, upgrade
from settings import Settings
from storage.bucket import Bucket
from tests.buckets import bucket, s3_endpoint  # noqa: F401
from tests.workflows.cases import announcing, now
from worker import working

NUMBER = "4301002026900001"


def machine(folder: Path, target: str, database: str, kept: Bucket) -> Place:
    settings = Settings(
        data_dir=folder,
        database_url=database,
        storage_url=kept.url,
        storage_endpoint=kept.endpoint,
        storage_access_key=kept.access_key,
        storage_secret_key=kept.secret_key,
    )
    return live_place(settings, target)


async def test_what_one_machine_set_another_reads(tmp_path: Path, bucket: Bucket) -> None:  # noqa: F811
    one, other = tmp_path / "one", tmp_path / "other"
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    async with EmbeddedServer(ServerOptions(tmp_path / "temporal", database=None)) as server:
        here, there = machine(one, server.target, url, bucket), machine(other, server.target, url, bucket)
        upgrade(here)
        database_to_write(here).close()  # makes the keys, which every machine is given
        shutil.copytree(one, other)
        async with working(here) as running:
            await running.submitter.submit(NUMBER, [announcing(1)], now())
            running.letters_filed()
            set_here = letter_files(here, running.database)
            assert list(set_here.amiss()) == []
            read_there = letter_files(there, running.database)
            assert read_there.bytes_of(1) == set_here.bytes_of(1)
    assert not (one / "letters").exists() and not (other / "letters").exists()
    assert [stored.name for stored in there.store.list()] == [f"letters/{path}" for path in _paths(there)]


def _paths(place: Place) -> list[str]:
    return [stored.name for stored in place.store.within("letters").list()]
