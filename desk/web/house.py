"""What the pages stand on: one installation's database, people, and way to its cases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from temporalio.client import Client

from desk.web.access import Page
from records.store.database import Database
from services.people import StaffRegister, open_register
from services.place import Place
from services.submit import Submitter
from settings import Settings

T = TypeVar("T")
_LONGEST_SECONDS = 70.0  # what a command may take before its page says that nobody answered


class NoAnswer(Exception):
    """The engine took longer than a page waits; the command may still be carried out."""


@dataclass
class House:
    """`clock`: now, as an aware instant; `business`: the rehearsal clock, where that is another. `pages`: those served.

    `submitter`, `client`: None while no engine has been reached.
    """

    settings: Settings
    place: Place
    database: Database
    submitter: Submitter | None = None
    client: Client | None = None
    pages: tuple[Page, ...] = ()
    loop: asyncio.AbstractEventLoop | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    business: Callable[[], datetime] | None = None

    @property
    def register(self) -> StaffRegister:
        """The people of this installation. Raises NotInitialised or PeopleKeyUnusable."""
        return open_register(self.settings, self.database)

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` comes to on the server's loop, for a page that runs in a thread of its own. Raises NoAnswer."""
        assert self.loop is not None
        try:
            return asyncio.run_coroutine_threadsafe(work, self.loop).result(_LONGEST_SECONDS)
        except Late as late:
            raise NoAnswer from late
