"""What a letter is made from, one struct a kind, and what comes out of the renderer.

Money is integer fen, dates are business dates in Asia/Shanghai. What happened stands in `occasion`: together with the
kind it decides clause and wording (letters/grounds.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import get_args

import msgspec


class LetterData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="letter"):
    """What every letter carries: number, day, clause, centre. `case` is empty where it is nobody's in particular."""

    number: str
    on: date
    occasion: str
    clause: str
    centre_code: str
    centre_name: str
    centre_address: str
    centre_phone: str
    centre_hotline: str
    case: str = ""
    rehearsal: bool = False

    @property
    def kind(self) -> str:
        """The kind of letter, a name of letters/kinds.py."""
        return str(self.__struct_config__.tag)


class PersonalLetter(LetterData, frozen=True, kw_only=True, omit_defaults=True):
    """A letter about one person: who it is, by which document, for which occupation, level and announced exam."""

    name: str
    id_name: str = "居民身份证"
    id_number: str
    occupation: str
    level: int
    exam: str = ""
    exit_date: date | None = None


class Offer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of an announcement: an occupation at a level, its fee if the centre has set one, and its exit."""

    occupation: str
    level: int
    fee_fen: int | None = None
    exit_date: date | None = None


class Announcement(LetterData, frozen=True, kw_only=True, omit_defaults=True, tag="announcement"):
    """One a centre and exam, for all its occupations and levels. `amends`: the number of the one that it replaces."""

    exam: str = ""
    offers: tuple[Offer, ...]
    opens_on: date | None = None
    closes_on: date | None = None
    exam_on: date | None = None
    site: str = ""
    amends: str = ""


class RegistrationReceipt(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True, tag="registration_receipt"):
    """`check`: declared (judged by the program), papers (by the clerk, who names them in `checked`), or plan."""

    check: str = ""
    checked: str = ""
    plan: str = ""
    parts: str = ""
    fee_fen: int = 0
    received_fen: int = 0
    exam_on: date | None = None


class ExamDay(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True):
    """Where and when an exam is held."""

    exam_on: date | None = None
    session: str = ""
    site: str = ""
    parts: str = ""


class AdmissionTicket(ExamDay, frozen=True, kw_only=True, omit_defaults=True, tag="admission_ticket"):
    """准考证."""


class ExamArrangement(ExamDay, frozen=True, kw_only=True, omit_defaults=True, tag="exam_arrangement"):
    """考核安排: what a protected cohort gets in the place of a public announcement."""

    plan: str
    organisation: str
    intake: date | None = None


class PostponementNotice(ExamDay, frozen=True, kw_only=True, omit_defaults=True, tag="postponement_notice"):
    """`was_on`: the day that no longer holds."""

    was_on: date | None = None
    reason: str = ""
    choice_deadline: date | None = None


class ExitNotice(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True, tag="exit_notice"):
    """`occasion`: announced, or registered. `fee_fen` has been received. `default`: what policy does to silence."""

    fee_fen: int = 0
    registered: bool = True
    exam_on: date | None = None
    choice_deadline: date | None = None
    default: str = ""


class ChoiceReminder(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True, tag="choice_reminder"):
    """意愿选择提醒."""

    exam_on: date | None = None
    choice_deadline: date | None = None
    default: str = ""


class ChoiceConfirmation(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True, tag="choice_confirmation"):
    """`was`: the choice before. `objection_until`: till when another choice is taken, that day included."""

    choice: str
    evidence: str = ""
    was: str = ""
    fee_fen: int = 0
    fee: str = ""
    consent: str = ""
    organisation: str = ""
    exam_on: date | None = None
    was_registered: bool = True
    choice_deadline: date | None = None
    objection_until: date | None = None


class ReinstatementNotice(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True, tag="reinstatement_notice"):
    """`occasion`: choosing or closed, as the case stood when the date moved; returned, who came back after it."""

    was_registered: bool = True
    fee_fen: int = 0
    exam_on: date | None = None


class RefundNotice(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True, tag="refund_notice"):
    """`account` is masked already. `until`: the last day on which the centre pays, by its policy."""

    fee_fen: int
    refund_fen: int
    payee: str = ""
    account: str = ""
    until: date | None = None


class ExamResult(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True, tag="exam_result"):
    """`result`: passed, failed or absent. `parts`: theory and practice in words. `was`: before a regrade."""

    result: str
    parts: str = ""
    was: str = ""
    session: str = ""
    paper: str = ""
    held_on: date | None = None
    resit_until: date | None = None
    review_until: date | None = None


class CertificateLetter(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True):
    """A letter about a certificate. `instrument`: vocational or skill_level; `organisation` issued the latter."""

    instrument: str = "vocational"
    certificate_no: str
    issued_on: date | None = None
    organisation: str = ""


class CertificateCollection(
    CertificateLetter, frozen=True, kw_only=True, omit_defaults=True, tag="certificate_collection"
):
    """领证通知."""

    plan: str = ""


class ReissueNotice(CertificateLetter, frozen=True, kw_only=True, omit_defaults=True, tag="reissue_notice"):
    """补办."""


class ExchangeNotice(CertificateLetter, frozen=True, kw_only=True, omit_defaults=True, tag="exchange_notice"):
    """换发. `changes`: what was wrong and what is right, in words, one a line."""

    changes: tuple[str, ...] = ()


class RevocationNotice(CertificateLetter, frozen=True, kw_only=True, omit_defaults=True, tag="revocation_notice"):
    """撤销."""

    reason: str


class CertificateInformationLetter(
    CertificateLetter, frozen=True, kw_only=True, omit_defaults=True, tag="certificate_information_letter"
):
    """证书信息证明."""


class ConversionNotice(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True, tag="conversion_notice"):
    """`occasion`: requested or done. `fee`: refund, transfer or none; `consent` is the paper behind a transfer."""

    organisation: str = ""
    skill_level_no: str = ""
    issued_on: date | None = None
    certificate_no: str = ""
    fee: str = ""
    fee_fen: int = 0
    consent: str = ""


class RejectionNotice(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True, tag="rejection_notice"):
    """`asked`: what was applied for; `unmet`: every condition that is not met, as one sentence each."""

    asked: str
    unmet: tuple[str, ...]


class ClosureNotice(PersonalLetter, frozen=True, kw_only=True, omit_defaults=True, tag="closure_notice"):
    """终止. `fee_fen`: what had been received; nothing of it is due back unless another letter says so."""

    fee_fen: int = 0


class Certificate(LetterData, frozen=True, kw_only=True, omit_defaults=True, tag="certificate"):
    """What is printed on the ministry's stock, and nothing else."""

    name: str
    sex: str
    born: date | None
    id_number: str
    occupation: str
    level: int
    theory: str = ""
    practice: str = ""
    certificate_no: str
    issued_on: date


class AuditRecord(msgspec.Struct, frozen=True):
    """One certificate on the audit form."""

    name: str
    id_number: str
    occupation: str
    level: int
    certificate_no: str
    issued_on: date


class DataAuditForm(LetterData, frozen=True, kw_only=True, omit_defaults=True, tag="data_audit_form"):
    """数据审核确认表: the certificates of a centre and period, before anything of them is exported (44号·五)."""

    first_day: date
    last_day: date
    records: tuple[AuditRecord, ...]
    count: int


AnyLetter = (
    Announcement
    | RegistrationReceipt
    | AdmissionTicket
    | ExamArrangement
    | PostponementNotice
    | ExitNotice
    | ChoiceReminder
    | ChoiceConfirmation
    | ReinstatementNotice
    | RefundNotice
    | ExamResult
    | CertificateCollection
    | ReissueNotice
    | ExchangeNotice
    | RevocationNotice
    | CertificateInformationLetter
    | ConversionNotice
    | RejectionNotice
    | ClosureNotice
    | Certificate
    | DataAuditForm
)

KIND_OF_DATA: Mapping[str, type[LetterData]] = {str(cls.__struct_config__.tag): cls for cls in get_args(AnyLetter)}
"""The struct of each kind."""


class Letter(msgspec.Struct, frozen=True):
    """A letter as it is filed: the bytes, the three hashes that say what they are and what they were made from, and
    the signed code in its QR (empty in a preview).
    """

    pdf: bytes
    sha256: str
    data_hash: str
    template_version: str
    code: str = ""


_decoder: msgspec.json.Decoder[LetterData] = msgspec.json.Decoder(AnyLetter)
_canonical = msgspec.json.Encoder(order="sorted")


def read_letter(data: bytes) -> LetterData:
    """A letter's data as it was recorded. Raises msgspec.ValidationError for what is none."""
    return _decoder.decode(data)


def data_hash(data: LetterData) -> str:
    """The hex SHA-256 of `data` as canonical JSON: sorted keys, defaults left out, UTF-8."""
    return hashlib.sha256(_canonical.encode(data)).hexdigest()
