"""A season on the rehearsal clock: commands at their time, and every deadline in between, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

from engine.wire.messages import Receipt
from records.case.reading import cases_of, due_cases, next_wake
from records.office.world import redate
from services.place import Working
from states.business_dates import business_date, midnight
from states.case.commands import AnyCommand, FollowCalendar
from states.words import Role

_AT_ONCE = 16


class Season:
    """Moves the rehearsal clock of one place forward."""

    def __init__(self, place: Working) -> None:
        self._place = place

    async def advance(self, to: datetime) -> None:
        """Visits every deadline that falls due up to `to`, the earliest first."""
        day = business_date(to)
        while (due := self._next_due()) is not None and due <= day:
            with self._place.database.reading() as connection:
                numbers = due_cases(connection, due)
            await self._each(numbers, (), midnight(due))

    def _next_due(self) -> date | None:
        with self._place.database.reading() as connection:
            return next_wake(connection)

    async def open(self, commands: Sequence[AnyCommand], at: datetime) -> tuple[str, Receipt]:
        """Opens a case at `at`. Raises the Refusal."""
        return await self._place.submitter.open(commands, at)

    async def send(self, number: str, commands: Sequence[AnyCommand], at: datetime, *, occupation: str = "") -> Receipt:
        """Sends commands to a case at `at`. Raises the Refusal."""
        return await self._place.submitter.submit(number, commands, at, occupation=occupation)

    async def redate(
        self, *, to: date | None, at: datetime, by: str, batch: str = "", occupation: str = ""
    ) -> list[str]:
        """Moves an exit date and tells every affected case; the numbers of those cases."""
        with self._place.database.writing() as connection:
            moved = redate(connection, to=to, at=at, by=by, batch=batch, occupation=occupation)
            numbers = cases_of(connection, moved)
        await self._each(numbers, (FollowCalendar(by=by, role=Role.ADMINISTRATOR, reason="redate"),), at)
        return numbers

    async def _each(self, numbers: Sequence[str], commands: Sequence[AnyCommand], at: datetime) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(number: str) -> None:
            async with gate:
                await self._place.submitter.submit(number, commands, at)

        await asyncio.gather(*(one(number) for number in numbers))
