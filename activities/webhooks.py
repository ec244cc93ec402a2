"""Telling receivers of changed cases: one event after the other, each until it has been taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
import msgspec
from sqlalchemy import Connection
from temporalio import activity

from engine.wire.messages import TELL_WEBHOOKS, Told
from records.store.committer import Committer
from records.store.database import Database
from records.webhooks.events import Event, Page, events_after, settled_to
from records.webhooks.subscriptions import (
    ACTIVE,
    Attempt,
    Subscription,
    attempted,
    failed,
    stamp,
    subscriptions,
    told,
)
from services.webhook_signing import headers, secret_bytes

T = TypeVar("T")
_PAGE = 100
_SECONDS = 10.0  # a receiver that has not answered by then has failed
# Standard Webhooks' schedule: about three days in all, then a person is asked.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
_LONGEST_ERROR = 200
_TAKEN = range(200, 300)
_encode = msgspec.json.encode


class Teller:
    """Sends events for one worker process. `key` signs them; see `services.webhook_signing`."""

    def __init__(self, database: Database, committer: Committer, key: Callable[[], bytes]) -> None:
        self._database = database
        self._committer = committer
        self._key = key

    @activity.defn(name=TELL_WEBHOOKS)
    async def tell(self) -> Told:
        """One look at every active receiver; when the next look is due, or None when all have been told."""
        receivers = await asyncio.to_thread(self._receivers)
        now = datetime.now(UTC)
        due = [one for one in receivers if one.next_at is None or one.next_at <= now]
        settled = await self._write(settled_to) if due else 0
        async with httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False) as client:
            left = await asyncio.gather(*(self._tell(client, one, settled) for one in due))
        if any(left):
            return Told(datetime.now(UTC))
        waiting = [one.next_at for one in await asyncio.to_thread(self._receivers) if one.next_at is not None]
        return Told(min(waiting, default=None))

    async def _tell(self, client: httpx.AsyncClient, receiver: Subscription, settled: int) -> bool:
        """Tells one receiver a page; whether there is more to tell it at once."""
        page = await asyncio.to_thread(self._page, receiver, settled)
        position = receiver.position
        for ledger_id, event in page.events:
            activity.heartbeat()
            attempt = await self._send(client, receiver, ledger_id, event)
            if not attempt.error:
                if not await self._write(lambda c, a=attempt, b=position: _taken(c, receiver.id, a, b)):  # type: ignore[misc]
                    return True  # rewound meanwhile: looked at anew
                position = ledger_id
                continue
            await self._write(lambda c, a=attempt: _refused(c, receiver, a))  # type: ignore[misc]
            return False
        if page.looked_to > position:
            await self._write(lambda c: told(c, receiver.id, before=position, position=page.looked_to))
        return len(page.events) == _PAGE

    async def _send(self, client: httpx.AsyncClient, to: Subscription, ledger_id: int, event: Event) -> Attempt:
        body, now = _encode(event), datetime.now(UTC)
        signed = headers(secret_bytes(self._key(), to.id), event.id, now, body)
        try:
            answer = await client.post(to.url, content=body, headers=dict(signed))
        except httpx.HTTPError as error:
            return Attempt(ledger_id, stamp(now), 0, f"{type(error).__name__}: {error}"[:_LONGEST_ERROR])
        taken = answer.status_code in _TAKEN
        return Attempt(ledger_id, stamp(now), answer.status_code, "" if taken else f"HTTP {answer.status_code}")

    def _receivers(self) -> list[Subscription]:
        with self._database.reading() as connection:
            return subscriptions(connection, state=ACTIVE)

    def _page(self, receiver: Subscription, settled: int) -> Page:
        with self._database.reading() as connection:
            return events_after(connection, receiver.position, settled, receiver.centres, _PAGE)

    async def _write(self, write: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._committer.submit(write))


def _taken(connection: Connection, receiver: str, attempt: Attempt, before: int) -> bool:
    attempted(connection, receiver, attempt)
    return told(connection, receiver, before=before, position=attempt.ledger_id)


def _refused(connection: Connection, receiver: Subscription, attempt: Attempt) -> None:
    attempted(connection, receiver.id, attempt)
    pauses = PAUSES[receiver.failures :]
    next_at = datetime.fromisoformat(attempt.at) + pauses[0] if pauses else None
    failed(connection, receiver.id, error=attempt.error, next_at=next_at)
