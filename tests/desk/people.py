"""People who are signed in at a terminal of the test's own: one of each role, each with a session that is kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from desk.cli.kept import keep
from records.people import accounts
from services.acting.doing import Private
from services.acts import perform
from services.people import StaffRegister, initialise, open_register
from services.place import live_database
from services.signing_in import sign_in
from settings import Settings
from states.business_dates import SHANGHAI
from states.office import commands as c
from states.words import Role

PASSWORD = "湘江北去 橘子洲头 82"
ADMINISTRATOR = "管理甲"
STAFF = {
    "督导戊": Role.SUPERVISOR,
    "财务丙": Role.FINANCE,
    "复核乙": Role.REVIEWER,
    "经办丁": Role.CLERK,
    "经办甲": Role.CLERK,
}
"""The last of them is who acts where a command names nobody with --as."""


class SignedIn(NamedTuple):
    """An installation with its people at work."""

    data: Path
    register: StaffRegister


def sign_in_everybody(data: Path, **settings: str) -> SignedIn:
    """Puts people on the register of the installation in `data`, and keeps a session of each.

    Their sessions lie where XDG_CONFIG_HOME says, which must be the test's own.
    """
    here, now = Settings(data_dir=data, **settings), datetime.now(SHANGHAI)  # type: ignore[arg-type]
    database = live_database(here)
    initialise(here, database, name=ADMINISTRATOR, password=PASSWORD, now=now)
    register = open_register(here, database)
    first = sign_in(register, ADMINISTRATOR, PASSWORD, address="terminal:test", client="test", now=now)
    keep(here, ADMINISTRATOR, first.token)
    perform(register, first.actor, c.SetSignIn(changes={"second_factor": ""}), now)
    for name, role in STAFF.items():
        added = perform(register, first.actor, c.AddOperator(name=name, centres=None), now, Private(password=PASSWORD))
        assert hasattr(added, "result")
        perform(register, first.actor, c.GiveRoles(account=added.result.id, roles=(role,)), now)
        keep(here, name, sign_in(register, name, PASSWORD, address="terminal:test", client="test", now=now).token)
    return SignedIn(data, register)


def centres_of(signed: SignedIn, name: str, *centres: str) -> None:
    """Lets somebody reach only these centres."""
    now = datetime.now(SHANGHAI).isoformat()
    with signed.register.database.writing() as connection:
        id_ = accounts.id_of(connection, name)
        assert id_ is not None
        accounts.set_centres(connection, signed.register.key, id_, centres, by="", at=now)
