"""Receivers are told of every changed case, in order, signed, until they have taken it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from engine.wire.client import nudge_webhooks
from records.webhooks.subscriptions import (
    FAILING,
    Subscription,
    add,
    attempts,
    rewind,
    set_state,
    subscription,
)
from records.webhooks.tables import WEBHOOKS
from services.people_key import make_key
from services.place import Place, Working
from services.webhook_signing import secret_text
from tests.workflows.cases import announcing, lifecycle, now, send, until


class Receiver:
    """A real HTTP server of somebody else's, which may be out of order."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answer = 204
        self.url = ""

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.taken]


@contextmanager
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if kept.answer < 300:
                kept.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.answer)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/told"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()


def subscribed(place: Working, url: str, centres: frozenset[str] | None = None, id_: str = "w1") -> None:
    with place.database.writing() as connection:
        add(connection, id_=id_, url=url, centres=centres, by="管理员", at=datetime.now(UTC))


def standing(place: Working, id_: str = "w1") -> Subscription:
    with place.database.reading() as connection:
        found = subscription(connection, id_)
    assert found is not None
    return found


async def test_every_revision_is_told_in_order_and_signed_and_names_nobody(place: Place, running: Working) -> None:
    key = make_key(place.settings.people_key_file)
    with receiver() as there:
        subscribed(running, there.url)
        number = await lifecycle(running.submitter)

        async def all_told() -> bool:
            return len(there.ids) >= standing_revision(running, number)

        await until(all_told)
        assert there.ids == [f"{number}.{n}" for n in range(1, len(there.ids) + 1)]
        secret = base64.b64decode(secret_text(key, "w1").removeprefix("whsec_"))
        for headers, body in there.taken:
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
            assert headers["webhook-signature"] == f"v1,{expected}"
            assert set(json.loads(body)) == {
                "id", "type", "case", "revision", "centre", "at", "on", "command", "trigger", "from", "to",
            }  # fmt: skip


def standing_revision(place: Working, number: str) -> int:
    from records.case.context import case_facts

    with place.database.reading() as connection:
        facts = case_facts(connection, number)
    assert facts is not None
    return facts.revision


async def test_a_receiver_out_of_order_is_told_later_and_nothing_is_left_out(place: Place, running: Working) -> None:
    make_key(place.settings.people_key_file)
    with receiver() as there:
        there.answer = 503
        subscribed(running, there.url)
        number, _ = await running.submitter.open([announcing(1)], now())

        async def refused_once() -> bool:
            return standing(running).failures == 1

        await until(refused_once)
        assert standing(running).last_error == "HTTP 503"
        assert there.ids == []
        there.answer = 200
        await send(running.submitter, number, "withdraw")
        with running.database.writing() as connection:  # the pause is over
            connection.execute(WEBHOOKS.update().values(next_at=None))
        await nudge_webhooks(running.client)

        async def both_told() -> bool:
            return len(there.ids) == 2 and standing(running).position == 2

        await until(both_told)
        assert there.ids == [f"{number}.1", f"{number}.2"]
        assert standing(running).failures == 0
        with running.database.reading() as connection:
            assert [one.status for one in attempts(connection, "w1", 10)] == [200, 200, 503]


async def test_what_was_told_can_be_told_again_under_the_same_ids(place: Place, running: Working) -> None:
    make_key(place.settings.people_key_file)
    with receiver() as there:
        subscribed(running, there.url)
        number, _ = await running.submitter.open([announcing(1)], now())

        async def told_once() -> bool:
            return there.ids == [f"{number}.1"] and standing(running).position > 0

        await until(told_once)
        with running.database.writing() as connection:
            rewind(connection, "w1", 0)
        await nudge_webhooks(running.client)

        async def told_twice() -> bool:
            return there.ids == [f"{number}.1", f"{number}.1"] and standing(running).position > 0

        await until(told_twice)


async def test_a_receiver_hears_only_of_its_own_centres(place: Place, running: Working) -> None:
    make_key(place.settings.people_key_file)
    with receiver() as there, receiver() as elsewhere:
        subscribed(running, there.url, frozenset({"430100"}))
        subscribed(running, elsewhere.url, frozenset({"430200"}), "w2")
        number, _ = await running.submitter.open([announcing(1, centre="430100")], now())

        async def looked_through() -> bool:
            return standing(running).position == standing(running, "w2").position > 0

        await until(looked_through)
        assert (there.ids, elsewhere.ids) == ([f"{number}.1"], [])


async def test_after_three_days_of_failures_a_person_is_asked(place: Place, running: Working) -> None:
    make_key(place.settings.people_key_file)
    with receiver() as there:
        there.answer = 500
        subscribed(running, there.url)
        with running.database.writing() as connection:
            connection.execute(WEBHOOKS.update().values(failures=9))
        number, _ = await running.submitter.open([announcing(1)], now())

        async def given_up() -> bool:
            return standing(running).state == FAILING

        await until(given_up)
        there.answer = 200
        with running.database.writing() as connection:
            set_state(connection, "w1", "active")
        await nudge_webhooks(running.client)

        async def told() -> bool:
            return there.ids == [f"{number}.1"]

        await until(told)
