"""`up --demo`: the console on a finished season, in one process, until Ctrl-C."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from desk.cli.output import aside, people, progress, table
from desk.engines import rehearsing
from desk.watching.health import free_address
from desk.web.app import console
from desk.web.house import House
from rehearsal.exhibition import STANDS_AT, DemoAccount, accounts_of, season
from settings import Settings
from states.words import ROLE_NAMES


async def exhibit(settings: Settings, folder: Path, port: int, cases: int, as_json: bool) -> None:
    """Serves the pages; says where, and as whom, once they answer."""
    async with rehearsing(settings, folder) as (place, running):
        with progress("演练") as told:
            await season(running, cases, told)
        found = await asyncio.to_thread(accounts_of, place.settings, running.database, folder)
        house = House(
            place.settings, place, running.database, submitter=running.submitter, client=running.client,
            business=lambda: STANDS_AT,
        )  # fmt: skip
        chosen = port or int(free_address().rpartition(":")[2])
        config = uvicorn.Config(
            console(house), host="127.0.0.1", port=chosen, access_log=False, log_level="warning", server_header=False
        )
        await _Told(config, lambda: _tell(f"http://127.0.0.1:{chosen}", found, as_json)).serve()


class _Told(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, answers: Callable[[], None]) -> None:
        super().__init__(config)
        self._answers = answers

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listens, then says so."""
        await super().startup(sockets)
        if self.started:
            self._answers()


def _tell(url: str, found: list[DemoAccount], as_json: bool) -> None:
    if as_json:
        line: Any = {"url": url, "accounts": [msgspec.to_builtins(one) for one in found]}
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()
        return
    people.print(f"网页界面 {url}", style="bold", markup=False)
    rows = [(one.name, one.password, "、".join(ROLE_NAMES[role] for role in one.roles)) for one in found]
    table("账户", ("姓名", "口令", "角色"), rows)
    aside.print("演练数据：文书带“演练”字样，不会寄出；按 Ctrl-C 停止", markup=False)
