"""What several commands check alike: a person, a number, a fee, whose refusals are the same everywhere."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from states import refusals as r
from states.case.commands import COMMAND_NAMES, Command, name_of
from states.case.facts import Candidate, CaseFacts, Payee, Refund
from states.reference.documents import check_document
from states.reference.email import is_email
from states.reference.identity import BadIdNumber
from states.reference.numbers import BadCertificateNumber, CertificateNumber, SkillLevelNumber, archive_number
from states.words import Basis, Instrument

MOST_FEN = 100_000_000


def invalid(command: Command, why: str) -> r.Refusal:
    """InvalidField of `command`, in words."""
    return r.InvalidField(command=name_of(command), why=why)


def evidenced(command: Command, why: str) -> str:
    """The evidence of a step that needs some. Raises EvidenceMissing."""
    if not command.evidence.strip():
        raise r.EvidenceMissing(command=COMMAND_NAMES[name_of(command)], why=why)
    return command.evidence.strip()


def checked_candidate(candidate: Candidate, command: Command, today: date) -> Candidate:
    """The person with name and number as they are kept. Raises InvalidIdNumber, InvalidField."""
    name = candidate.name.strip()
    if not name:
        raise invalid(command, "姓名不能为空")
    try:
        id_number = check_document(candidate.id_number, candidate.id_type, today).text
    except BadIdNumber as bad:
        raise r.InvalidIdNumber(why=bad.why) from bad
    if candidate.email and not is_email(candidate.email):
        raise invalid(command, f"电子邮箱“{candidate.email}”应写作 name@example.org")
    return replace(candidate, name=name, id_number=id_number)


def checked_number(text: str, instrument: Instrument, level: int, *, archive: bool = False) -> str:
    """A number of this kind and level; `archive`: old forms are taken too. Raises InvalidCertificateNumber."""
    try:
        if archive and (old := archive_number(text, instrument)):
            return old
        parse = CertificateNumber.parse if instrument is Instrument.VOCATIONAL else SkillLevelNumber.parse
        number = parse(text)
    except BadCertificateNumber as bad:
        raise r.InvalidCertificateNumber(number=text, why=str(bad)) from bad
    if number.level != level:
        raise r.InvalidCertificateNumber(number=text, why=f"编号中的等级为{number.level}，案件等级为{level}")
    return str(number)


def opened_refund(facts: CaseFacts, basis: Basis, payee: Payee | None, today: date) -> CaseFacts:
    """`facts` with whatever money there is on its way back, to `payee`, else to whoever paid, else to the candidate."""
    if facts.refundable_fen == 0:
        return facts
    own = facts.payer or Payee(facts.candidate.name if facts.candidate else "")
    refund = Refund(facts.refundable_fen, basis, payee or own, today)
    return replace(facts, refund=refund)


def charged(
    facts: CaseFacts, command: Command, fee_fen: int, received_fen: int | None, payer: Payee | None
) -> CaseFacts:
    """`facts` with a fee of `fee_fen` more, of which `received_fen` came in (None: all). Raises InvalidField."""
    if not 0 <= fee_fen <= MOST_FEN:
        raise invalid(command, f"费用应为0至{MOST_FEN}分的整数，收到{fee_fen}")
    received = fee_fen if received_fen is None else received_fen
    if not 0 <= received <= fee_fen:
        raise invalid(command, f"实收金额应为0至{fee_fen}分，收到{received}")
    return replace(
        facts,
        fee_fen=facts.fee_fen + fee_fen,
        received_fen=facts.received_fen + received,
        payer=payer or facts.payer,
    )
