"""Whose place a case takes: one person, one occupation, one level, one exam; and one bearer a certificate number."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from records.case.context import Claim, person_key
from records.case.tables import CASES
from records.store.prepared import Prepared
from states.case.facts import CaseFacts
from states.words import State

_OTHERS = select(CASES.c.number).where(CASES.c.number != bindparam("number"))
_HOLDER = Prepared(_OTHERS.where(CASES.c.person_key == bindparam("key")))
_CERTIFICATE = Prepared(_OTHERS.where(CASES.c.certificate_no == bindparam("certificate")))
_ENDED = frozenset(
    {State.CLOSED, State.REFUNDED, State.FAILED, State.REVOKED}
)  # whoever ended so may be announced anew


def claim_of(facts: CaseFacts) -> Claim:
    """What the world is asked about a case on record."""
    id_number = facts.candidate.id_number if facts.candidate else ""
    return Claim(facts.number, facts.occupation, facts.centre, id_number, facts.level, _exam_of(facts))


def _exam_of(facts: CaseFacts) -> str:
    """What tells one person's cases apart: the announced exam, or for an old certificate its number."""
    imported = facts.certificate is not None and facts.exam is None
    number = facts.certificate.number if imported and facts.certificate else facts.archive_no
    return facts.exam_id or number


def taken(connection: Connection, facts: CaseFacts) -> str:
    """The other case that stands where `facts` would, by person or by certificate number; empty if there is none."""
    key, certificate = key_of(facts), facts.certificate_no or facts.archive_no
    if key and (holder := _HOLDER.one(connection, key=key, number=facts.number)):
        return str(holder[0])
    if certificate and (holder := _CERTIFICATE.one(connection, certificate=certificate, number=facts.number)):
        return str(holder[0])
    return ""


def key_of(facts: CaseFacts) -> str | None:
    """The unique key that the case holds while it stands; None once it has ended, or before it has a candidate."""
    declined = facts.state is State.NEW and facts.pending is None
    if facts.state in _ENDED or facts.candidate is None or declined:
        return None
    return person_key(facts.candidate.id_number, facts.occupation, facts.level, _exam_of(facts))
