"""What a day will do to the live caseload: the rules themselves, over every open case, with nothing written."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from records.reading import CASES, Claim, context_for, decode_facts
from states.context import Context
from states.decide import judge
from states.facts import CaseFacts

_PAGE = 1000


def rehearse(connection: Connection, on: date) -> dict[str, Any]:
    """The forecast of `./run rehearse` (design §8): what falls due by `on`, letters by kind, liability in fen.

    Liability is what would have to be paid back if every candidate who is then being asked chose the refund (80号·三).
    """
    outcomes: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    centres: Counter[str] = Counter()
    liability, due = 0, 0
    contexts: dict[str, Context] = {}
    query = select(CASES.c.facts).where(CASES.c.next_wake_on <= on)
    for stored in connection.execution_options(yield_per=_PAGE).execute(query).scalars():
        facts = decode_facts(stored)
        judgement = judge(facts, (), _context(connection, facts, contexts), on)
        triggers = [step.trigger.value for step in judgement.steps if step.trigger]
        outcomes[triggers[-1] if triggers else "unaffected"] += 1
        documents.update(kind for step in judgement.steps for kind in step.letters)
        centres[facts.centre] += 1
        liability += judgement.facts.fee_fen if "exit" in triggers and judgement.facts.state == "choosing" else 0
        due += 1
    total = int(connection.execute(select(func.count()).select_from(CASES)).scalar_one())
    outcomes["unaffected"] += total - due
    return {
        "on": on.isoformat(),
        "cases": total,
        "outcomes": dict(outcomes),
        "documents": dict(documents),
        "refund_liability_fen": liability,
        "centres": dict(centres),
    }


def _context(connection: Connection, facts: CaseFacts, kept: dict[str, Context]) -> Context:
    """One context an occupation: neither duplicates nor holds matter to the calendar."""
    if facts.occupation not in kept:
        kept[facts.occupation] = context_for(connection, Claim("", facts.occupation, "", "", 0, ""))
    return kept[facts.occupation]
