"""Letters on their way, for whoever looks after them. Moving one is an act, see `services.acting.post`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from records.post.outbox import FAILED, by_status, listed
from records.store.database import Database
from services.acts import within
from services.people import StaffRegister
from services.place import letter_files, live_place, open_faces
from services.post_room import Batch, PostRoom
from settings import Settings
from states.business_dates import business_date
from states.office.commands import PrintPost
from states.office.people import Actor


class Letters(msgspec.Struct, frozen=True):
    """Letters and where they stand, newest first, and how many of all stand where."""

    totals: dict[str, int]
    letters: list[dict[str, Any]]


def letters_of(
    database: Database, actor: Actor, *, status: str = "", centre: str = "", channel: str = "", limit: int
) -> Letters:
    """The letters of the centres that `actor` reaches."""
    with database.reading() as connection:
        rows = listed(connection, status=status, centre=centre, channel=channel, limit=limit, centres=actor.centres)
        return Letters(by_status(connection, actor.centres), rows)


def failed_letters(database: Database, actor: Actor) -> tuple[int, ...]:
    """The ids of all failed letters within reach, oldest first."""
    with database.reading() as connection:
        rows = listed(connection, status=FAILED, limit=1_000_000, centres=actor.centres)
    return tuple(sorted(row["id"] for row in rows))


def print_post(
    settings: Settings, register: StaffRegister, actor: Actor, day: date, centre: str, now: datetime
) -> list[Batch]:
    """Makes the files of a day's post, of one centre or of every one within reach; of today it is closed first.

    Raises as `services.acts.within` does.
    """
    database, place = register.database, live_place(settings, "")
    chosen = [centre] if centre or actor.centres is None else sorted(actor.centres)
    with database.writing() as connection:
        for code in chosen:
            within(connection, register.key, actor, PrintPost(day=day, centre=code), now)
    faces = open_faces(settings)
    room = PostRoom(database, database.write, letter_files(place, database), place.outbox_store, faces)
    closing = day == business_date(now)
    return [batch for code in chosen for batch in room.again(day, code, closing=closing)]
