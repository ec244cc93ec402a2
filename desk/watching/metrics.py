"""What is measured: our own figures from the database, and the Temporal SDK's own from every worker process."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from records.figures import Figures, figures
from records.store.database import Database
from states.business_dates import SHANGHAI, business_date

_KEPT_SECONDS = 10.0
_PATIENCE_SECONDS = 2.0


class Worker(NamedTuple):
    """A worker process, and host:port where its SDK tells its own measurements."""

    name: str
    address: str


class Gauge(NamedTuple):
    """One of ours: what it is called, what it counts, and how it is read from the figures. `label` names its parts."""

    name: str
    help: str
    read: Callable[[Figures], dict[str, float]]
    label: str = ""


def _plain(value: float | None) -> dict[str, float]:
    return {} if value is None else {"": float(value)}


def _days_late(found: Figures) -> float:
    if found.late_since is None:
        return 0.0
    return float((business_date(datetime.now(SHANGHAI)) - found.late_since).days)


GAUGES: tuple[Gauge, ...] = (
    Gauge("jianding_cases", "Cases by state", lambda f: dict(f.cases), "state"),
    Gauge("jianding_cases_waiting", "Cases that wait for a date or a second person", lambda f: _plain(f.waiting)),
    Gauge("jianding_deadlines_overdue", "Cases whose date has passed undone", lambda f: _plain(f.late)),
    Gauge("jianding_deadline_overdue_days", "Age of the oldest such date", lambda f: _plain(_days_late(f))),
    Gauge("jianding_letters_unset", "Letters recorded and not yet made", lambda f: _plain(f.letters_unset)),
    Gauge("jianding_letters_set", "Letters made", lambda f: _plain(f.letters_set)),
    Gauge("jianding_outbox", "Letters that are to leave, or left, by fate", lambda f: dict(f.outbox), "fate"),
    Gauge("jianding_outbox_age_seconds", "How long the oldest has been due", lambda f: _plain(f.outbox_age)),
    Gauge("jianding_runs", "Bulk runs by status", lambda f: dict(f.runs), "status"),
    Gauge("jianding_checkpoint_age_seconds", "Since the last checkpoint", lambda f: _plain(f.checkpoint_age)),
)
"""All of ours; docs/operations.md says what to be alarmed at."""


class Figured(Collector):
    """Our figures, asked of the database at most every ten seconds, however many ask us."""

    def __init__(self, database: Callable[[], Database]) -> None:
        """`database` opens it to be read; it is opened when it is first asked, and again after it failed."""
        self._open = database
        self._database: Database | None = None
        self._kept: Figures | None = None
        self._until = 0.0
        self._turn = Lock()

    def collect(self) -> Iterator[Metric]:
        """Every gauge; none but `jianding_up 0` while the database cannot be asked."""
        found = self._figures()
        yield GaugeMetricFamily("jianding_up", "Whether the database answers", value=float(found is not None))
        for gauge in GAUGES if found else ():
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=[gauge.label] if gauge.label else [])
            for part, value in gauge.read(found).items() if found else ():
                family.add_metric([part] if gauge.label else [], value)
            yield family

    def _figures(self) -> Figures | None:
        with self._turn:
            if time.monotonic() > self._until:
                self._kept = self._asked()
                self._until = time.monotonic() + _KEPT_SECONDS
            return self._kept

    def _asked(self) -> Figures | None:
        now = datetime.now(SHANGHAI)
        try:
            self._database = self._database or self._open()
            with self._database.reading() as connection:
                return figures(connection, business_date(now), now)
        except Exception:  # whatever it is, that we cannot ask is what there is to tell
            self._database = None
            return None


def exposition(database: Callable[[], Database]) -> Callable[[Sequence[Worker]], bytes]:
    """What answers for /metrics: this process, our figures, and what each worker's SDK says, under its name."""
    registry = CollectorRegistry()
    registry.register(Figured(database))
    ProcessCollector(registry=registry)

    def answer(workers: Sequence[Worker]) -> bytes:
        return generate_latest(registry) + generate_latest(_Gathered(workers))

    return answer


class _Gathered:
    """The measurements of several SDKs as one registry: one family a name, one label a worker."""

    def __init__(self, workers: Iterable[Worker]) -> None:
        self._workers = workers

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for worker in self._workers:
            for found in _of(worker):
                kept = families.setdefault(found.name, Metric(found.name, found.documentation, found.type))
                for sample in found.samples:
                    kept.samples.append(sample._replace(labels={**sample.labels, "worker": worker.name}))
        yield from families.values()


def _of(worker: Worker) -> list[Metric]:
    """What a worker's SDK says; nothing while it is not there."""
    try:
        with urllib.request.urlopen(f"http://{worker.address}/metrics", timeout=_PATIENCE_SECONDS) as answer:
            return list(text_string_to_metric_families(answer.read().decode()))
    except (OSError, ValueError):
        return []
