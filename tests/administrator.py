"""An administrator at work, for tests of what an act sets in motion."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from records.store.database import Database
from services.acts import Waiting, perform
from services.people import StaffRegister, initialise, open_register
from settings import Settings
from states.business_dates import SHANGHAI
from states.office.commands import OfficeCommand
from states.office.people import Actor

NAME = "管理丁"


def administrator(database: Database, folder: Path) -> tuple[StaffRegister, Actor]:
    """The register in `database`, its key in `folder`, and its only administrator, who has just signed in."""
    settings, now = Settings(data_dir=folder), datetime.now(SHANGHAI)
    account = initialise(settings, database, name=NAME, password="湘江北去 橘子洲头 82", now=now)
    actor = Actor(account.id, account.name, account.roles, account.centres, "session", now)
    return open_register(settings, database), actor


def acted(database: Database, folder: Path, command: OfficeCommand) -> Any:
    """What came of `command` by the only administrator."""
    register, actor = administrator(database, folder)
    done = perform(register, actor, command, datetime.now(SHANGHAI))
    assert not isinstance(done, Waiting)
    return done.result
