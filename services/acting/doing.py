"""What an act is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection

from services.people import instant
from states.office.commands import OfficeCommand
from states.office.people import Actor

C = TypeVar("C", bound=OfficeCommand)


class Private(NamedTuple):
    """What an act is given beside its command, and no ledger ever sees."""

    password: str = ""
    ticket: str = ""
    code: str = ""
    new_password: str = ""


class Doing(NamedTuple):
    """The transaction of an act, who does it, and when. `key`: of the people's register."""

    connection: Connection
    key: bytes
    actor: Actor
    now: datetime
    private: Private

    @property
    def at(self) -> str:
        """Now, as the register keeps it."""
        return instant(self.now)


class Change(NamedTuple):
    """What an act changed: `old` and `new` for the ledger, `result` for whoever asked, never for the ledger."""

    subject: str
    old: Any
    new: Any
    result: Any = None
    centre: str = ""


Executor = Callable[[Doing, Any], Change]
Centres = Callable[[Connection, Any], frozenset[str] | None]
"""The centres that an act concerns; None: the whole office. Empty: there is no such thing."""


class Way(NamedTuple):
    """How an act is done, and, for one that concerns centres, which."""

    do: Executor
    centres: Centres | None = None


Ways = Mapping[type[OfficeCommand], Way]
