"""What is known of one case. `CaseFacts` is the one object that travels: start argument, continue-as-new, case row."""

from __future__ import annotations

import hashlib
from datetime import date

import msgspec

from states.words import Basis, Cohort, ExamResult, FeeUse, IdType, Instrument, State

Mark = int | ExamResult  # of one part: a score from 0 to 100, or passed, failed


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whom the case is about. `id_number` is one of `id_type`; email is where letters go, if any.

    `birth` is told only for documents whose number does not carry it.
    """

    name: str
    id_number: str
    address: str = ""
    phone: str = ""
    email: str = ""
    id_type: IdType = IdType.RESIDENT_ID
    birth: date | None = None


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """What protects a cohort (80号·三): the school or employer, its training plan, the day of intake."""

    organisation: str
    name: str
    intake: date


class Payee(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who paid a fee, or to whom it is paid back: the candidate, an employer, the heirs."""

    name: str
    account: str = ""
    bank: str = ""


class Proposal(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command that waits for its second person (design §3). `content` is that command, whole, as it was sent.

    `account` is the register's id of whoever proposed; empty in rehearsals, where the name counts.
    """

    command: str
    by: str
    on: date
    content: msgspec.Raw = msgspec.field(name="order")
    account: str = ""


class Certificate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A certificate. Numbers: 16 digits (vocational), 22 characters (skill level)."""

    number: str
    issued_on: date
    instrument: Instrument = Instrument.VOCATIONAL
    organisation: str = ""


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """A result that was replaced (复查更正): what it was, why it was changed, and when."""

    result: ExamResult
    theory: Mark | None
    practice: Mark | None
    reason: str
    until: date


class Exam(msgspec.Struct, frozen=True, omit_defaults=True):
    """An exam that was held: who is recorded in it has sat, unless `result` says absent.

    `result` is None until the marks are in; `paper` is the national bank's. `late`: recorded after the exit. `former`
    are the results that a review replaced, the oldest first.
    """

    session: str
    paper: str
    held_on: date
    site: str
    result: ExamResult | None = None
    theory: Mark | None = None
    practice: Mark | None = None
    approval: str = ""
    recorded_on: date | None = None
    resulted_on: date | None = None
    late: bool = False
    former: tuple[Result, ...] = ()


class Sitting(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where and when the exam is to be held, as far as it is known.

    `former`: the days it was put off from. `named`: every session that the case named, and the day it did.
    """

    on: date | None = None
    session: str = ""
    site: str = ""
    former: tuple[date, ...] = ()
    named: dict[str, date] = {}


class Check(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who found, and from what, that the candidate meets the conditions (44号·二, 25号·三 资格审查).

    `route`: declared (judged by the standard's conditions), papers (the clerk's own check), plan. `met`: the condition.
    """

    route: str
    by: str
    on: date
    evidence: str
    met: str = ""


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """The candidate's wish (80号·三), from the notice to the answer.

    `origin`: the state that the exit found the case in. `default`: what the notice said silence would become. `answer`:
    the command that said it, empty while nobody has; `by_policy` if silence did. `until`: the last day for changing it.
    """

    origin: State | None = None
    asked_on: date | None = None
    deadline: date | None = None
    default: str = ""
    reminded: tuple[date, ...] = ()
    escalated: bool = False
    answer: str = ""
    answered_on: date | None = None
    evidence: str = ""
    by_policy: bool = False
    until: date | None = None
    fee: FeeUse | None = None


class Refund(msgspec.Struct, frozen=True, omit_defaults=True):
    """Money on its way back, in fen; `paid_on` once the bank has said so. `failure`: what the bank refused."""

    fen: int
    basis: Basis
    payee: Payee
    opened_on: date
    paid_on: date | None = None
    bank_ref: str = ""
    failure: str = ""


class Ending(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a case was closed, or a certificate revoked; `unmet`: each condition that was not met."""

    basis: Basis
    on: date
    reason: str = ""
    unmet: tuple[str, ...] = ()


UNASKED = Choice()
UNARRANGED = Sitting()


class CaseFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """One candidate × one occupation × one level × one announced exam.

    `revision` counts recorded steps; `exit_date` is the calendar's date as of the last step (None: it never exits);
    money is integer fen; dates are business dates in Asia/Shanghai; `seen` maps the latest command ids to the
    revision they led to. `received_fen`: of the fee, what came in; `used_fen`: what an exam that was sat has used up;
    `handed_fen`: what went on to an evaluation organisation. `archive_no`: the number that an archive import waits
    with. `concerns`: which certificate the last loss or exchange was about; `changed`: what the last exchange or
    correction replaced. `invited_on`: when a candidate whom an exit had closed was asked whether they come back.
    `settled_on`: the day of the last step, from which resting counts.
    """

    number: str
    state: State = State.NEW
    revision: int = 0
    centre: str = ""
    former_centres: tuple[str, ...] = ()
    candidate: Candidate | None = None
    occupation: str = ""
    qualification: str = ""
    level: int = 0
    exam_id: str = ""
    cohort: Cohort = Cohort.NONE
    plan: Plan | None = None
    exit_date: date | None = None
    announced_on: date | None = None
    registered_on: date | None = None
    check: Check | None = None
    sitting: Sitting = UNARRANGED
    fee_fen: int = 0
    received_fen: int = 0
    used_fen: int = 0
    handed_fen: int = 0
    payer: Payee | None = None
    refund: Refund | None = None
    choice: Choice = UNASKED
    exam: Exam | None = None
    earlier_exams: tuple[Exam, ...] = ()
    certificate: Certificate | None = None
    skill_level: Certificate | None = None  # what the conversion led to
    archive_no: str = ""
    organisation: str = ""
    concerns: Instrument | None = None
    changed: dict[str, str] = {}
    ending: Ending | None = None
    invited_on: date | None = None
    evidence: str = ""  # of the last step that had any
    pending: Proposal | None = None
    settled_on: date | None = None
    seen: dict[str, int] = {}

    @property
    def protected(self) -> bool:
        """Whether the exit must never interrupt this case (80号·三): a plan on record, and not left."""
        return self.cohort is not Cohort.NONE

    @property
    def continues(self) -> bool:
        """Whether the candidate chose the exam, or silence was to mean that: no later exit asks again."""
        return self.choice.answer == "continue_exam"

    @property
    def certificate_no(self) -> str | None:
        """The number the candidate holds: the vocational one, else the skill-level one, else None."""
        held = self.certificate or self.skill_level
        return held.number if held else None

    @property
    def instruments(self) -> frozenset[Instrument]:
        """Which kinds of certificate the candidate holds."""
        return frozenset(held.instrument for held in (self.certificate, self.skill_level) if held is not None)

    @property
    def refund_fen(self) -> int:
        """What is on its way back or was paid back, in fen."""
        return self.refund.fen if self.refund else 0

    @property
    def refund_open(self) -> bool:
        """Whether a refund waits for the bank."""
        return self.refund is not None and self.refund.paid_on is None

    @property
    def refund_paid(self) -> bool:
        """Whether money has been paid back and not returned."""
        return self.refund is not None and self.refund.paid_on is not None

    @property
    def refundable_fen(self) -> int:
        """What would have to be paid back now: received, not used by an exam that was sat, not on its way yet."""
        return 0 if self.refund else max(0, self.received_fen - self.used_fen - self.handed_fen)

    @property
    def due_fen(self) -> int:
        """What of the fee has not come in."""
        return max(0, self.fee_fen - self.received_fen)


encode_facts = msgspec.json.Encoder().encode


def hash_of(facts: CaseFacts) -> str:
    """SHA-256 (hex) of the facts as the record stores them: what an approval names."""
    return hashlib.sha256(encode_facts(facts)).hexdigest()
