"""Is a certificate ours, and is it in force? For whoever knows its number, its holder's name and four characters."""

from __future__ import annotations

import unicodedata
from datetime import date

import msgspec
from sqlalchemy import Connection, or_, select

from records.case.context import decode_facts
from records.case.tables import CASES
from records.office.centres import registered
from records.store.database import Database
from states.case.facts import CaseFacts, Certificate
from states.words import Instrument, State


class CertificateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said. `standing`: in_force, reissued (in force, as a new print), attested (lost), revoked."""

    standing: str
    instrument: Instrument
    number: str
    occupation: str
    level: int
    issued_on: date
    issuer: str
    name_masked: str


def check_certificate(database: Database, number: str, name: str, last_four: str) -> CertificateAnswer | None:
    """The certificate, if all three fit; None alike for a number that is not ours and for a name that does not fit.

    An exit changes nothing: certificates issued before it stay valid (80号·四).
    """
    wanted = _plain(number)
    if not wanted or not name.strip() or not last_four.strip():
        return None
    with database.reading() as connection:
        facts = _bearer(connection, wanted)
        if facts is None or facts.candidate is None or facts.state is State.NEW:
            return None
        same_name = _plain(facts.candidate.name) == _plain(name)
        same_end = _plain(facts.candidate.id_number)[-4:] == _plain(last_four)
        if not (same_name and same_end):
            return None
        held = next((one for one in (facts.certificate, facts.skill_level) if one and one.number == wanted), None)
        return _answer(facts, held, _issuer(connection, facts, held)) if held else None


def _bearer(connection: Connection, number: str) -> CaseFacts | None:
    where = or_(CASES.c.certificate_no == number, CASES.c.skill_level_no == number)
    stored = connection.execute(select(CASES.c.facts).where(where).limit(1)).scalar_one_or_none()
    return decode_facts(stored) if stored else None


def _answer(facts: CaseFacts, held: Certificate, issuer: str) -> CertificateAnswer:
    assert facts.candidate is not None
    standings = {State.REVOKED: "revoked", State.REISSUED: "reissued", State.ATTESTED: "attested"}
    name = facts.candidate.name
    return CertificateAnswer(
        standing=standings.get(facts.state, "in_force"),
        instrument=held.instrument,
        number=held.number,
        occupation=facts.occupation,
        level=facts.level,
        issued_on=held.issued_on,
        issuer=issuer,
        name_masked=name[:1] + "＊" * max(len(name) - 1, 0),
    )


def _issuer(connection: Connection, facts: CaseFacts, held: Certificate) -> str:
    if held.organisation:
        return held.organisation
    known = registered(connection).get(facts.centre)
    return known.centre.name if known else facts.centre


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
