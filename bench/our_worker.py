"""Our worker process as the bench starts it: the product's own, with two things that only a measurement wants.

`--no-letters`: documents are recorded, none is set. `--skew SECONDS`: business time runs ahead of the clock, so that
the midnight an exit waits for comes when the measurement is ready, not tonight. Patched before anything else is
imported; from there on it is `./run worker`.
"""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta

import states.business_dates as dates


def skew(seconds: float) -> None:
    """Every business date and every midnight of this process is `seconds` ahead of the clock."""
    ahead = timedelta(seconds=seconds)
    business_date, midnight = dates.business_date, dates.midnight

    def skewed_date(instant: datetime) -> date:
        return business_date(instant + ahead)

    def skewed_midnight(day: date) -> datetime:
        return midnight(day) - ahead

    dates.business_date, dates.midnight = skewed_date, skewed_midnight


def _option(name: str) -> str | None:
    if name not in sys.argv:
        return None
    at = sys.argv.index(name)
    value = sys.argv[at + 1] if name == "--skew" else "yes"
    del sys.argv[at : at + (2 if name == "--skew" else 1)]
    return value


if __name__ == "__main__":
    letters, ahead = _option("--no-letters") is None, _option("--skew")
    if ahead:
        skew(float(ahead))
    from activities.typesetting import Typesetter
    from desk.cli.__main__ import app

    if not letters:
        Typesetter.hand_over = lambda self, jobs: None  # type: ignore[method-assign]
    app(["worker", *sys.argv[1:]])
