"""The terms of signing in that are in force."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, select

from records.office.tables import SettingRow
from states.office.people import SignInPolicies

_settings: Any = SettingRow.metadata.tables["settings"]
NAME = "sign_in"


def sign_in_policies(connection: Connection) -> SignInPolicies:
    """What an office has set; the defaults where nobody set any."""
    value = connection.execute(select(_settings.c.value).where(_settings.c.name == NAME)).scalar_one_or_none()
    return msgspec.json.decode(value, type=SignInPolicies) if value else SignInPolicies()
