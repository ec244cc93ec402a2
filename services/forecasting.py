"""What a day will do to the live caseload: the rules themselves, over every open case, with nothing written."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from records.case.context import Claim, context_for, decode_facts
from records.case.tables import CASES
from records.office.forecasts import Foretold, compare, keep, latest
from records.store.database import Database
from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.judge import judge

_PAGE = 1000


class Forecast(NamedTuple):
    """What was found: the summary of design §8, and each case that something falls due for."""

    summary: dict[str, Any]
    cases: list[Foretold]


def rehearse(connection: Connection, on: date) -> Forecast:
    """The forecast of `./run rehearse` (design §8): what falls due by `on`, letters by kind, liability in fen.

    Liability is what would have to be paid back if every candidate who is then being asked chose the refund (80号·三).
    No case is touched. `centres`: `{code: {"cases", "exits", "letters", "refund_liability_fen"}}`.
    """
    outcomes: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    centres: dict[str, Counter[str]] = defaultdict(Counter)
    contexts: dict[str, Context] = {}
    cases = []
    query = select(CASES.c.facts).where(CASES.c.next_wake_on <= on)
    for stored in connection.execution_options(yield_per=_PAGE).execute(query).scalars():
        facts = decode_facts(stored)
        judgement = judge(facts, (), _context(connection, facts, contexts), on)
        triggers = [step.trigger.value for step in judgement.steps if step.trigger]
        letters = [kind for step in judgement.steps for kind in step.letters]
        exits = "exit" in triggers
        outcomes[triggers[-1] if triggers else "unaffected"] += 1
        documents.update(letters)
        centre = centres[facts.centre]
        centre["cases"] += 1
        centre["exits"] += exits
        centre["letters"] += len(letters)
        centre["refund_liability_fen"] += (
            judgement.facts.refundable_fen if exits and judgement.facts.state == "choosing" else 0
        )
        cases.append(Foretold(facts.number, facts.revision, triggers[-1] if triggers else "", " ".join(letters)))
    total = int(connection.execute(select(func.count()).select_from(CASES)).scalar_one())
    outcomes["unaffected"] += total - len(cases)
    summary = {
        "on": on.isoformat(),
        "cases": total,
        "outcomes": dict(outcomes),
        "documents": dict(documents),
        "refund_liability_fen": sum(centre["refund_liability_fen"] for centre in centres.values()),
        "centres": {code: dict(counted) for code, counted in sorted(centres.items())},
    }
    return Forecast(summary, cases)


def foretell(database: Database, on: date, at: datetime) -> dict[str, Any]:
    """The summary of `rehearse`, kept with its cases for comparison afterwards."""
    with database.reading() as connection:
        found, cases = rehearse(connection, on)
    with database.writing() as connection:
        keep(connection, on, at, found, cases)
    return found


def against_forecast(database: Database, on: date | None) -> dict[str, Any] | None:
    """The last forecast (of `on`, if given) against what happened, case by case; None where nothing was foretold."""
    with database.reading() as connection:
        forecast = latest(connection, on)
        return compare(connection, forecast) if forecast is not None else None


def _context(connection: Connection, facts: CaseFacts, kept: dict[str, Context]) -> Context:
    """One context an occupation: neither duplicates nor holds matter to the calendar."""
    if facts.occupation not in kept:
        kept[facts.occupation] = context_for(connection, Claim("", facts.occupation, "", "", 0, ""))
    return kept[facts.occupation]
