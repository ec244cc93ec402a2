"""Where cases live: one place's database, renderer and Temporal client, opened for whoever works there."""

from __future__ import annotations

import logging
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection

from records.office.world import seed
from records.store.database import HEAD, Database
from services.keys import BY_NAME, SEAL, held, ledger_keys_of, prepare_keys
from settings import Settings, rehearsal_url
from states.reference.catalog import annex_2020
from storage.folder import FolderStore
from storage.store import Store

if TYPE_CHECKING:  # who only looks at the database loads neither the engine nor the press
    from temporalio.client import Client, TLSConfig
    from temporalio.runtime import Runtime

    from letters.fonts import Faces
    from letters.renderer import Renderer
    from services.letter_files import LetterFiles, Render
    from services.submit import Submitter

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where cases live: the live place, or a rehearsal with a database, namespace and letters of its own."""

    settings: Settings
    directory: Path
    database: str
    target: str
    namespace: str
    rehearsal: bool

    @property
    def embedded(self) -> bool:
        """Whether its database is the SQLite file of one machine, which no administrator looks after."""
        return self.rehearsal or not self.settings.database_url

    @property
    def letters(self) -> Path:
        """The folder that holds the PDFs, by kind and month, unless a bucket does."""
        return self.directory / "letters"

    @property
    def outbox(self) -> Path:
        """The folder from where letters on paper are printed and posted, by day and centre, unless a bucket is it."""
        return self.directory / "outbox"

    @property
    def store(self) -> Store:
        """Where the place's files are kept; a rehearsal's always beside its database."""
        if self.rehearsal or not self.settings.storage_url:
            return FolderStore(self.directory)
        from storage.bucket import Bucket, BucketStore  # a library that one machine alone does not need

        s = self.settings
        secret = s.storage_secret_key.get_secret_value()
        return BucketStore(Bucket(s.storage_url, s.storage_endpoint, s.storage_region, s.storage_access_key, secret))

    @property
    def outbox_store(self) -> Store:
        """Where letters on paper are put."""
        return self.store.within("outbox")


def live_place(settings: Settings, target: str) -> Place:
    """The place of real cases."""
    return Place(settings, settings.data_dir, settings.database, target, settings.temporal_namespace, rehearsal=False)


def rehearsal_place(settings: Settings, directory: Path, target: str) -> Place:
    """A rehearsal of its own in `directory`: nothing of it touches the live place, no letter of it leaves."""
    return Place(settings, directory, rehearsal_url(directory), target, settings.rehearsal_namespace, rehearsal=True)


PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between two tries to reach a server that is away; the last one for ever."""


async def connect(place: Place, *, runtime: Runtime | None = None) -> Client:
    """A client of the place's Temporal server; every payload is sealed with the installation's key.

    Keys are made with the database, never beside it. Raises EngineAway, KeyMissing or KeyFileUnusable.
    """
    import asyncio

    from temporalio.client import Client, TLSConfig

    from engine.wire.client import EngineAway
    from engine.wire.converter import data_converter
    from engine.wire.keys import Keyring

    s = place.settings
    tls: TLSConfig | bool = s.uses_tls
    if s.temporal_tls_server_ca or s.temporal_tls_client_cert:
        tls = TLSConfig(
            server_root_ca_cert=_bytes(s.temporal_tls_server_ca),
            client_cert=_bytes(s.temporal_tls_client_cert),
            client_private_key=_bytes(s.temporal_tls_client_key),
        )
    key = s.temporal_api_key.get_secret_value() if s.temporal_api_key else None
    if not s.key_file.exists():
        await asyncio.to_thread(lambda: database_to_write(place).close())
    converter = data_converter(Keyring(s.key_file))
    try:
        return await Client.connect(
            place.target,
            namespace=place.namespace,
            data_converter=converter,
            tls=tls,
            api_key=key,
            runtime=runtime,
            identity=_nameless(),
        )
    except RuntimeError as error:
        raise EngineAway(place.target, _reason(error)) from error


async def connect_patiently(
    place: Place, say: Callable[[str], None], *, runtime: Runtime | None = None, pauses: Sequence[float] = PAUSES
) -> Client:
    """`connect`, as often as it takes: a worker outlives its server's restart. `say` is told of every failure."""
    import asyncio

    from engine.wire.client import EngineAway

    for pause in chain(pauses, repeat(pauses[-1])):
        try:
            return await connect(place, runtime=runtime)
        except EngineAway as away:
            say(f"{away}；{pause:.0f} 秒后再试")
        await asyncio.sleep(pause)
    raise AssertionError("unreachable")


def _nameless() -> str:
    """Who we are to the server: the process, and nothing of the machine or of whoever is signed in there."""
    return f"jianding-{os.getpid()}-{secrets.token_hex(4)}"


def _reason(error: RuntimeError) -> str:
    """The operating system's words out of the SDK's chain of Rust structures."""
    found = re.search(r'(?:message|error): "([^"]+)"', str(error))
    return found[1] if found else str(error)[:200]


def _bytes(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None


def database_to_read(place: Place) -> Database:
    """The place's database, to be looked at: nothing is made, migrated or seeded, and nobody's lock is waited for.

    A place of one machine that has none yet looks as it will when it has. Raises SchemaNewer or SchemaOlder.
    """
    database = Database(place.database, ledger_keys_of(place.settings))
    if place.embedded and not database.schema():
        fresh = Database("sqlite://")
        fresh.migrate(_seeded)
        return fresh
    database.check()
    return database


def unprepared_database(place: Place) -> Database:
    """The place's database as it is, nothing checked or made: for whoever brings a copy of one into it."""
    return Database(place.database, ledger_keys_of(place.settings))


def database_to_write(place: Place) -> Database:
    """The place's database, to be worked with. The embedded default is migrated first, with the annex of 2020 in force
    if there was none; any other is migrated by `./run database upgrade` alone. The installation's keys are made with
    it where nothing needs them yet. Raises SchemaNewer, SchemaOlder, KeyMissing or KeyFileUnusable.
    """
    database = Database(place.database)
    if place.embedded:
        database.migrate(_seeded)
    database.check()
    prepare_keys(place.settings, database)
    return database


class SchemaStanding(NamedTuple):
    """The schema of a place's database and the one this version needs; `found` is empty where there is none yet."""

    found: str
    needed: str
    fits: bool


def schema_standing(place: Place) -> SchemaStanding:
    """How the database's schema stands; only looks."""
    found = Database(place.database).schema()
    return SchemaStanding(found, HEAD, found == HEAD)


def upgrade(place: Place) -> tuple[str, str]:
    """Migrates the place's database; its schema before and after. Raises SchemaNewer."""
    database = Database(place.database)
    before = database.schema()
    database.migrate(_seeded)
    return before, database.schema()


def _seeded(connection: Connection) -> None:
    seed(connection, annex_2020())


def live_database(settings: Settings) -> Database:
    """The database of real cases, to be worked with by whoever needs no engine."""
    return database_to_write(live_place(settings, ""))


def live_to_read(settings: Settings) -> Database:
    """The database of real cases, to be looked at."""
    return database_to_read(live_place(settings, ""))


def open_renderer(place: Place) -> Renderer:
    """The renderer, sealing with the installation's own signature."""
    from letters.renderer import Renderer
    from letters.seal import Signer

    s = place.settings
    address = s.base_url if place.rehearsal else s.printed_address
    if not address:
        log.warning(
            "未设置核验网址（base_url）：正式文书的二维码只载防伪码，扫码后不能直接打开核验页面；请设置后再发文书"
        )
    return Renderer(Signer.of(held(s, BY_NAME[SEAL])), base_url=address, faces=open_faces(s))


def open_faces(settings: Settings) -> Faces:
    """The faces that this office sets its letters in. Raises FontsMissing, or FaceRefused for a file of its own."""
    from letters.fonts import load_faces

    s = settings
    return load_faces(prefer_fangsong=s.prefer_fangsong, body=s.letter_face, title=s.title_face, extra=s.extra_face)


def letter_files(place: Place, database: Database, render: Render | None = None) -> LetterFiles:
    """The letters of the place as files; `render` None: a renderer of their own, opened if one has to be made again."""
    from services.letter_files import LetterFiles

    return LetterFiles(database, place.store.within("letters"), render or _rendering(place))


def _rendering(place: Place) -> Render:
    """Renders with a renderer that is opened when it is first needed."""
    opened = cache(partial(open_renderer, place))
    return lambda data, check, code: opened().render(data, check, code)


@dataclass
class Working:
    """A place that answers: its database, the submitter for commands, and a wait until the letters so far are filed."""

    database: Database
    submitter: Submitter
    client: Client
    letters_filed: Callable[[], None]


@asynccontextmanager
async def visiting(place: Place) -> AsyncIterator[Working]:
    """A place whose workers run elsewhere: it only submits. Its letters are filed by those workers."""
    from services.submit import Submitter

    database, renderer = database_to_write(place), open_renderer(place)
    client = await connect(place)
    submitter = Submitter(database, client, rehearsal=place.rehearsal, unprintable=renderer.unprintable)
    try:
        yield Working(database, submitter, client, lambda: None)
    finally:
        database.close()
