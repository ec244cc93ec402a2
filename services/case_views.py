"""Cases as somebody who is signed in may look at them."""

from __future__ import annotations

from typing import Any, NamedTuple

from records.case.reading import case_view, list_cases
from records.store.database import Database
from services.cases import reached
from states.case.facts import CaseFacts
from states.office.people import Actor


class CaseView(NamedTuple):
    """A case: its facts, and the `case show` shape of design §8."""

    facts: CaseFacts
    shape: dict[str, Any]


def view_of(database: Database, actor: Actor, number: str) -> CaseView:
    """One case. Raises UnknownCase."""
    with database.reading() as connection:
        facts = reached(connection, actor, number)
        shape = case_view(connection, number)
    assert shape is not None  # its facts are on record
    return CaseView(facts, shape)


def cases_of(
    database: Database,
    actor: Actor,
    *,
    state: str = "",
    centre: str = "",
    occupation: str = "",
    pending: bool = False,
    limit: int,
) -> list[dict[str, Any]]:
    """The cases of the centres that `actor` reaches, newest number first."""
    chosen = {"state": state, "centre": centre, "occupation": occupation}
    with database.reading() as connection:
        return list_cases(connection, **chosen, pending=pending, limit=limit, centres=actor.centres)
