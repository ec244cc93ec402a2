"""What the measurements share: one server, worker processes to start and stop, clocks, medians."""

from __future__ import annotations

import asyncio
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from temporalio.client import Client

from bench.bare import NAMESPACE
from engine.server.embedded import EmbeddedServer
from engine.server.options import ServerOptions
from services.place import Place, live_place
from settings import PROJECT, Settings

Say = Callable[[str], None]
OURS, PLAIN = "jianding", "jianding-plain"  # with letters, and without


class Sizes(NamedTuple):
    """How much of each. `rounds` of each side, in turns; cases and rows a round."""

    rounds: int = 5
    lifecycles: int = 80
    in_flight: int = 40
    dbos: int = 40
    exits: int = 600
    killed: int = 4000
    letters: int = 120
    weasyprint: int = 4
    rows: int = 400
    parsed: int = 20_000
    replays: int = 150
    commands: int = 200
    kills: int = 200


QUICK = Sizes(
    rounds=1, lifecycles=6, in_flight=3, dbos=2, exits=10, killed=20, letters=6, weasyprint=1, rows=12, parsed=300,
    replays=5, commands=5, kills=3,
)  # fmt: skip


@dataclass
class Stage:
    """One embedded server and a directory for each side's data."""

    server: EmbeddedServer
    directory: Path
    say: Say
    sizes: Sizes
    pace: float = 20.0
    """Timers set a second, as far as is known; a first guess that any machine keeps."""
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def target(self) -> str:
        """Where the server answers."""
        return self.server.target

    def place(self, name: str) -> Place:
        """A live place of its own; `name` is its namespace and folder."""
        settings = Settings(data_dir=self.directory / name, temporal_namespace=name)
        return live_place(settings, self.target)

    async def bare_client(self) -> Client:
        """A client of the bare side, with the SDK's own converter."""
        return await Client.connect(self.target, namespace=NAMESPACE)

    def our_workers(self, name: str, *arguments: str) -> list[subprocess.Popen[bytes]]:
        """One worker process a core for the place `name`."""
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("JIANDING_")},
            "JIANDING_DATA_DIR": str(self.directory / name),
            "JIANDING_TEMPORAL_NAMESPACE": name,
        }
        return self._start("bench.our_worker", *arguments, environment=environment)

    def bare_workers(self) -> list[subprocess.Popen[bytes]]:
        """One worker process a core for the bare side."""
        return self._start("bench.bare", environment=dict(os.environ))

    def _start(self, module: str, *arguments: str, environment: dict[str, str]) -> list[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", module, *arguments, "--target", self.target]
        started = [
            subprocess.Popen(command, cwd=PROJECT, env=environment, start_new_session=True) for _ in range(cores())
        ]
        self._processes += started
        return started

    def cpu(self, workers: Sequence[subprocess.Popen[bytes]]) -> dict[str, float]:
        """CPU seconds spent so far by the server, those workers, and this process, which is the client."""
        return {
            "server": _cpu(self.server.address.pid),
            "workers": sum(_cpu(process.pid) for process in workers),
            "client": _cpu(os.getpid()),
        }

    def stop(self, processes: Sequence[subprocess.Popen[bytes]], how: signal.Signals = signal.SIGTERM) -> None:
        """Ends worker processes and waits for it."""
        for process in processes:
            if process.poll() is None:
                process.send_signal(how)
        for process in processes:
            process.wait()

    def stop_all(self) -> None:
        """Ends whatever still runs."""
        self.stop(self._processes, signal.SIGKILL)


@asynccontextmanager
async def stage(directory: Path, sizes: Sizes, say: Say) -> AsyncIterator[Stage]:
    """The embedded server of the product, its options unchanged but for the namespaces."""
    options = ServerOptions(directory / "temporal", namespaces=(OURS, PLAIN, NAMESPACE))
    async with EmbeddedServer(options) as server:
        here = Stage(server, directory, say, sizes)
        try:
            yield here
        finally:
            here.stop_all()


async def in_turns(
    rounds: int, sides: dict[str, Callable[[int], Awaitable[float]]], say: Say
) -> dict[str, list[float]]:
    """Measures every side once a round, first in one order, then in the other; all rates, by side."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for n in range(rounds):
        for name in list(sides) if n % 2 == 0 else reversed(list(sides)):
            rates[name].append(await sides[name](n))
            say(f"{name} {n + 1}/{rounds}: {rates[name][-1]:.1f}/s")
    return rates


async def gathered(jobs: Sequence[Callable[[], Awaitable[Any]]], in_flight: int) -> float:
    """Does all jobs, so many at once; the seconds it took."""
    waiting = list(reversed(jobs))

    async def lane() -> None:
        while waiting:
            await waiting.pop()()

    began = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(in_flight)))
    return time.perf_counter() - began


async def until(true: Callable[[], bool], patience: float = 600.0, pause: float = 0.05) -> None:
    """Looks until it is true. Raises TimeoutError."""
    deadline = time.monotonic() + patience
    while not await asyncio.to_thread(true):
        if time.monotonic() > deadline:
            raise TimeoutError("a measurement did not come to its end")
        await asyncio.sleep(pause)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def middle(rates: Sequence[float]) -> float:
    """The median, to three digits."""
    return round(median(rates), 3) if rates else 0.0


def ratio(ours: Sequence[float], other: Sequence[float]) -> float:
    """The median of the ratios of rounds that were measured side by side."""
    return round(median(a / b for a, b in zip(ours, other, strict=True)), 3)


def cores() -> int:
    """How many processes may really run at once."""
    return len(os.sched_getaffinity(0))


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": model,
        "cores": cores(),
        "memory_gib": round(memory / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("temporalio", "typst", "sqlmodel", "sqlalchemy", "msgspec")},
    }
