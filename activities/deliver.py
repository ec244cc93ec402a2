"""Draining the outbox: one page a time, letters claimed on record before they leave, their ending written down after.

By e-mail where the candidate has an address and a mail server is set; else into the outbox folder, from where it is
printed and posted. A file can be written again without harm, a message cannot be sent again without a person's word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from temporalio import activity

from activities.mail import Ending, Mailer, Unreachable
from engine.wire.messages import CLOSE_POST, DELIVER, Drained
from letters.failures import LetterFailure
from records.ledger.trusted import NotAsRecorded
from records.office.centres import registered
from records.post.outbox import (
    FAILED,
    MAIL,
    PAPER,
    PENDING,
    PUBLIC,
    SENDING,
    SENT,
    UNCERTAIN,
    Parcel,
    due,
    left_sending,
    move,
    move_all,
    next_due,
    still_sending,
)
from records.store.committer import Committer
from records.store.database import Database
from services.letter_files import LetterFiles, LetterLost
from services.post_room import PostRoom
from settings import Settings
from states.business_dates import SHANGHAI, business_date
from storage.store import BadName, NotStored, Store, StoreAway

T = TypeVar("T")
BY = "投递程序"
_PAGE = 200
_ABANDONED = timedelta(seconds=90)  # longer than any attempt lasts, so whoever made it is dead
_NOT_YET = timedelta(seconds=2)
_TRIES = 12
_LONGEST_PAUSE = timedelta(hours=1)
_UNREADABLE = (OSError, NotStored, StoreAway, LetterLost, LetterFailure, BadName, NotAsRecorded)


class Postman:
    """Delivers for one live place. `letters` are the files, `outbox` is where letters on paper are put."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        committer: Committer,
        letters: LetterFiles,
        outbox: Store,
        post_room: PostRoom,
    ) -> None:
        self._settings = settings
        self._database = database
        self._committer = committer
        self._letters = letters
        self._outbox = outbox
        self._post_room = post_room

    @activity.defn(name=DELIVER)
    async def deliver(self) -> Drained:
        """Sends what is due; when to look again, and when the post wants closing."""
        await self._take_back()
        with self._database.reading() as connection:
            page, known = due(connection, _now(), _PAGE), registered(connection)
        mailed = [parcel._replace(channel=MAIL) for parcel in page if self._mailed(parcel)]
        await self._into_folder([parcel for parcel in page if parcel.channel == PUBLIC])
        printed = [parcel for parcel in page if parcel.channel != PUBLIC and not self._mailed(parcel)]
        await self._into_folder([parcel._replace(channel=PAPER) for parcel in printed])
        if mailed:
            async with Mailer(self._settings, known) as mailer:
                for parcel in mailed:
                    activity.heartbeat()
                    await self._by_mail(parcel, mailer)
        if len(page) == _PAGE:
            return Drained(_now())  # the post is closed once everything due has left
        return await asyncio.to_thread(self._next)

    @activity.defn(name=CLOSE_POST)
    async def close_post(self) -> None:
        """Closes the day's post and makes its files, which may take minutes."""
        await _alive(asyncio.create_task(asyncio.to_thread(self._post_room.close, business_date(_now()))))

    async def _take_back(self) -> None:
        """What a dead attempt left: a file is written again, of a message nobody knows."""
        with self._database.reading() as connection:
            left = left_sending(connection, _now() - _ABANDONED)
        for parcel in left:
            dest, reason = (
                (UNCERTAIN, "发送时中断，是否送达未知") if parcel.channel == MAIL else (PENDING, "写入时中断")
            )
            await self._move(parcel, SENDING, dest, reason)

    async def _into_folder(self, parcels: list[Parcel]) -> None:
        """Puts letters into the outbox folder, a page of them on record at once: writing one again does no harm."""
        if not parcels:
            return
        claimed = await self._write(partial(move_all, parcels=parcels, source=PENDING, dest=SENDING, at=_now(), by=BY))
        endings = await _alive(asyncio.create_task(asyncio.to_thread(self._put_all, claimed)))
        left = [parcel for parcel, ending in zip(claimed, endings, strict=True) if ending.status == SENT]
        await self._write(partial(move_all, parcels=left, source=SENDING, dest=SENT, at=_now(), by=BY))
        for parcel, ending in zip(claimed, endings, strict=True):
            if ending.status != SENT:
                await self._end(parcel, ending)

    def _put_all(self, parcels: list[Parcel]) -> list[Ending]:
        return [self._put(parcel) for parcel in parcels]

    def _put(self, parcel: Parcel) -> Ending:
        try:
            self._outbox.put(paper_path(parcel, _now()), self._letters.bytes_of(parcel.document))
        except _UNREADABLE as error:
            return Ending(PENDING, f"文件无法读写：{error}"[:500])
        return Ending(SENT)

    async def _by_mail(self, parcel: Parcel, mailer: Mailer) -> None:
        if not await self._move(parcel, PENDING, SENDING):
            return  # somebody else has it, or withdrew it
        try:
            pdf = await asyncio.to_thread(self._letters.bytes_of, parcel.document)
            ending = await mailer.send(parcel, pdf, _now().astimezone(SHANGHAI))
        except Unreachable as error:
            ending = Ending(PENDING, str(error)[:500])
        except _UNREADABLE as error:
            ending = Ending(PENDING, f"文件无法读取：{error}"[:500])
        await self._end(parcel, ending)

    async def _end(self, parcel: Parcel, ending: Ending) -> None:
        if ending.status != PENDING:
            await self._move(parcel, SENDING, ending.status, ending.detail)
        elif parcel.attempts + 1 >= _TRIES:
            await self._move(parcel, SENDING, FAILED, f"尝试{_TRIES}次未成功；最后一次：{ending.detail}")
        else:
            pause = min(timedelta(seconds=30) * 2**parcel.attempts, _LONGEST_PAUSE)
            await self._move(parcel, SENDING, PENDING, ending.detail, next_at=_now() + pause)

    def _mailed(self, parcel: Parcel) -> bool:
        return parcel.channel == MAIL and bool(self._settings.smtp_host) and bool(parcel.email)

    async def _move(
        self, parcel: Parcel, source: str, dest: str, reason: str = "", next_at: datetime | None = None
    ) -> bool:
        change = partial(
            move, parcel=parcel, source=source, dest=dest, at=_now(), by=BY, reason=reason, next_at=next_at
        )
        return await self._write(change)

    def _next(self) -> Drained:
        with self._database.reading() as connection:
            waiting, abandoned = next_due(connection), still_sending(connection)
        moments = [
            waiting and max(waiting, _now() + _NOT_YET),  # due but not filed yet: the renderer is at it
            _now() + _ABANDONED if abandoned else None,
        ]
        next_at = min((moment for moment in moments if moment), default=None)
        return Drained(next_at, self._post_room.due(self._settings.print_hour))

    async def _write(self, write: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._committer.submit(write))


async def _alive(work: asyncio.Task[T]) -> T:
    """What something long comes to; says meanwhile that it is at it."""
    while not work.done():
        await asyncio.wait([work], timeout=5)
        activity.heartbeat()
    return work.result()


def paper_path(parcel: Parcel, at: datetime) -> str:
    """Where a letter is put: on paper by business day and centre, for the public by centre and number."""
    if parcel.channel == PUBLIC:
        return f"公示/{parcel.centre}/{parcel.number}.pdf"
    day = at.astimezone(SHANGHAI).date()
    return f"{day}/{parcel.centre}/{parcel.kind}-{parcel.case}-{parcel.id}.pdf"


def _now() -> datetime:
    return datetime.now(UTC)
