from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect

from records.schema import metadata
from records.store.database import HEAD, Database, alembic_config


def test_the_migrated_schema_is_the_one_of_the_models(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrated_checks_are_those_of_the_models(database: Database) -> None:
    inspector = inspect(database.engine)
    for table in metadata.sorted_tables:
        wanted = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        assert {check["name"] for check in inspector.get_check_constraints(table.name)} == wanted, table.name


def test_the_schema_that_is_needed_is_the_last_of_the_migrations(database: Database) -> None:
    with database.reading() as connection:
        assert ScriptDirectory.from_config(alembic_config(connection)).get_current_head() == HEAD


def test_a_fresh_database_knows_that_it_is_not_migrated(url: str) -> None:
    fresh = Database(url)
    assert not fresh.migrated()
    fresh.migrate()
    fresh.migrate()
    assert fresh.migrated()
    fresh.close()
