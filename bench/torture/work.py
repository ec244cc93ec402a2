"""What goes on meanwhile: cases from announcement to certificate or refund, imports, exits, one after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError

from bench.people import LEAVING, candidate, lifecycle
from bench.torture.book import Asked, Book
from engine.wire.client import EngineUnavailable, nudge_run
from engine.wire.messages import Receipt
from records.office.world import redate
from records.runs.items import NewItem, Plan, new_run_id, plan_run, run_of
from services.command_input import command_from
from services.place import Working
from states.business_dates import SHANGHAI, business_date
from states.case.commands import AnyCommand, FollowCalendar
from states.case.falling_due import CALENDAR
from states.words import Role

T = TypeVar("T")
FEE_FEN = 28_000
CERTIFIED, REFUNDED, LEFT = "certified", "refunded", "left"
_PAUSE = 0.3
_ROWS = 12


def refunding() -> list[AnyCommand]:
    """Registered, withdrawn by two people, paid back."""
    return [
        *lifecycle()[:2],
        command_from("withdraw", {"reason": "本人申请"}, by="经办甲"),
        command_from("approve", {}, by="复核乙"),
        command_from("settle_refund", {"bank_ref": "TORTURE"}, by="财务丙"),
    ]


def leaving() -> list[AnyCommand]:
    """Registered for an occupation whose exit will come."""
    return [
        command_from("announce", candidate(LEAVING), by="经办甲"),
        command_from("register", {"fee_fen": FEE_FEN}, by="经办甲"),
    ]


LIVES: dict[str, Callable[[], list[AnyCommand]]] = {CERTIFIED: lifecycle, REFUNDED: refunding, LEFT: leaving}


class Work:
    """Everything that is sent, by way of the book. Whatever gets no answer is sent again under the same id."""

    def __init__(self, here: Working, book: Book) -> None:
        self.here, self.book = here, book
        self.lives: dict[str, str] = {}
        """Case number → how it was to end."""
        self.imported = 0
        self.runs: list[str] = []
        self.taken_over: list[asyncio.Task[None]] = []
        self.over = asyncio.Event()
        self.exited = False
        self._under_way: dict[str, str] = {}
        self._serial = count(1)

    def number(self) -> str:
        """A case number that no counter gives."""
        return f"430100{datetime.now(SHANGHAI).year}9{next(self._serial):05d}"

    async def lane(self, kinds: Sequence[str]) -> None:
        """One life after another until it is over."""
        for n in count():
            if self.over.is_set():
                return
            kind = kinds[n % len(kinds)]
            if kind == LEFT and self.exited:
                kind = CERTIFIED
            await self.live(self.number(), kind, LIVES[kind]())

    async def live(self, number: str, kind: str, commands: Sequence[AnyCommand]) -> None:
        """Sends the commands of one case, each until it is answered."""
        self.lives[number] = kind
        self._under_way[number] = kind
        for command in commands:
            await self.send(number, command)
        del self._under_way[number]

    def take_over(self, number: str, kind: str, commands: Sequence[AnyCommand]) -> None:
        """Brings to its end, beside everything else, what somebody who was killed had begun."""
        self.taken_over.append(asyncio.create_task(self.live(number, kind, commands)))

    async def send(self, number: str, command: AnyCommand) -> Receipt:
        """One command, on the book before and after."""
        self.book.ask(Asked(number, command.__struct_config__.tag, command.id))  # type: ignore[arg-type]
        receipt: Receipt = await self.insist(
            lambda: self.here.submitter.submit(number, [command], datetime.now(SHANGHAI))
        )
        self.book.answer(command.id, receipt.revision)
        return receipt

    async def insist(self, ask: Callable[[], Any]) -> Any:
        """Asks until there is an answer: an engine or a database that is away comes back."""
        while True:
            try:
                return await ask()
            except (EngineUnavailable, DBAPIError):
                await asyncio.sleep(_PAUSE)

    async def imports(self) -> None:
        """One roster after another, each a durable run."""
        while not self.over.is_set():
            rows = [lifecycle()[:2] for _ in range(_ROWS)]
            for row in rows:
                self.book.ask(*(Asked("", "import", command.id) for command in row))
            items = [NewItem(str(n), "", tuple(row)) for n, row in enumerate(rows)]
            await self.run("import", items)
            for row in rows:
                for command in row:
                    self.book.answer(command.id, 0)
            self.imported += _ROWS
            with suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), 5)

    async def exit(self) -> None:
        """Today is the exit: every case of the occupation is told, by a durable run."""
        self.exited = True
        while LEFT in self._under_way.values():  # a registration after it would rightly be refused
            await asyncio.sleep(_PAUSE)
        today, now = business_date(datetime.now(SHANGHAI)), datetime.now(SHANGHAI)
        await self.insist(lambda: asyncio.to_thread(self._redate, today, now))
        affected = [number for number, kind in self.lives.items() if kind == LEFT]
        command = FollowCalendar(by=CALENDAR, role=Role.CALENDAR, reason="redate")
        await self.run("redate", [NewItem(number, number) for number in affected], Plan((command,)))

    def _redate(self, today: Any, now: datetime) -> None:
        with self.here.database.writing() as connection:
            redate(connection, to=today, at=now, by="管理丁", occupation=LEAVING)

    async def run(self, kind: str, items: Sequence[NewItem], plan: Plan | None = None) -> None:
        """Begins a bulk run, whole or not at all."""
        id_ = new_run_id()
        at = datetime.now(SHANGHAI).isoformat()

        def begin() -> None:
            with self.here.database.writing() as connection:
                plan_run(connection, id_=id_, kind=kind, title=kind, by="经办甲", at=at, items=items, plan=plan)

        while True:
            try:
                await asyncio.to_thread(begin)
                break
            except DBAPIError:
                if await self.insist(lambda: asyncio.to_thread(self._begun, id_)):
                    break
                await asyncio.sleep(_PAUSE)
        self.runs.append(id_)
        await self.insist(lambda: nudge_run(self.here.client, id_))

    def _begun(self, id_: str) -> bool:
        """Whether a run is on record whose commit was not answered."""
        with self.here.database.reading() as connection:
            return run_of(connection, id_) is not None
