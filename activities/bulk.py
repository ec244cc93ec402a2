"""One page of a bulk run: every item through the submitter, its outcome written down, nothing done twice."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection
from temporalio import activity

from engine.wire.client import EngineUnavailable, NotHandled
from engine.wire.messages import RUN_PAGE
from letters.failures import LetterFailure
from records.case.documents import on_file
from records.runs.items import RUNNING, Item, Settled, claim_page, conclude, done_by, run_status, settle
from records.store.committer import Committer
from records.store.database import Database
from services.letter_files import LetterFiles, LetterLost
from services.submit import Submitter
from states.business_dates import SHANGHAI
from states.refusals import DuplicateCase, Refusal
from storage.store import BadName, Store

T = TypeVar("T")
PAGE_SIZE = 400
_LANES = 24  # commands under way at once; more of them only wait in the server, and make operators wait
_LOOK_SECONDS = 1.0
_TRIES = 5

log = logging.getLogger(__name__)


class Bulk:
    """Does the pages of bulk runs for one worker process."""

    def __init__(
        self, database: Database, committer: Committer, submitter: Submitter, files: LetterFiles, out: Store
    ) -> None:
        self._database = database
        self._committer = committer
        self._submitter = submitter
        self._files = files
        self._out = out

    @activity.defn(name=RUN_PAGE)
    async def page(self, run: str) -> str:
        """Does the next items of `run`; the run's status afterwards.

        Once a second it writes down what is settled and looks whether it is to stop. What it had sent but not written
        down when it was killed is sent again by the next try under the same ids.
        """
        page = await self._write(partial(claim_page, id_=run, size=PAGE_SIZE, year=_now().year))
        if page.status == RUNNING and page.items:
            await _Sheet(self._do, page.items, partial(self._settle, run), partial(self._goes_on, run)).work()
        return await self._write(partial(conclude, id_=run, at=_now().isoformat()))

    async def _do(self, item: Item) -> Settled:
        if not item.commands:
            return await asyncio.to_thread(self._print_again, item)
        try:
            await self._submitter.submit(item.case_number, item.commands, _now())
        except Refusal as refusal:
            return await asyncio.to_thread(self._refused, item, refusal)
        except NotHandled as error:
            return Settled(item.position, "failed", "NotHandled", str(error))
        except EngineUnavailable:
            raise
        except Exception as error:  # once may be chance; an item that always fails must not hold up the others
            if activity.info().attempt < _TRIES:
                raise
            log.exception("item %s of a bulk run failed", item.position)
            return Settled(item.position, "failed", type(error).__name__, "内部错误，详见工作进程日志")
        return Settled(item.position, "done")

    def _print_again(self, item: Item) -> Settled:
        """Puts a letter into the outbox once more; its file has one name, so twice is once."""
        with self._database.reading() as connection:
            letter = on_file(connection, int(item.label))
        if letter is None:
            return Settled(item.position, "failed", "UnknownLetter", "没有这份文书，或尚未制作")
        try:
            self._out.put(letter.path, self._files.exactly(letter))
        except (LetterLost, LetterFailure, BadName, Refusal) as failure:
            return Settled(item.position, "failed", type(failure).__name__, str(failure))
        return Settled(item.position, "done")

    def _refused(self, item: Item, refusal: Refusal) -> Settled:
        """A refusal, unless the very same command has been done on another case meanwhile, by another run."""
        if isinstance(refusal, DuplicateCase):
            with self._database.reading() as connection:
                found = done_by(connection, [item.commands[-1].id])
            for case in found.values():
                return Settled(item.position, "skipped", "AlreadyDone", f"先前已办理：案件{case}")
        return Settled(item.position, "failed", refusal.name, refusal.message)

    async def _settle(self, run: str, settled: list[Settled]) -> None:
        await self._write(partial(settle, id_=run, settled=settled))

    def _goes_on(self, run: str) -> bool:
        with self._database.reading() as connection:
            return run_status(connection, run) == RUNNING

    async def _write(self, write: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._committer.submit(write))


class _Sheet:
    """The items of one page, shared out to lanes; their outcomes gathered and written down every second."""

    def __init__(
        self,
        do: Callable[[Item], Awaitable[Settled]],
        items: tuple[Item, ...],
        settle: Callable[[list[Settled]], Awaitable[Any]],
        goes_on: Callable[[], bool],
    ) -> None:
        self._do = do
        self._waiting = deque(items)
        self._settle = settle
        self._goes_on = goes_on
        self._settled: list[Settled] = []

    async def work(self) -> None:
        """Returns once all items are settled, or those under way if the run is to stop. Raises what an item raised."""
        lanes = [asyncio.create_task(self._lane()) for _ in range(min(_LANES, len(self._waiting)))]
        try:
            under_way: set[asyncio.Task[None]] = set(lanes)
            while under_way:
                _, under_way = await asyncio.wait(under_way, timeout=_LOOK_SECONDS)
                await self._write_down()
                activity.heartbeat()
                if not await asyncio.to_thread(self._goes_on):
                    self._waiting.clear()
        finally:
            for lane in lanes:
                lane.cancel()
            ends = await asyncio.gather(*lanes, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def _lane(self) -> None:
        while self._waiting:
            item = self._waiting.popleft()
            try:
                settled = await self._do(item)
                self._settled.append(settled)  # not in one line: the list may have been written down meanwhile
            except BaseException:
                self._waiting.clear()  # the page is tried again, after a pause
                raise

    async def _write_down(self) -> None:
        settled, self._settled = self._settled, []
        if settled:
            await self._settle(settled)


def _now() -> datetime:
    return datetime.now(SHANGHAI)
