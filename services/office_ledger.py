"""The office's ledger: who did which act, when and why, old and new, in a chain of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from records.ledger.office import OfficeAct, append
from services.acting.doing import Change
from states.office.commands import OfficeCommand, act_name
from states.office.people import Actor
from states.words import Role


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


def note(connection: Connection, actor: Actor, command: OfficeCommand, now: datetime) -> None:
    """Writes down what signing in has done, in its own transaction."""
    new = {name: getattr(command, name) for name in command.__struct_fields__ if name != "reason"}
    entered(connection, actor, next(iter(sorted(actor.roles)), None), command, Change(actor.name, None, new), now)
