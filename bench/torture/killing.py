"""Kills, one after another, each at a random moment; one counts only if work was under way when it fell."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress

import msgspec
from sqlalchemy import text

from bench.torture.book import Asked
from bench.torture.house import House
from bench.torture.work import CERTIFIED, LIVES, REFUNDED, Work
from settings import PROJECT

_WEIGHTS = {"worker": 20, "command": 4, "server": 5, "database": 6, "up": 2}
_LONGEST_WAIT = 60.0


class Killer:
    """Kills what it draws."""

    def __init__(self, house: House, work: Work, seed: int) -> None:
        self._house, self._work = house, work
        self._dice = random.Random(seed)
        self.counted: Counter[str] = Counter()
        self.idle = 0
        """Kills that fell where nothing was under way: not counted."""

    async def kill(self) -> bool:
        """One kill; whether it counts: commands were unanswered, and steps had been recorded since the last one."""
        before = await self.recorded()
        kinds = ["command", *self._house.victims()]
        victim = self._dice.choices(kinds, [_WEIGHTS[kind] for kind in kinds])[0]
        await self._worked(before + self._dice.randint(2, 12))
        busy = self._work.book.in_flight > 0
        fell = await self._command() if victim == "command" else self._process(victim)
        if victim == "database" and fell:
            await self._house.mend_database(fell)
        if not (fell and busy):
            self.idle += 1
            return False
        self.counted[victim] += 1
        self._work.book.kill(victim)
        return True

    def _process(self, victim: str) -> int:
        """The process that was killed; 0 where there was none."""
        found = self._house.victims()[victim]()
        pid = self._dice.choice(found) if found else 0
        try:
            if pid:
                os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return 0
        return pid

    async def _command(self) -> bool:
        """A client is killed somewhere in the life of a case, which is brought to its end by another."""
        number, kind = self._work.number(), self._dice.choice((CERTIFIED, REFUNDED))
        commands = LIVES[kind]()
        self._work.book.ask(*(Asked(number, "client", command.id) for command in commands))
        lines = "\n".join([number, *(msgspec.json.encode(command).decode() for command in commands)])
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "bench.torture.client", self._house.target, cwd=PROJECT,
            env=self._house.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert client.stdin is not None
        client.stdin.write(lines.encode())
        client.stdin.close()
        fell = await self._amid(client)
        self._work.take_over(number, kind, commands)
        return fell

    async def _amid(self, client: asyncio.subprocess.Process) -> bool:
        """Kills the client in the midst of its work; False if it was over before."""
        assert client.stdout is not None
        with suppress(TimeoutError):
            for _ in range(self._dice.randint(1, 3)):
                await asyncio.wait_for(client.stdout.readline(), _LONGEST_WAIT)
            await asyncio.sleep(self._dice.uniform(0, 0.05))
        alive = client.returncode is None
        if alive:
            client.kill()
        await client.wait()
        return alive

    async def _worked(self, enough: int) -> None:
        """Waits until so many steps are on record."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_WAIT):
                while await self.recorded() < enough:
                    await asyncio.sleep(0.05)

    async def recorded(self) -> int:
        """How many steps are on record."""
        return int(await self._work.insist(lambda: asyncio.to_thread(self._count)))

    def _count(self) -> int:
        with self._work.here.database.reading() as connection:
            return int(connection.execute(text("SELECT count(*) FROM ledger")).scalar_one())
