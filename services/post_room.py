"""A day's letters on paper, as files to print: for each centre the letters in the order of their envelopes, the list
and labels of these, the register for the post office, and apart what has no usable address and what goes on stock.

Every letter starts on a fresh sheet, whichever way it is printed, and bears the number of its envelope. On certificate
stock there is nothing but certificates. Past five hundred letters there are volumes, and an envelope is never divided
between two.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from letters import post_sheets
from letters.fonts import Faces
from records.office.centres import registered
from records.office.world import policies
from records.post.day import batch, batches, close_day, printed, waiting_since
from records.post.outbox import Parcel
from records.store.database import Database
from services.binding import Leaves, bind, stacked
from services.envelopes import Envelope, enveloped, register, usable
from services.letter_files import LetterFiles
from states.audience import Audience, audience_of
from states.business_dates import SHANGHAI
from states.policies import Policies
from states.reference.centres import Centre
from storage.store import Store

log = logging.getLogger(__name__)
_VOLUME = 500  # letters; pypdf takes a megabyte of memory for each
Write = Callable[[Callable[[Connection], Any]], Any]
"""Does a write in a transaction, and returns what it returned once that is committed."""


class Batch(NamedTuple):
    """One file of a day's post.

    `kind`: letters, stock (certificate paper), unaddressed; and beside them list, labels, register, stock_list.
    """

    centre: str
    kind: str
    letters: int
    envelopes: int
    path: str


class PostRoom:
    """Makes the files of the post in `outbox`, from the files of the letters."""

    def __init__(self, database: Database, write: Write, letters: LetterFiles, outbox: Store, faces: Faces) -> None:
        self._database = database
        self._write = write
        self._letters = letters
        self._outbox = outbox
        self._faces = faces

    def due(self, hour: int) -> datetime | None:
        """When the post is to be closed next, at `hour` by Asia/Shanghai; None when nothing waits to be printed."""
        with self._database.reading() as connection:
            since = waiting_since(connection)
        return _closing(since, hour) if since else None

    def close(self, day: date, centre: str = "") -> None:
        """Puts what has left on paper and is in no batch yet into `day`'s, and makes every file that lacks a letter."""
        with self._alone():
            failures = []
            for day_of, code in self._write(partial(close_day, day=day, centre=centre)):
                try:
                    self._make(day_of, code)
                except Exception as failure:  # one unreadable letter must not keep the other centres' post
                    log.exception("the post of %s for %s cannot be made", day_of, code)
                    failures.append(failure)
            if failures:
                raise failures[0]

    def again(self, day: date, centre: str = "", *, closing: bool = False) -> list[Batch]:
        """Makes every file of `day`; without new letters they are the same as before.

        `closing`: what has left on paper and is in no batch yet is put into it first.
        """
        with self._alone():
            if closing:
                self._write(partial(close_day, day=day, centre=centre))
            with self._database.reading() as connection:
                found = batches(connection, day, centre)
            return [made for code in found for made in self._make(day, code)]

    def _alone(self) -> AbstractContextManager[None]:
        """One at a time: what somebody else makes of an earlier moment must not be put in the place of ours."""
        return self._database.alone("post")

    def _make(self, day: date, centre: str) -> list[Batch]:
        with self._database.reading() as connection:
            parcels, chosen = batch(connection, day, centre), policies(connection)
            of = registered(connection)[centre].centre
        stock = [parcel for parcel in parcels if audience_of(parcel.kind) is Audience.STOCK]
        rest = [parcel for parcel in parcels if audience_of(parcel.kind) is not Audience.STOCK]
        posted = enveloped(parcel for parcel in rest if usable(parcel.address))
        unaddressed = enveloped((parcel for parcel in rest if not usable(parcel.address)), first=len(posted) + 1)
        desk = _Desk(self._outbox, self._letters, self._faces, of, day, chosen)
        made = [*desk.letters(posted), *desk.unaddressed(unaddressed), *desk.stock(enveloped(stock))]
        self._write(partial(printed, ids=[parcel.id for parcel in parcels]))
        return made


class _Desk:
    """The files of one centre and day."""

    def __init__(
        self, outbox: Store, files: LetterFiles, faces: Faces, centre: Centre, day: date, chosen: Policies
    ) -> None:
        self._outbox, self._files, self._faces = outbox, files, faces
        self._centre, self._day, self._policies = centre, day, chosen

    def letters(self, envelopes: Sequence[Envelope]) -> Iterator[Batch]:
        """Letters in volumes, each with its cover leaves if windows are used; then list, register and labels."""
        if not envelopes:
            return
        for n, volume in enumerate(_volumes(envelopes), start=1):
            yield self._put(_volume_name("文书", n), "letters", volume, self._bound(volume, covered=self._windows))
        yield self._put("寄送清单.pdf", "list", envelopes, self._listed("文书寄送清单", envelopes))
        yield self._put("挂号清单.csv", "register", envelopes, register(envelopes))
        if not self._windows:
            labels = post_sheets.labels(self._faces, self._day, [one.addressed for one in envelopes])
            yield self._put("地址标签.pdf", "labels", envelopes, labels)

    def unaddressed(self, envelopes: Sequence[Envelope]) -> Iterator[Batch]:
        """What nobody can post: to be collected, behind a list of its own."""
        if envelopes:
            listed = self._listed("无可用地址文书清单（通知领取）", envelopes)
            pages = self._bound(envelopes, covered=False)
            yield self._put("无地址文书.pdf", "unaddressed", envelopes, stacked([listed, pages], self._duplex))

    def stock(self, envelopes: Sequence[Envelope]) -> Iterator[Batch]:
        """Certificates alone on their paper, unmarked; their list apart."""
        if not envelopes:
            return
        for n, volume in enumerate(_volumes(envelopes), start=1):
            pages = bind([self._leaves(parcel) for one in volume for parcel in one.parcels], duplex=False)
            yield self._put(_volume_name("证书套打", n), "stock", volume, pages)
        yield self._put("证书套打清单.pdf", "stock_list", envelopes, self._listed("证书套打清单", envelopes))

    @property
    def _windows(self) -> bool:
        return self._policies.post_address == "window"

    @property
    def _duplex(self) -> bool:
        return self._policies.post_sides == "duplex"

    def _bound(self, envelopes: Sequence[Envelope], *, covered: bool) -> bytes:
        leaves, marks = [], []
        for envelope in envelopes:
            for n, parcel in enumerate(envelope.parcels, start=1):
                leaves.append(self._leaves(parcel))
                marks.append(f"第{envelope.seq}号　{n}/{len(envelope.parcels)}")
        over = post_sheets.numbers(self._faces, self._day, marks)
        sender = f"{self._centre.name}　{self._centre.address}"
        front = post_sheets.covers(self._faces, sender, self._day, [one.addressed for one in envelopes])
        cover = (front, [len(one.parcels) for one in envelopes]) if covered else None
        return bind(leaves, duplex=self._duplex, marks=over, covers=cover)

    def _leaves(self, parcel: Parcel) -> Leaves:
        return Leaves(self._files.bytes_of(parcel.document), parcel.kind)

    def _listed(self, title: str, envelopes: Sequence[Envelope]) -> bytes:
        rows = [one.addressed for one in envelopes]
        return post_sheets.envelope_list(self._faces, f"{self._centre.name} {title}", self._day, rows)

    def _put(self, name: str, kind: str, envelopes: Sequence[Envelope], content: bytes) -> Batch:
        path = f"{self._day}/{self._centre.code}-{name}"
        self._outbox.put(path, content)
        letters = sum(len(one.parcels) for one in envelopes)
        return Batch(self._centre.code, kind, letters, len(envelopes), self._outbox.where(path))


def _volume_name(name: str, n: int) -> str:
    return f"{name}{f'-{n}' if n > 1 else ''}.pdf"


def _closing(since: datetime, hour: int) -> datetime:
    """The first such hour after `since`."""
    local = since.astimezone(SHANGHAI)
    same_day = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return same_day if local < same_day else same_day + timedelta(days=1)


def _volumes(envelopes: Sequence[Envelope]) -> Iterator[list[Envelope]]:
    volume: list[Envelope] = []
    count = 0
    for envelope in envelopes:
        if volume and count + len(envelope.parcels) > _VOLUME:
            yield volume
            volume, count = [], 0
        volume.append(envelope)
        count += len(envelope.parcels)
    if volume:
        yield volume
