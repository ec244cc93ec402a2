"""Draining the outbox: one page a time, each letter claimed on record before it leaves, its ending written down after.

By e-mail where the candidate has an address and a mail server is set; else into the outbox folder, from where it is
printed and posted. A file can be written again without harm, a message cannot be sent again without a person's word.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from temporalio import activity

from activities.mail import Ending, Mailer, Unreachable
from engine.messages import DELIVER, Drained
from engine.settings import Settings
from records.committer import Committer
from records.database import Database
from records.outbox import (
    FAILED,
    PENDING,
    SENDING,
    SENT,
    UNCERTAIN,
    Parcel,
    due,
    left_sending,
    move,
    next_due,
    still_sending,
)
from states.business_dates import SHANGHAI

T = TypeVar("T")
BY = "投递程序"
_PAGE = 200
_ABANDONED = timedelta(seconds=90)  # longer than any attempt lasts, so whoever made it is dead
_NOT_YET = timedelta(seconds=2)
_TRIES = 12
_LONGEST_PAUSE = timedelta(hours=1)


class Postman:
    """Delivers for one live place. `letters` is where PDFs lie, `outbox` where letters on paper are put."""

    def __init__(
        self, settings: Settings, database: Database, committer: Committer, letters: Path, outbox: Path
    ) -> None:
        self._settings = settings
        self._database = database
        self._committer = committer
        self._letters = letters
        self._outbox = outbox

    @activity.defn(name=DELIVER)
    async def deliver(self) -> Drained:
        """Sends what is due; when to look again."""
        await self._take_back()
        with self._database.reading() as connection:
            page = due(connection, _now(), _PAGE)
        async with Mailer(self._settings) as mailer:
            for parcel in page:
                activity.heartbeat()
                await self._one(parcel, mailer)
        return Drained(await asyncio.to_thread(self._next, full=len(page) == _PAGE))

    async def _take_back(self) -> None:
        """What a dead attempt left: a file is written again, of a message nobody knows."""
        with self._database.reading() as connection:
            left = left_sending(connection, _now() - _ABANDONED)
        for parcel in left:
            dest, reason = (UNCERTAIN, "发送时中断，是否送达未知") if self._mailed(parcel) else (PENDING, "写入时中断")
            await self._move(parcel, SENDING, dest, reason)

    async def _one(self, parcel: Parcel, mailer: Mailer) -> None:
        if not await self._move(parcel, PENDING, SENDING):
            return  # somebody else has it, or withdrew it
        try:
            pdf = await asyncio.to_thread((self._letters / parcel.path).read_bytes)
            ending = await self._leave(parcel, pdf, mailer)
        except Unreachable as error:
            ending = Ending(PENDING, str(error)[:500])
        except OSError as error:
            ending = Ending(PENDING, f"文件无法读写：{error.strerror}")
        await self._end(parcel, ending)

    async def _leave(self, parcel: Parcel, pdf: bytes, mailer: Mailer) -> Ending:
        if self._mailed(parcel):
            return await mailer.send(parcel, pdf, _now().astimezone(SHANGHAI))
        await asyncio.to_thread(put, self._outbox / paper_path(parcel, _now()), pdf)
        return Ending(SENT)

    async def _end(self, parcel: Parcel, ending: Ending) -> None:
        if ending.status != PENDING:
            await self._move(parcel, SENDING, ending.status, ending.detail)
        elif parcel.attempts + 1 >= _TRIES:
            await self._move(parcel, SENDING, FAILED, f"尝试{_TRIES}次未成功；最后一次：{ending.detail}")
        else:
            pause = min(timedelta(seconds=30) * 2**parcel.attempts, _LONGEST_PAUSE)
            await self._move(parcel, SENDING, PENDING, ending.detail, next_at=_now() + pause)

    def _mailed(self, parcel: Parcel) -> bool:
        return parcel.channel == "email" and bool(self._settings.smtp_host) and bool(parcel.email)

    async def _move(
        self, parcel: Parcel, source: str, dest: str, reason: str = "", next_at: datetime | None = None
    ) -> bool:
        change = partial(
            move, parcel=parcel, source=source, dest=dest, at=_now(), by=BY, reason=reason, next_at=next_at
        )
        return await self._write(change)

    def _next(self, *, full: bool) -> datetime | None:
        with self._database.reading() as connection:
            waiting, abandoned = next_due(connection), still_sending(connection)
        if full:
            return _now()
        if waiting is None:
            return _now() + _ABANDONED if abandoned else None
        return max(waiting, _now() + _NOT_YET)  # due but not filed yet: the press is at it

    async def _write(self, write: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._committer.submit(write))


def paper_path(parcel: Parcel, at: datetime) -> str:
    """Where a letter on paper is put: by business day and centre; the same letter always under the same name."""
    day = at.astimezone(SHANGHAI).date()
    return f"{day}/{parcel.centre}/{parcel.kind}-{parcel.case}-{parcel.id}.pdf"


def put(path: Path, content: bytes) -> None:
    """Whole or not at all, and on the disk itself before anybody says that it has left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _now() -> datetime:
    return datetime.now(UTC)
