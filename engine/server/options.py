"""How the embedded server is run: data, with the reason for each value that is not the server's own."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

# As durable as the default journal, at twice the speed. A page cache of 64 MB: in the 2 MB of the default there is not
# even room for the timers of an exit day, which the server looks through every second. More is no faster.
PRAGMAS = {"journal_mode": "wal", "synchronous": "full", "cache_size": "-65536"}

# Limits meant to protect tenants from each other; here is one tenant, whose exit day would run into them. None of
# them changes the rate of a lifecycle; nor do partitions, eager start, shard I/O or fewer system workers (measured).
DYNAMIC_CONFIG: dict[str, str] = {
    # Waits open at once (update results, polls): the 1200 by default fail the 1201st with RESOURCE_EXHAUSTED.
    "frontend.namespaceCount": "20000",
    # Requests a second, by default 2400 for all: one import from a roster alone reaches it on a larger machine.
    "frontend.rps": "50000",
    "frontend.namespaceRPS": "50000",
    "history.rps": "50000",
    "matching.rps": "50000",
    # Listing workflows, 10 a second by default: the ledger is compared with them page by page.
    "frontend.namespaceRPS.visibility": "500",
    # Throttled persistence answers with errors and retries, where a queue in SQLite would only wait.
    "frontend.persistenceMaxQPS": "50000",
    "history.persistenceMaxQPS": "50000",
    "matching.persistenceMaxQPS": "50000",
    # Timers due that are held in memory: beyond 9,000 the server unloads them again, for the sake of other tenants, and
    # rests for half a minute. A province's cases are due at one instant, some KB each.
    "history.queuePendingTaskCriticalCount": "900000",
    "history.queuePendingTasksMaxCount": "1000000",
    # Timers read at a time, 100 by default: to find the next ones SQLite passes over all that came before.
    "history.timerTaskBatchSize": "1000",
    # Timers that ring at one instant, 512 at a time by default: the server then does nothing else, and their tasks
    # stand before every operator's. Few at a time, they ring as fast as the workers follow.
    "history.timerProcessorSchedulerWorkerCount": str(max(1, (os.cpu_count() or 1) // 2)),
}


@dataclass(frozen=True)
class ServerOptions:
    """One embedded server. `directory` holds its database, lock, log and address; a port of 0 is a free one.

    `database` None keeps everything in memory: for tests. `search_attributes` maps names to Temporal's types (Keyword,
    Int, …).
    """

    directory: Path
    database: str | None = "temporal.db"
    namespaces: tuple[str, ...] = ("jianding", "jianding-rehearsal")
    port: int = 0
    ui: bool = False
    ui_port: int = 0
    search_attributes: dict[str, str] = field(default_factory=dict)
    dynamic_config: dict[str, str] = field(default_factory=lambda: dict(DYNAMIC_CONFIG))
    log_level: str = "error"
    patience_seconds: float = 60.0

    def arguments(self, port: int, ui_port: int) -> list[str]:
        """The arguments of `temporal` for these ports."""
        given = ["server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), "--log-level", self.log_level]
        given += ["--log-format", "json", "--disable-config-file", "--disable-config-env"]
        given += ["--ui-port", str(ui_port)] if self.ui else ["--headless"]
        if self.database:
            given += ["--db-filename", str(self.directory / self.database)]
            given += [part for name, value in PRAGMAS.items() for part in ("--sqlite-pragma", f"{name}={value}")]
        for namespace in self.namespaces:
            given += ["--namespace", namespace]
        for name, kind in self.search_attributes.items():
            given += ["--search-attribute", f"{name}={kind}"]
        for name, value in self.dynamic_config.items():
            given += ["--dynamic-config-value", f"{name}={value}"]
        return given
