"""The engine can be lost: every case that waits is compared with its workflow, and started again if need be.

The database is the archive, a workflow only the present. A workflow that is missing is started from its row; one that
is at another revision, or asleep past its date, is told the calendar, and if that does not help ended and started anew.
What had been done is on record by revision, so nothing is done twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from temporalio.client import Client

from engine.wire.client import (
    EngineUnavailable,
    case_id,
    end_case,
    nudge_delivery,
    nudge_run,
    open_cases,
    standing_of,
)
from engine.wire.messages import CaseStanding
from records.case.waiting import Waiting, waiting_cases, waiting_now
from records.runs.items import open_runs
from records.store.database import Database
from services.submit import Submitter
from states.business_dates import SHANGHAI, midnight
from states.case.commands import FollowCalendar
from states.case.falling_due import CALENDAR
from states.refusals import Refusal
from states.words import Role

log = logging.getLogger(__name__)
Told = Callable[[int], None]
_PAGE = 500
_AT_ONCE = 16  # cases compared or started side by side; operators' commands go on beside them
_SETTLING = (0.5, 2.0)  # seconds before a difference counts: a command may be under way just now

AGREES, MISSING, DIFFERS, ASLEEP = "agrees", "missing", "differs", "asleep"


class Finding(NamedTuple):
    """What a waiting case's workflow was found to be, and whether it was put right; `error` says why it was not."""

    number: str
    what: str
    mended: bool
    error: str = ""


class Rebuilt(NamedTuple):
    """What a comparison came to: waiting = agreeing + missing + differing + asleep, always."""

    waiting: int
    agreeing: int
    missing: int
    differing: int
    asleep: int
    mended: int
    failed: tuple[Finding, ...]


class Rebuilder:
    """Compares one live place's cases with the engine's workflows."""

    def __init__(self, database: Database, client: Client, submitter: Submitter) -> None:
        self._database = database
        self._client = client
        self._submitter = submitter

    async def rebuild(self, *, dry_run: bool = False, told: Told = lambda _: None) -> Rebuilt:
        """Compares all, and unless `dry_run` mends what differs; also wakes open runs and the delivery.

        `told` hears now and then how many cases have been looked at. Raises EngineUnavailable if nothing answers.
        """
        running = await open_cases(self._client)
        found: Counter[str] = Counter()
        mended, failed = 0, []
        async for findings in self._pages(running, dry_run):
            found.update(finding.what for finding in findings)
            mended += sum(finding.mended for finding in findings)
            failed += [finding for finding in findings if finding.error]
            told(found.total())
        if not dry_run:
            await self._wake_the_office()
        return Rebuilt(
            found.total(), found[AGREES], found[MISSING], found[DIFFERS], found[ASLEEP], mended, tuple(failed)
        )

    async def _pages(self, running: frozenset[str], dry_run: bool) -> AsyncIterator[Sequence[Finding]]:
        after, gate = "", asyncio.Semaphore(_AT_ONCE)

        async def one(case: Waiting) -> Finding:
            async with gate:
                return await self._look(case, case_id(case.number) in running, dry_run)

        while page := await asyncio.to_thread(self._page, after):
            yield await asyncio.gather(*(one(case) for case in page))
            after = page[-1].number

    def _page(self, after: str) -> list[Waiting]:
        with self._database.reading() as connection:
            return waiting_cases(connection, after, _PAGE)

    async def _look(self, case: Waiting, listed: bool, dry_run: bool) -> Finding:
        what = await self._settled(case) if listed else MISSING
        if what == AGREES or dry_run:
            return Finding(case.number, what, mended=False)
        try:
            await self._mend(case.number, what)
        except (EngineUnavailable, Refusal) as error:
            log.warning("case %s (%s) could not be taken up again: %s", case.number, what, type(error).__name__)
            return Finding(case.number, what, mended=False, error=str(error))
        log.info("case %s was %s and has been taken up again", case.number, what)
        return Finding(case.number, what, mended=True)

    async def _settled(self, case: Waiting) -> str:
        """How the workflow stands to the row, both looked at again before a difference is believed."""
        what = compare(case, await standing_of(self._client, case.number))
        for pause in _SETTLING:
            if what == AGREES:
                return AGREES
            await asyncio.sleep(pause)
            now = await asyncio.to_thread(self._now, case.number)
            if now is None:
                return AGREES  # it has been brought to its end meanwhile
            what = compare(now, await standing_of(self._client, case.number))
        return what

    def _now(self, number: str) -> Waiting | None:
        with self._database.reading() as connection:
            return waiting_now(connection, [number]).get(number)

    async def _mend(self, number: str, what: str) -> None:
        """Starts it from its row, or tells it the calendar; one that does not follow is ended and started from its row.

        Whatever it was told meanwhile is on record, or is sent again by whoever got no answer.
        """
        if what == DIFFERS:
            await end_case(self._client, number, "rebuilt from the record")
        await self._tell(number)
        now = await asyncio.to_thread(self._now, number)
        if what == ASLEEP and now and compare(now, await standing_of(self._client, number)) != AGREES:
            await end_case(self._client, number, "rebuilt from the record")
            await self._tell(number)

    async def _tell(self, number: str) -> None:
        command = FollowCalendar(by=CALENDAR, role=Role.CALENDAR, reason="rebuild")
        await self._submitter.submit(number, [command], datetime.now(SHANGHAI))

    async def _wake_the_office(self) -> None:
        with self._database.reading() as connection:
            runs = open_runs(connection)
        for run in runs:
            await nudge_run(self._client, run)
        await nudge_delivery(self._client)


def compare(case: Waiting, held: CaseStanding | None) -> str:
    """How a workflow stands to its case's row."""
    if held is None:
        return MISSING
    if (held.revision, held.state) != (case.revision, case.state):
        return DIFFERS
    if case.goes_by_an_old_date:
        return ASLEEP
    if case.wake_on is not None and (held.wakes_at is None or held.wakes_at > midnight(case.wake_on)):
        return ASLEEP
    return AGREES
