"""A whole database as plain files, one a table and one JSON array a row: the same for SQLite and PostgreSQL.

All of one moment, while others go on writing. The files hold what is stored, so that a copy made on one of the two may
be loaded into the other, and whatever was wrong before is wrong in the copy too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from alembic import command
from sqlalchemy import Connection, Date, MetaData, String, Table, func, select, text, type_coerce

from records.store.database import HEAD, Database, alembic_config, schema_of
from records.store.standing import SchemaNewer

_VERSION = "alembic_version"
_AT_ONCE = 2000


class TableCopy(msgspec.Struct, frozen=True):
    """One table as a file: its columns in order, how many rows, and the file's hash (hex SHA-256)."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


class DatabaseCopy(msgspec.Struct, frozen=True):
    """A database as files: the schema it has, and its tables, each after those that it refers to."""

    schema: str
    tables: tuple[TableCopy, ...]


class CopyDamaged(Exception):
    """A file of a copy is missing, or is not what was written; nothing of it is loaded."""


class NotEmpty(Exception):
    """The database that a copy is to be loaded into holds records already."""


def dump(database: Database, folder: Path) -> DatabaseCopy:
    """Writes every table into `folder`, all as of one moment."""
    folder.mkdir(parents=True, mode=0o700)
    with database.reading() as connection:
        tables = [_dump(connection, table, folder) for table in _tables(connection)]
        return DatabaseCopy(database.schema(), tuple(tables))


def load(database: Database, copy: DatabaseCopy, folder: Path, then: Callable[[Connection], None]) -> None:
    """Puts the copy into a database that holds no record, migrates it if the copy is older, then does `then`.

    All or nothing. Raises SchemaNewer, CopyDamaged or NotEmpty.
    """
    if copy.schema > HEAD:
        raise SchemaNewer(copy.schema, HEAD)
    if database.file:
        database.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with database.writing() as connection:
        _must_be_empty(connection)
        _as_it_was(connection, copy.schema)
        tables = {table.name: table for table in _tables(connection)}
        for table in reversed(tables.values()):
            connection.execute(table.delete())
        for one in copy.tables:
            _load(connection, one, folder)
        if not database.sqlite:
            _go_on_counting(connection, tables)
        if copy.schema != HEAD:
            command.upgrade(alembic_config(connection), "head")
        then(connection)


def file_of(table: str) -> str:
    """The name of a table's file."""
    return f"{table}.jsonl"


def _tables(connection: Connection) -> list[Table]:
    """Those that are there, whatever the version; each after those that it refers to."""
    known = MetaData()
    known.reflect(connection)
    return [table for table in known.sorted_tables if table.name != _VERSION]


def _dump(connection: Connection, table: Table, folder: Path) -> TableCopy:
    """Dates as they are stored: whoever tampered may have left what is no date."""
    columns = [type_coerce(c, String).label(c.name) if isinstance(c.type, Date) else c for c in table.c]
    query = select(*columns).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
    digest, rows, encode = hashlib.sha256(), 0, msgspec.json.encode
    with (folder / file_of(table.name)).open("wb") as file:
        for row in connection.execute(query):
            line = encode(tuple(row)) + b"\n"
            digest.update(line)
            file.write(line)
            rows += 1
    return TableCopy(str(table.name), tuple(str(c.name) for c in table.c), rows, digest.hexdigest())


def _must_be_empty(connection: Connection) -> None:
    for table in _tables(connection):
        if table.name in _RECORDS and connection.execute(select(table).limit(1)).first():
            raise NotEmpty(f"目标数据库的 {table.name} 表已有记录：恢复只能进入空的数据库，现有数据不会被覆盖")


_RECORDS = frozenset({"cases", "ledger", "accounts", "runs", "documents"})


def _as_it_was(connection: Connection, schema: str) -> None:
    """An empty schema of the copy's own age."""
    if schema_of(connection) == schema:
        return
    known = MetaData()
    known.reflect(connection)
    known.drop_all(connection)
    command.upgrade(alembic_config(connection), schema)


def _load(connection: Connection, copy: TableCopy, folder: Path) -> None:
    """What was stored, exactly: neither of the two databases is told a type that it does not ask for."""
    rows, quoted = _rows(folder / file_of(copy.name), copy.sha256), connection.dialect.identifier_preparer.quote
    places = ", ".join(f":v{n}" for n in range(len(copy.columns)))
    statement = text(
        f"INSERT INTO {quoted(copy.name)} ({', '.join(map(quoted, copy.columns))}) VALUES ({places})"  # noqa: S608 - names from our own schema
    )
    loaded = 0
    while some := list(islice(rows, _AT_ONCE)):
        connection.execute(statement, [{f"v{n}": value for n, value in enumerate(row)} for row in some])
        loaded += len(some)
    if loaded != copy.rows:
        raise CopyDamaged(f"备份中 {copy.name} 表应有 {copy.rows} 行，读到 {loaded} 行")


def _rows(path: Path, sha256: str) -> Iterator[list[Any]]:
    """The rows of a file whose hash has been checked before the first is given."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CopyDamaged(f"备份文件 {path} 无法读取：{error.strerror}") from error
    if found != sha256:
        raise CopyDamaged(f"备份文件 {path} 与清单的哈希不符：已损坏或被改动")
    with path.open("rb") as file:
        decode = msgspec.json.Decoder(list[Any]).decode
        yield from map(decode, file)


def _go_on_counting(connection: Connection, tables: dict[str, Table]) -> None:
    """PostgreSQL's own counters know nothing of rows that came with their numbers."""
    for table in tables.values():
        for column in table.primary_key:
            if column.autoincrement is True or column.server_default is not None:
                last = connection.execute(select(func.max(column))).scalar()
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                if last is not None:
                    connection.execute(select(func.setval(sequence, last)))
