"""Named texts that an office sets for itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, text

from records.office.tables import SettingRow

_settings: Any = SettingRow.metadata.tables["settings"]
_PUT = text(
    "INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def setting(connection: Connection, name: str) -> str | None:
    """The text called `name`, or None where nobody set it."""
    found: str | None = connection.execute(
        select(_settings.c.value).where(_settings.c.name == name)
    ).scalar_one_or_none()
    return found


def put_setting(connection: Connection, name: str, value: str) -> None:
    """Sets the text called `name`."""
    connection.execute(_PUT, {"name": name, "value": value})
