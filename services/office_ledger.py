"""The office's ledger: who did which act, when and why, old and new, in a chain of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from records.ledger.office import OfficeAct, RecordedAct, acts, append
from records.store.database import Database
from services.acting.doing import Change
from states.office.commands import OfficeCommand, act_name
from states.office.people import Actor
from states.office.refusals import ActNotAllowed
from states.words import ROLE_NAMES, Role

READERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


class Done(NamedTuple):
    """An act that is done. `entry`: its number in the office ledger."""

    entry: int
    subject: str
    old: Any
    new: Any
    result: Any


def entered(
    connection: Connection,
    actor: Actor,
    role: Role | None,
    command: OfficeCommand,
    change: Change,
    now: datetime,
    second: str = "",
) -> Done:
    """Writes an act down in the transaction that does it; `second` is the account of its second person."""
    entry = append(
        connection,
        OfficeAct(
            at=now, account=actor.account, by=actor.name, role=role or "", act=act_name(command),
            subject=change.subject, centre=change.centre, reason=command.reason,
            old=msgspec.to_builtins(change.old), new=msgspec.to_builtins(change.new), second=second,
        ),
    )  # fmt: skip
    return Done(entry, change.subject, change.old, change.new, change.result)


def recorded(
    database: Database, actor: Actor, *, account: str = "", act: str = "", before: int | None = None, limit: int
) -> list[RecordedAct]:
    """Acts newest first, for a supervisor or an administrator; those who reach some centres see those centres' acts.

    `before`: a number, to read on from. Raises ActNotAllowed.
    """
    if actor.roles.isdisjoint(READERS):
        raise ActNotAllowed(act="查看机构台账", allowed="、".join(ROLE_NAMES[role] for role in READERS))
    with database.reading() as connection:
        found = acts(connection, account=account, act=act, before=before, limit=limit)
    return [one for one in found if actor.centres is None or set(one.centre.split(",")) <= actor.centres]


def note(connection: Connection, actor: Actor, command: OfficeCommand, now: datetime) -> None:
    """Writes down what signing in has done, in its own transaction."""
    new = {name: getattr(command, name) for name in command.__struct_fields__ if name != "reason"}
    entered(connection, actor, next(iter(sorted(actor.roles)), None), command, Change(actor.name, None, new), now)
