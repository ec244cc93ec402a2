"""Questions to the database: a case's facts, the world it is judged in, lists, what falls due."""

from __future__ import annotations

import unicodedata
import weakref
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, bindparam, func, select

from records.prepared import Prepared
from records.tables import CaseRow, DocumentRow, LedgerRow
from records.world import active_holds, catalog_in_force, policies, world_version
from states.catalog import Catalog
from states.centres import centres
from states.context import Context
from states.deadlines import deadlines
from states.facts import CaseFacts
from states.policies import Policies

CASES: Any = CaseRow.metadata.tables["cases"]
LEDGER: Any = LedgerRow.metadata.tables["ledger"]
DOCUMENTS: Any = DocumentRow.metadata.tables["documents"]
LIVE_STATES = ("announced", "registered", "choosing")  # what an exit, or a moved one, may still change
decode_facts = msgspec.json.Decoder(CaseFacts).decode

_FACTS = Prepared(select(CASES.c.facts).where(CASES.c.number == bindparam("number")))
_HOLDER = Prepared(select(CASES.c.number).where(CASES.c.person_key == bindparam("key")))


class Claim(NamedTuple):
    """Whose case it is, or would be: what a duplicate is told by."""

    number: str
    occupation: str
    centre: str
    id_number: str
    level: int
    exam_id: str


class World(NamedTuple):
    """The world as last read, kept until its version grows."""

    version: int
    catalog: Catalog
    policies: Policies
    holds: dict[tuple[str, str], str]


_worlds: weakref.WeakKeyDictionary[Engine, World] = weakref.WeakKeyDictionary()


def person_key(id_number: str, occupation: str, level: int, exam_id: str) -> str:
    """The unique key of design §8: a second case for it is refused while the first stands."""
    typed = unicodedata.normalize("NFKC", id_number).strip().upper()  # as `check_id_number` reads it
    return "|".join((typed, occupation, str(level), exam_id))


def world(connection: Connection) -> World:
    """The calendar, policies and holds in force; one small query when nothing changed."""
    version = world_version(connection)
    kept = _worlds.get(connection.engine)
    if kept is None or kept.version != version:
        kept = World(version, catalog_in_force(connection), policies(connection), active_holds(connection))
        _worlds[connection.engine] = kept
    return kept


def case_facts(connection: Connection, number: str) -> CaseFacts | None:
    """The facts of a case as recorded, or None."""
    row = _FACTS.one(connection, number=number)
    return decode_facts(row[0]) if row else None


def context_for(connection: Connection, claim: Claim) -> Context:
    """The world around one case, to travel with its next command."""
    now = world(connection)
    found = now.catalog.find(claim.occupation)
    occupation = found.occupation if found else claim.occupation
    key = person_key(claim.id_number, occupation, claim.level, claim.exam_id)
    (holder,) = (_HOLDER.one(connection, key=key) if claim.id_number else None) or ("",)
    return Context(
        exit_date=found.exit_date if found else None,
        occupation=occupation,
        qualification=found.qualification if found else "",
        known_occupation=found is not None,
        suggestions=() if found else tuple(now.catalog.suggest(claim.occupation)),
        centre_problem="" if not claim.centre or claim.centre in centres() else "登记册中没有这个鉴定中心代码",
        hold=_hold(now, claim),
        duplicate=holder if holder != claim.number else "",
        policies=now.policies,
    )


def _hold(now: World, claim: Claim) -> str:
    for key in (("case", claim.number), ("centre", claim.centre), ("occupation", claim.occupation)):
        if key in now.holds:
            return now.holds[key]
    return ""


def next_wake(connection: Connection) -> date | None:
    """The first business date on which some case has something to do."""
    found: date | None = connection.execute(select(func.min(CASES.c.next_wake_on))).scalar_one()
    return found


def due_cases(connection: Connection, day: date) -> list[str]:
    """The numbers of all cases that have something to do by `day`."""
    return list(connection.execute(select(CASES.c.number).where(CASES.c.next_wake_on <= day)).scalars())


def cases_of(connection: Connection, occupations: list[str]) -> list[str]:
    """The numbers of all cases that an exit of `occupations` may still change."""
    live = CASES.c.state.in_(LIVE_STATES)
    return list(connection.execute(select(CASES.c.number).where(live & CASES.c.occupation.in_(occupations))).scalars())


def list_cases(
    connection: Connection,
    *,
    state: str = "",
    centre: str = "",
    occupation: str = "",
    pending: bool = False,
    limit: int,
) -> list[dict[str, Any]]:
    """Cases as rows, newest number first."""
    query = select(CASES).order_by(CASES.c.number.desc()).limit(limit)
    for column, value in ((CASES.c.state, state), (CASES.c.centre, centre), (CASES.c.occupation, occupation)):
        if value:
            query = query.where(column == value)
    if pending:
        query = query.where(CASES.c.pending.is_not(None))
    return [dict(row) for row in connection.execute(query).mappings()]


def case_view(connection: Connection, number: str) -> dict[str, Any] | None:
    """The `case show` shape of design §8, or None for a number that is not on record."""
    facts = case_facts(connection, number)
    if facts is None:
        return None
    return {
        "id": number,
        "state": facts.state.value,
        "revision": facts.revision,
        "occupation": facts.occupation,
        "level": facts.level,
        "exit_date": facts.exit_date.isoformat() if facts.exit_date else None,
        "pending": facts.pending.command if facts.pending else None,
        "escalated": facts.escalated,
        "deadlines": [
            {"kind": deadline.kind.value, "on": deadline.on.isoformat()}
            for deadline in deadlines(facts, world(connection).policies)
        ],
        "documents": documents(connection, number),
        "timeline": timeline(connection, number),
    }


def documents(connection: Connection, number: str) -> list[dict[str, Any]]:
    """The documents of a case in the order they were produced; `path` is null until the letter is set."""
    columns = ("kind", "number", "path", "sha256", "template_version")
    query = select(*(DOCUMENTS.c[name] for name in columns)).where(DOCUMENTS.c.case_number == number)
    return [dict(row) for row in connection.execute(query.order_by(DOCUMENTS.c.id)).mappings()]


def timeline(connection: Connection, number: str) -> list[dict[str, Any]]:
    """What happened to a case, revision by revision."""
    query = select(LEDGER).where(LEDGER.c.case_number == number).order_by(LEDGER.c.revision)
    return [
        {
            "revision": row["revision"],
            "at": row["at"],
            "by": row["by"],
            "command": row["command"],
            "trigger": row["trigger"],
            "from": row["source"],
            "to": row["dest"],
        }
        for row in connection.execute(query).mappings()
    ]
