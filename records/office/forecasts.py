"""Forecasts of an exit day, kept so that afterwards each case can be held against what happened to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select

from records.ledger.tables import LEDGER
from records.office.tables import ForecastCaseRow, ForecastRow

_FORECASTS: Any = ForecastRow.metadata.tables["forecasts"]
_CASES: Any = ForecastCaseRow.metadata.tables["forecast_cases"]
_CHUNK = 5000


class Foretold(NamedTuple):
    """One case: the revision it was at, the last trigger that would fire (empty: none), the letters, in order."""

    case: str
    revision: int
    trigger: str
    letters: str


def keep(connection: Connection, on: date, at: datetime, summary: dict[str, Any], cases: Sequence[Foretold]) -> int:
    """Keeps a forecast; its id."""
    said = msgspec.json.encode(summary).decode()
    (id_,) = connection.execute(
        insert(ForecastRow).values(on_date=on, at=at.isoformat(), summary=said)
    ).inserted_primary_key or (0,)
    for first in range(0, len(cases), _CHUNK):
        rows = [
            {
                "forecast_id": id_,
                "case_number": c.case,
                "revision": c.revision,
                "trigger": c.trigger,
                "letters": c.letters,
            }
            for c in cases[first : first + _CHUNK]
        ]
        connection.execute(insert(ForecastCaseRow), rows)
    return int(id_)


def latest(connection: Connection, on: date | None) -> Any:
    """The last forecast, of the day `on` if it is given; None if there is none."""
    query = select(_FORECASTS).order_by(_FORECASTS.c.id.desc()).limit(1)
    return connection.execute(query.where(_FORECASTS.c.on_date == on) if on else query).mappings().one_or_none()


def compare(connection: Connection, forecast: Any) -> dict[str, Any]:
    """Forecast against ledger, case by case.

    `{"on", "forecast_at", "cases", "as_forecast", "changed", "outstanding", "unexplained", "triggers", "letters",
    "differences": [{"case", "foretold", "found", "why"}]}`. `changed`: somebody acted on the case, or its date moved,
    between forecast and day. `outstanding`: nothing has happened yet. `unexplained` should be none.
    """
    found: Counter[str] = Counter()
    triggers: dict[str, Counter[str]] = {"foretold": Counter(), "found": Counter()}
    letters: dict[str, Counter[str]] = {"foretold": Counter(), "found": Counter()}
    differences = []
    on: date = forecast["on_date"]
    for told, entries in _pairs(connection, int(forecast["id"])):
        calendar = [entry for entry in entries if entry.command == "follow_calendar" and entry.on_date <= on]
        last = calendar[-1].trigger or "" if calendar else ""
        sent = _kinds(calendar)
        triggers["foretold"][told.trigger] += 1
        triggers["found"][last] += 1
        letters["foretold"].update(told.letters.split())
        letters["found"].update(sent)
        verdict, why = _verdict(told, entries, calendar, last, sent, on)
        found[verdict] += 1
        if verdict != "as_forecast":
            differences.append({"case": told.case, "foretold": told.trigger, "found": last, "why": why})
    return {
        "on": on.isoformat(),
        "forecast_at": forecast["at"],
        "cases": sum(found.values()),
        **{name: found[name] for name in ("as_forecast", "changed", "outstanding", "unexplained")},
        "triggers": {name: dict(count) for name, count in triggers.items()},
        "letters": {name: dict(count) for name, count in letters.items()},
        "differences": differences,
    }


def _pairs(connection: Connection, id_: int) -> list[tuple[Foretold, list[Any]]]:
    """Each case foretold, with what the ledger has of it since."""
    c = _CASES.c
    cases = {
        row.case_number: Foretold(row.case_number, row.revision, row.trigger, row.letters)
        for row in connection.execute(select(_CASES).where(c.forecast_id == id_).order_by(c.case_number))
    }
    since: dict[str, list[Any]] = {case: [] for case in cases}
    query = select(
        LEDGER.c.case_number, LEDGER.c.command, LEDGER.c.trigger, LEDGER.c.on_date, LEDGER.c.documents, LEDGER.c.dest
    ).join(_CASES, (c.case_number == LEDGER.c.case_number) & (c.forecast_id == id_) & (LEDGER.c.revision > c.revision))
    for entry in connection.execute(query.order_by(LEDGER.c.case_number, LEDGER.c.revision)):
        since[entry.case_number].append(entry)
    return [(cases[case], entries) for case, entries in since.items()]


def _kinds(entries: Sequence[Any]) -> list[str]:
    return [kind for entry in entries for kind, *_ in msgspec.json.decode(entry.documents)]


def _verdict(
    told: Foretold, entries: Sequence[Any], calendar: Sequence[Any], last: str, sent: list[str], on: date
) -> tuple[str, str]:
    if last == told.trigger and sent == told.letters.split():
        return "as_forecast", ""
    people = [entry for entry in entries if entry.command != "follow_calendar" and entry.on_date <= on]
    if people:
        return "changed", f"期间已办理：{people[-1].command}"
    if any(entry.trigger is None and not msgspec.json.decode(entry.documents) for entry in calendar):
        return "changed", "退出日期已改"
    if not entries:
        return "outstanding", "尚未发生"
    return "unexplained", f"预计 {told.trigger or '—'}（{told.letters}），实际 {last or '—'}（{' '.join(sent)}）"
