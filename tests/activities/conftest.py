from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.ledger.keys import LedgerKeys
from records.office.world import seed
from records.store.database import Database
from states.reference.catalog import annex_2020


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'jianding.db'}", LedgerKeys.fresh())
    database.migrate()
    with database.writing() as connection:
        seed(connection, annex_2020())
    yield database
    database.close()
