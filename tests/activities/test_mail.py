"""A mail server that does not answer is waited for once a page, and no letter is taken for sent."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from activities.mail import Ending, Mailer, Unreachable
from records.office.centres import Registered
from records.post.outbox import FAILED, PENDING, Parcel
from settings import Settings
from states.business_dates import SHANGHAI
from states.reference.centres import centres

NOW = datetime(2026, 11, 25, 9, tzinfo=SHANGHAI)
KNOWN = {code: Registered(centre) for code, centre in centres().items()}
PARCEL = Parcel(
    id=1, case="4301002026000001", centre="430100", name="王喆", address="", email="wz@example.org",
    kind="announcement", number="1号", channel="email", status=PENDING, message_id="<1@x>",
    path="x", attempts=0, not_before="",
)  # fmt: skip


async def test_one_attempt_to_connect_a_page(tmp_path: Path) -> None:
    calls = 0

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = Settings(
        data_dir=tmp_path, smtp_host="127.0.0.1", smtp_port=port, smtp_tls=False, smtp_from="jd@example.org"
    )
    async with Mailer(settings, KNOWN) as mailer:
        for _ in range(3):
            with pytest.raises(Unreachable):
                await mailer.send(PARCEL, b"%PDF", NOW)
    assert calls == 1
    server.close()


async def test_an_address_that_is_none_fails_by_itself(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, smtp_host="127.0.0.1", smtp_from="jd@example.org")
    ending = await Mailer(settings, KNOWN).send(PARCEL._replace(email="a@b.cn\nBcc: c@d.cn"), b"%PDF", NOW)
    assert isinstance(ending, Ending)
    assert (ending.status, ending.detail[:6]) == (FAILED, "地址无法投递")
