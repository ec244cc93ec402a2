"""Retention as policy: what is older than the office keeps it, and its removal. The record itself is never touched.

Removed are files that can be made again byte for byte, and the details of bulk runs that are over. Safe to run twice
and to be killed at any moment: whatever was left is found by the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec

from records.expiry import OldLetter, count_items, forget_items, old_letters, old_runs
from records.store.database import Database
from services.place import Place
from states.business_dates import business_date
from storage.store import Store

_PAGE = 500
_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})/")


class Expired(msgspec.Struct, frozen=True):
    """What is past its time, or was removed: files of letters, files of the outbox, items of runs."""

    letters: int
    outbox: int
    runs: int
    run_items: int


class Terms(msgspec.Struct, frozen=True):
    """How many days each is kept; 0 for ever."""

    letters: int
    outbox: int
    runs: int


def terms(place: Place) -> Terms:
    """What this office has set."""
    s = place.settings
    return Terms(s.keep_letters_days, s.keep_outbox_days, s.keep_runs_days)


def retain(place: Place, database: Database, now: datetime, *, dry_run: bool) -> Expired:
    """Removes what is past its time at `now`; only counts it if `dry_run`. Raises StoreAway or OSError."""
    kept, today = terms(place), business_date(now)
    letters, outbox = place.store.within("letters"), place.outbox_store
    gone = 0
    if kept.letters:
        for letter in _letters(database, today - timedelta(days=kept.letters)):
            gone += _drop(letters, letter.path, dry_run)
    old = _outbox(outbox, today - timedelta(days=kept.outbox)) if kept.outbox else ()
    posted = sum(_drop(outbox, name, dry_run) for name in list(old))
    runs, items = _runs(database, now - timedelta(days=kept.runs), dry_run) if kept.runs else (0, 0)
    return Expired(gone, posted, runs, items)


def _letters(database: Database, before: date) -> Iterator[OldLetter]:
    after = 0
    while True:
        with database.reading() as connection:
            page = old_letters(connection, before, after, _PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].id


def _outbox(store: Store, before: date) -> Iterator[str]:
    """Files that lie under a day before `before`: each can be printed again from the letters."""
    for stored in store.list():
        day = _DAY.match(stored.name)
        if day and date.fromisoformat(day[1]) < before:
            yield stored.name


def _drop(store: Store, name: str, dry_run: bool) -> int:
    if not store.exists(name):
        return 0
    if not dry_run:
        store.delete(name)
    return 1


def _runs(database: Database, before: datetime, dry_run: bool) -> tuple[int, int]:
    with database.reading() as connection:
        runs = old_runs(connection, before)
        items = count_items(connection, runs) if runs else 0
    if not dry_run:
        for run in runs:  # one transaction each: nobody waits for all of them
            database.write(lambda connection, run=run: forget_items(connection, run))  # type: ignore[misc]
    return len(runs), items
