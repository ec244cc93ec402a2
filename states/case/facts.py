"""What is known of one case. `CaseFacts` is the one object that travels: start argument, continue-as-new, case row."""

from __future__ import annotations

from datetime import date

import msgspec

from states.words import Cohort, ExamResult, IdType, Instrument, State


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


class Proposal(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command that waits for its second person (design §3). `content` is that command, whole, as it was sent."""

    command: str
    by: str
    on: date
    content: msgspec.Raw = msgspec.field(name="order")


class Certificate(msgspec.Struct, frozen=True, omit_defaults=True):
    """The certificate that a case ended with. Numbers: 16 digits (vocational), letter + 21 digits (skill level)."""

    number: str
    issued_on: date
    instrument: Instrument = Instrument.VOCATIONAL
    organisation: str = ""


class Exam(msgspec.Struct, frozen=True, omit_defaults=True):
    """The exam as held: session, paper of the national bank, result."""

    session: str
    paper: str
    result: ExamResult
    held_on: date


class CaseFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """One candidate × one occupation × one level × one announced exam.

    `revision` counts recorded steps; `exit_date` is the calendar's date as of the last step (None: access occupation);
    money is integer fen; dates are business dates in Asia/Shanghai; `seen` maps the latest command ids to the
    revision they led to.
    """

    number: str
    state: State = State.NEW
    revision: int = 0
    centre: str = ""
    candidate: Candidate | None = None
    occupation: str = ""
    qualification: str = ""
    level: int = 0
    exam_id: str = ""
    cohort: Cohort = Cohort.NONE
    exit_date: date | None = None
    fee_fen: int = 0
    refund_fen: int = 0
    bank_ref: str = ""
    refund_failure: str = ""
    origin: State | None = None  # where `choosing` came from, and goes back to
    choice: str = ""
    evidence: str = ""
    choice_deadline: date | None = None
    reminded: tuple[date, ...] = ()
    escalated: bool = False
    exam: Exam | None = None
    certificate: Certificate | None = None
    skill_level: Certificate | None = None  # what the conversion led to
    organisation: str = ""
    pending: Proposal | None = None
    settled_on: date | None = None  # the day of the last step; resting counts from it
    seen: dict[str, int] = {}

    @property
    def protected(self) -> bool:
        """Whether the exit must never interrupt this case (80号·三)."""
        return self.cohort is not Cohort.NONE

    @property
    def certificate_no(self) -> str | None:
        """The number the candidate holds: the vocational one, else the skill-level one, else None."""
        held = self.certificate or self.skill_level
        return held.number if held else None

    @property
    def instrument(self) -> Instrument:
        """Which kind of certificate is in the candidate's hands now."""
        if self.skill_level is not None:
            return Instrument.SKILL_LEVEL
        return self.certificate.instrument if self.certificate else Instrument.VOCATIONAL
