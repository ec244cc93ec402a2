"""What waits for whom, for somebody who is signed in; and the days that an office has entered itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from records.case.queues import TITLES, queue
from records.office.world import holidays
from records.store.database import Database
from states.business_dates import business_date
from states.office.people import Actor
from states.refusals import Refusal
from states.words import Role


class UnknownQueue(Refusal):
    """No queue bears this name."""

    wording = "没有队列“{queue}”（可用：{known}）"


def one_queue(
    database: Database, actor: Actor, name: str, role: Role, centre: str, days: int, now: datetime, limit: int
) -> dict[str, Any]:
    """The queue called `name`, by its title or its name, case by case, nearest deadline first. Raises UnknownQueue."""
    known = {**{title: slug for slug, title in TITLES.items()}, **{slug: slug for slug in TITLES}}
    if name not in known:
        raise UnknownQueue(queue=name, known="、".join(TITLES.values()))
    return _asked(database, actor, [known[name]], role, centre, days, now, limit)[0]


def all_queues(
    database: Database, actor: Actor, role: Role, centre: str, days: int, now: datetime
) -> list[dict[str, Any]]:
    """Every queue with its count and its nearest deadline."""
    return _asked(database, actor, list(TITLES), role, centre, days, now, 0)


def own_days(database: Database) -> list[dict[str, Any]]:
    """The days that the office says something of, above the published calendar."""
    with database.reading() as connection:
        return holidays(connection)


def _asked(
    database: Database, actor: Actor, names: list[str], role: Role, centre: str, days: int, now: datetime, limit: int
) -> list[dict[str, Any]]:
    today = business_date(now)
    with database.reading() as connection:
        return [
            queue(
                connection,
                name,
                today=today,
                role=role,
                by=(actor.name, actor.account),
                centre=centre,
                days=days,
                limit=limit,
                centres=actor.centres,
            )
            for name in names
        ]
