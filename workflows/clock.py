"""The one business clock (design §4), and the one alarm a case keeps.

Live, the date is the workflow's own time in Asia/Shanghai. Rehearsing, the date is what the case was last told.
"""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

from temporalio import workflow

from states.business_dates import business_date


class BusinessClock:
    """Business time for one case."""

    def __init__(self, *, rehearsal: bool, told: datetime | None) -> None:
        self.rehearsal = rehearsal
        self.told = told

    def tell(self, at: datetime | None) -> None:
        """A rehearsal moves on to `at`, never back; a live clock listens to nobody."""
        if self.rehearsal and at is not None and (self.told is None or at > self.told):
            self.told = at

    def reading(self, at: datetime | None = None) -> datetime:
        """Now; in rehearsal, the later of what was told and `at`."""
        if not self.rehearsal:
            return workflow.now()
        instants = [instant for instant in (self.told, at) if instant is not None]
        return max(instants) if instants else workflow.now()

    def today(self, at: datetime | None = None) -> date:
        """The business date."""
        return business_date(self.reading(at))


class Alarm:
    """One durable timer for the nearest deadline.

    Only an earlier instant re-arms it: a deadline that went away or moved later costs no event, the case looks again
    when the old one rings.
    """

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._ringing: asyncio.Task[None] | None = None
        self.rung = False

    @property
    def at(self) -> datetime | None:
        """When it rings; None while nothing is set."""
        return self._at

    def set(self, at: datetime | None) -> None:
        """Rings at `at` or earlier."""
        if at is None or (self._at is not None and self._at <= at):
            return
        if self._ringing is not None:
            self._ringing.cancel()
        self._at = at
        self._ringing = asyncio.create_task(self._ring(at))

    def answer(self) -> bool:
        """Whether it rang since last asked."""
        rung, self.rung = self.rung, False
        return rung

    async def _ring(self, at: datetime) -> None:
        await workflow.sleep(max(at - workflow.now(), timedelta(milliseconds=1)))
        self._at, self._ringing, self.rung = None, None, True
