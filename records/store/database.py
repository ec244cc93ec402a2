"""One database, SQLite or PostgreSQL: connections, transactions, migrations."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import StaticPool

from records.ledger.keys import OPTION, LedgerKeys
from records.store.quiet import keep_quiet
from records.store.standing import SchemaNewer, check_schema
from storage.locking import locked
from storage.private_folder import private_folder

if TYPE_CHECKING:
    from alembic.config import Config

T = TypeVar("T")
HEAD = "0014"
"""The schema that this version needs: the last of `migrations/versions`."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_PATIENCE_SECONDS = 60
_ONE_MIGRATES = 80_2020  # PostgreSQL advisory lock: two processes starting at once migrate one after the other


class Database:
    """Thread-safe; any number of processes may share one. `url` is SQLAlchemy's."""

    def __init__(self, url: str, ledger: LedgerKeys | None = None) -> None:
        """Nothing is opened, made or written yet. `sqlite://` alone is a database in memory, of this object's own.

        `ledger`: the keys that its ledger is written and judged under; without them it can only be looked at.
        """
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self.file = Path(parsed.database) if self.sqlite and parsed.database else None
        # What was bound to a statement is somebody's name or ID number: it must not get into a log by way of an error.
        self.engine = create_engine(parsed, hide_parameters=True, **_options(parsed, self.file))
        keep_quiet(self.engine)
        if ledger is not None:
            self.know(ledger)
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)

    def know(self, ledger: LedgerKeys) -> None:
        """Gives its connections the keys that its ledger is written and judged under."""
        self.engine.update_execution_options(**{OPTION: ledger})

    def migrate(self, then: Callable[[Connection], None] = lambda _: None) -> None:
        """Brings the schema up to date, and does `then` in the same transaction, only if it was not.

        Safe when several processes do it at once. Raises SchemaNewer.
        """
        if self.migrated():
            return
        from alembic import command  # a tenth of a second of every start, needed at one of them

        if self.file:
            private_folder(self.file.parent)
        with self.engine.connect() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_MIGRATES})
            if (found := schema_of(connection)) > HEAD:
                raise SchemaNewer(found, HEAD)
            command.upgrade(alembic_config(connection), "head")
            then(connection)
            connection.commit()

    def migrated(self) -> bool:
        """Whether the schema is the one this version needs."""
        return self.schema() == HEAD

    def schema(self) -> str:
        """The number of the last migration, as `0007`; empty where there is no record yet. Makes nothing."""
        if self.file and not self.file.exists():
            return ""
        with self.engine.connect() as connection:
            return schema_of(connection)

    def check(self) -> None:
        """Raises SchemaNewer or SchemaOlder unless the schema is the one this version needs."""
        check_schema(self.schema(), HEAD)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for queries, all answered as of one moment; whatever it would write is rolled back."""
        with self.engine.connect() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back by any exception."""
        with self.engine.connect() as connection:
            begin(connection, sqlite=self.sqlite)
            yield connection
            connection.commit()

    def write(self, change: Callable[[Connection], T]) -> T:
        """What `change` comes to, in a transaction of its own."""
        with self.writing() as connection:
            return change(connection)

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """One at a time, of all processes that share this database, on whatever machine: waits for the others.

        The lock goes with its holder, however that ends.
        """
        if self.file:
            with locked(self.file.with_name(f".{what}.lock")):
                yield
        elif not self.sqlite:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT pg_advisory_lock(hashtext(:what))"), {"what": what})
                try:
                    yield
                finally:
                    connection.invalidate()  # the session ends, and its lock with it
        else:
            yield

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def _options(url: URL, file: Path | None) -> dict[str, Any]:
    if url.get_backend_name() != "sqlite":
        # A server that was restarted has closed every connection in the pool: ask before one is used.
        return {"pool_pre_ping": True}
    patience = {"timeout": _PATIENCE_SECONDS}
    if file:
        return {"connect_args": patience}
    return {"connect_args": {**patience, "check_same_thread": False}, "poolclass": StaticPool}


def schema_of(connection: Connection) -> str:
    """The number of the last migration; empty where there is no record yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def begin(connection: Connection, *, sqlite: bool) -> None:
    """Begins a writing transaction; on SQLite it takes the write lock at once, so that it can never fail half-way."""
    connection.begin()
    if sqlite:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def alembic_config(connection: Connection) -> Config:
    """What alembic's own commands need, to work on `connection` and commit nothing themselves."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # sqlite3 must not begin transactions behind our back
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_SECONDS * 1000}")
    _write_ahead(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Turns the write-ahead log on. Two processes that do it first do not wait for each other: SQLite just says no."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] not in ("wal", "memory"):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
