"""A day's letters on paper as one PDF a centre: address sheet first, then the letters in the order of the envelopes.

Certificates go on pre-printed stock (套打), so they make a file of their own. Past five hundred letters there are
volumes, since no printer takes more, and an envelope is never divided between two.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from pypdf import PdfWriter
from sqlalchemy import Connection

from letters.addresses import address_sheet
from letters.fonts import Faces
from records.post.day import batch, batches, close_day, printed, waiting_since
from records.post.outbox import Parcel
from records.store.database import Database
from services.letter_files import LetterFiles
from states.business_dates import SHANGHAI
from states.reference.centres import centres
from storage.store import Store

log = logging.getLogger(__name__)
_STOCK = "certificate"
_VOLUME = 500  # letters; pypdf takes a megabyte of memory for each
Write = Callable[[Callable[[Connection], Any]], Any]
"""Does a write in a transaction, and returns what it returned once that is committed."""


class Batch(NamedTuple):
    """One file of a day's post. `kind`: letters, or stock for what is printed on certificate paper."""

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
            parcels = batch(connection, day, centre)
        made = []
        for kind, name in (("letters", "文书"), ("stock", "证书套打")):
            some = [parcel for parcel in parcels if (parcel.kind == _STOCK) == (kind == "stock")]
            for n, volume in enumerate(_volumes(some), start=1):
                path = f"{day}/{centre}-{name}{f'-{n}' if n > 1 else ''}.pdf"
                envelopes = self._merge(path, centre, day, volume)
                made.append(Batch(centre, kind, len(volume), envelopes, self._outbox.where(path)))
        self._write(partial(printed, ids=[parcel.id for parcel in parcels]))
        return made

    def _merge(self, path: str, centre: str, day: date, parcels: Sequence[Parcel]) -> int:
        """Writes one file, whole or not at all; how many envelopes it fills."""
        envelopes = []
        for (_, name, case), theirs in _enveloped(parcels):
            some = list(theirs)
            envelopes.append((name, some[0].address, case, "、".join(parcel.number for parcel in some)))
        merged = PdfWriter()
        merged.append(io.BytesIO(address_sheet(self._faces, centres()[centre].name, day, envelopes)))
        for parcel in parcels:
            merged.append(io.BytesIO(self._letters.bytes_of(parcel.document)))
        content = io.BytesIO()
        merged.write(content)
        self._outbox.put(path, content.getvalue())
        return len(envelopes)


def _closing(since: datetime, hour: int) -> datetime:
    """The first such hour after `since`."""
    local = since.astimezone(SHANGHAI)
    same_day = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return same_day if local < same_day else same_day + timedelta(days=1)


def _enveloped(parcels: Sequence[Parcel]) -> Any:
    return groupby(parcels, key=lambda parcel: (parcel.address, parcel.name, parcel.case))


def _volumes(parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
    volume: list[Parcel] = []
    for _, theirs in _enveloped(parcels):
        some = list(theirs)
        if volume and len(volume) + len(some) > _VOLUME:
            yield volume
            volume = []
        volume += some
    if volume:
        yield volume
