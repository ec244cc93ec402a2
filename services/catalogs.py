"""The exit calendar in force. Changing it is an act, see `services.acting.calendar`."""

from __future__ import annotations

from records.office.world import catalog_in_force
from services.place import live_to_read
from settings import Settings
from states.reference.catalog import Catalog


def in_force(settings: Settings) -> Catalog:
    """The calendar as it stands; the bundled annex where no database has been made yet."""
    with live_to_read(settings).reading() as connection:
        return catalog_in_force(connection)
