"""A case's facts, and the world it is judged in: what travels with a command."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, bindparam, select

from records.case.tables import CASES
from records.ledger.trusted import check_case
from records.office.centres import Registered, problem_of, registered
from records.office.exams import draws_of, sessions_of
from records.office.world import active_holds, catalog_in_force, own_holidays, policies, world_version
from records.store.prepared import Prepared
from states.case.asking import Asked
from states.case.context import Context
from states.case.earlier import brought_up, is_earlier
from states.case.facts import CaseFacts
from states.policies import Policies
from states.reference.catalog import Catalog
from states.reference.documents import plain
from states.reference.workdays import exceptions

_decode_facts = msgspec.json.Decoder(CaseFacts).decode
_encode = msgspec.json.Encoder().encode
_SINCE = '"announced_on"'  # what every case opened by announcement says since the rules were revised

_FACTS = Prepared(select(CASES.c.facts).where(CASES.c.number == bindparam("number")))
_WITNESSED = ("number", "revision", "state", "head_hash", "facts")
_CASE = Prepared(select(*(CASES.c[name] for name in _WITNESSED)).where(CASES.c.number == bindparam("number")))
_HOLDER = Prepared(select(CASES.c.number).where(CASES.c.person_key == bindparam("key")))


def decode_facts(stored: str | bytes) -> CaseFacts:
    """Facts as they were stored, by this build or the first. Raises msgspec.MsgspecError."""
    text = stored if isinstance(stored, str) else stored.decode()
    return _decode_facts(text if _SINCE in text else _of_now(text))


def _of_now(text: str) -> str | bytes:
    """Facts of the first build in today's shape; any other text as it is."""
    told = msgspec.json.decode(text)
    if not isinstance(told, dict) or not is_earlier(told):
        return text
    try:
        return _encode(brought_up(told))
    except (KeyError, TypeError, AttributeError) as altered:
        raise msgspec.ValidationError("facts of no build") from altered


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
    holidays: dict[date, bool]
    centres: Mapping[str, Registered]


_NOTHING = Asked()
_TERMS_REACH = 60  # days: the longest holidays and some twenty working days
_worlds: weakref.WeakKeyDictionary[Engine, World] = weakref.WeakKeyDictionary()


def person_key(id_number: str, occupation: str, level: int, exam_id: str) -> str:
    """The unique key of design §8: a second case for it is refused while the first stands."""
    return "|".join((plain(id_number), occupation, str(level), exam_id))


def world(connection: Connection) -> World:
    """The calendar, policies and holds in force; one small query when nothing changed."""
    version = world_version(connection)
    kept = _worlds.get(connection.engine)
    if kept is None or kept.version != version:
        kept = World(
            version,
            catalog_in_force(connection),
            policies(connection),
            active_holds(connection),
            own_holidays(connection),
            registered(connection),
        )
        _worlds[connection.engine] = kept
    return kept


def case_facts(connection: Connection, number: str) -> CaseFacts | None:
    """The facts of a case as recorded, or None."""
    row = _FACTS.one(connection, number=number)
    return decode_facts(row[0]) if row else None


def believed_facts(connection: Connection, number: str) -> CaseFacts | None:
    """The facts of a case as recorded, for whoever acts on them, or None. Raises NotAsRecorded."""
    row = _CASE.one(connection, number=number)
    if row is None:
        return None
    case = dict(zip(_WITNESSED, row, strict=True))
    check_case(connection, case)
    return decode_facts(case["facts"])


def context_for(connection: Connection, claim: Claim, asked: Asked = _NOTHING) -> Context:
    """The world around one case, to travel with its next commands, which name what is `asked`."""
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
        centre_problem=_centre_problem(now, claim.centre),
        next_centre_problem=_centre_problem(now, asked.next_centre),
        hold=_hold(now, claim),
        duplicate=holder if holder != claim.number else "",
        sessions=sessions_of(connection, claim.centre, asked.sessions),
        draws=draws_of(connection, asked.papers),
        policies=_counting(now, asked.terms_from),
    )


def _centre_problem(now: World, code: str) -> str:
    return problem_of(now.centres, code) if code else ""


def _counting(now: World, day: date | None) -> Policies:
    """The policies, with the days off that a term of working days from `day` may meet."""
    if day is None or now.policies.workday_deadlines:
        return now.policies
    return replace(now.policies, exceptions=exceptions(day, _TERMS_REACH, now.holidays))


def _hold(now: World, claim: Claim) -> str:
    for key in (("case", claim.number), ("centre", claim.centre), ("occupation", claim.occupation)):
        if key in now.holds:
            return now.holds[key]
    return ""
