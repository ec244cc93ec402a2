"""The few statements that every command runs, compiled once and handed to the driver as they are.

SQLAlchemy builds, caches and unwraps around each execution, some 0.1 ms of Python. A case of five commands runs eighty
statements: half of what a worker spent on the database was that. What is written stays SQLAlchemy's Core, so both
databases are still spoken to by one source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.exc import DBAPIError

from records.store.quiet import quieten


class _Slot(NamedTuple):
    """One parameter: its name, and how the database wants its type (None: as it is)."""

    name: str
    process: Callable[[Any], Any] | None


class _Ready(NamedTuple):
    sql: str
    positional: bool
    slots: tuple[_Slot, ...]
    fixed: dict[str, Any]  # the values that stand in the statement itself


class Prepared:
    """A statement of Core, ready for whichever database a connection speaks to.

    It runs inside the connection's transaction, which has to have begun. Rows come back as the driver has them, plain
    tuples: only text and numbers may be selected. Errors are SQLAlchemy's.
    """

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        """`columns` are those that an insert fills."""
        self._statement = statement
        self._columns = columns
        self._ready: dict[str, _Ready] = {}

    def one(self, connection: Connection, **values: Any) -> tuple[Any, ...] | None:
        """Runs it and gives the first row, or None."""
        found: tuple[Any, ...] | None = self._execute(connection, values).fetchone()
        return found

    def every(self, connection: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Runs it and gives all rows."""
        found: list[tuple[Any, ...]] = self._execute(connection, values).fetchall()
        return found

    def run(self, connection: Connection, **values: Any) -> int:
        """Runs it for what it does; how many rows that was done to."""
        done: int = self._execute(connection, values).rowcount
        return done

    def run_each(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Runs it once for each of `rows`."""
        for row in rows:
            self._execute(connection, row)

    def _execute(self, connection: Connection, values: dict[str, Any]) -> Any:
        dialect = connection.dialect
        ready = self._ready.get(dialect.name) or self._compiled(dialect)
        values = {**ready.fixed, **values} if ready.fixed else values
        given = [values[name] if process is None else process(values[name]) for name, process in ready.slots]
        parameters: Any = given if ready.positional else dict(zip((s.name for s in ready.slots), given, strict=True))
        cursor = connection.connection.cursor()
        dbapi: Any = dialect.loaded_dbapi
        try:
            cursor.execute(ready.sql, parameters)
        except dbapi.Error as error:
            if dialect.is_disconnect(error, connection.connection, cursor):
                connection.invalidate(error)
            quieten(error)
            raise DBAPIError.instance(
                ready.sql, parameters, error, dbapi.Error, hide_parameters=True, dialect=dialect
            ) from error
        return cursor

    def _compiled(self, dialect: Dialect) -> _Ready:
        compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
        binds = {name: parameter for parameter, name in compiled.bind_names.items()}
        names = compiled.positiontup if compiled.positional else tuple(binds)
        slots = tuple(_Slot(name, _processor(binds[name], dialect)) for name in names)
        fixed = {name: parameter.effective_value for name, parameter in binds.items() if not parameter.required}
        self._ready[dialect.name] = ready = _Ready(compiled.string, compiled.positional, slots, fixed)
        return ready


def inserting(table: Table, *, returning: str = "", empty: Sequence[str] = ()) -> Prepared:
    """An insert of all columns but the serial `id`, which `returning` may ask for, and those that stay `empty`."""
    columns = [column.name for column in table.columns if column.name not in {"id", *empty}]
    statement = insert(table)
    return Prepared(statement.returning(table.c[returning]) if returning else statement, columns)


def _processor(parameter: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    found: Callable[[Any], Any] | None = parameter.type.dialect_impl(dialect).bind_processor(dialect)
    return found
