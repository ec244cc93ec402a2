"""Looking at a place changes nothing and waits for nobody; only its own program may work with it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk.cli.__main__ import app
from records.case.reading import list_cases
from records.office.world import catalog_in_force
from records.store.database import HEAD, Database
from records.store.standing import SchemaNewer, SchemaOlder
from services.place import Place, database_to_read, database_to_write, live_place, upgrade
from settings import Settings


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("JIANDING_DATA_DIR", str(tmp_path / "data"))
    return live_place(Settings(data_dir=tmp_path / "data"), "")


def _at_schema(place: Place, number: str) -> None:
    database_to_write(place).close()
    with sqlite3.connect(place.directory / "jianding.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (number,))


def test_looking_at_a_place_without_data_makes_nothing_and_shows_what_it_will_hold(here: Place) -> None:
    database = database_to_read(here)
    with database.reading() as connection:
        assert len(catalog_in_force(connection).occupations) == 192
        assert list_cases(connection, limit=5) == []
    assert not here.directory.exists()


def test_whoever_works_there_finds_the_annex_in_force(here: Place) -> None:
    with database_to_write(here).reading() as connection:
        assert len(catalog_in_force(connection).occupations) == 192
    assert here.directory.stat().st_mode & 0o777 == 0o700


def test_an_annex_is_seeded_with_the_migration_and_never_again(here: Place) -> None:
    with database_to_write(here).writing() as connection:
        connection.exec_driver_sql("DELETE FROM occupations")
    with database_to_write(here).reading() as connection:
        assert catalog_in_force(connection).occupations == ()


def test_a_newer_schema_refuses_this_program_and_names_both_numbers(here: Place) -> None:
    _at_schema(here, "9001")
    for opening in (database_to_read, database_to_write, upgrade):
        with pytest.raises(SchemaNewer, match=rf"9001.*{HEAD}"):
            opening(here)
    shown = CliRunner().invoke(app, ["database", "current", "--json"])
    assert shown.exit_code == 1 and '"found": "9001"' in shown.stdout


def test_an_older_schema_is_not_migrated_by_a_look(here: Place) -> None:
    _at_schema(here, "0001")
    with pytest.raises(SchemaOlder, match="database upgrade"):
        database_to_read(here)
    assert Database(here.database).schema() == "0001"


def test_the_upgrade_is_a_command_and_may_be_given_twice(here: Place) -> None:
    first = CliRunner().invoke(app, ["database", "upgrade", "--json"])
    again = CliRunner().invoke(app, ["database", "upgrade"])
    assert f'"after": "{HEAD}"' in first.stdout and f"已是 {HEAD}" in again.stdout
    assert CliRunner().invoke(app, ["database", "current"]).exit_code == 0


def test_a_database_of_ones_own_is_migrated_by_the_command_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    place = live_place(Settings(data_dir=tmp_path / "data", database_url=url), "")
    for opening in (database_to_read, database_to_write):
        with pytest.raises(SchemaOlder, match="空的"):
            opening(place)
    assert upgrade(place) == ("", HEAD)
    database_to_write(place).close()
