"""What people send. One class a command; the tag is its name on the command line, in scenarios and in the ledger."""

from __future__ import annotations

from datetime import date

import msgspec

from states.case.facts import Candidate
from states.words import Cohort, ExamResult, Instrument, Role


class Command(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="do", tag=True
):
    """What every command carries.

    `id` makes it safe to send twice; `by` is the person, `role` theirs at that moment; `evidence` names the paper
    that shows the candidate's wish (意愿选择书, 遗失声明, …); `reason` is the operator's own remark.
    """

    id: str = ""
    by: str = ""
    role: Role = Role.CLERK
    evidence: str = ""
    reason: str = ""


class Announce(Command, frozen=True, tag="announce"):
    """Opens the case: the candidate is on the list of a published exam (发布鉴定公告)."""

    candidate: Candidate
    occupation: str
    level: int
    centre: str
    cohort: Cohort = Cohort.NONE
    exam: str = ""


class Register(Command, frozen=True, tag="register"):
    """Accepts the registration. `fee_fen`: integer fen ≥ 0.

    What is declared of the candidate's standing (work_years, held_level, held_years) is judged by the national
    standard's conditions; what is not declared stands on the clerk's own check of the papers (资格审查).
    """

    fee_fen: int
    work_years: int | None = None
    held_level: int | None = None
    held_years: int | None = None


class ImportCertificate(Command, frozen=True, tag="import_certificate"):
    """Takes a certificate issued before this system into the record, from its archive entry."""

    candidate: Candidate
    occupation: str
    level: int
    centre: str
    certificate_no: str
    issued_on: date
    cohort: Cohort = Cohort.NONE
    instrument: Instrument = Instrument.VOCATIONAL
    organisation: str = ""
    exam: str = ""


class Withdraw(Command, frozen=True, tag="withdraw"):
    """The candidate steps back before the exam; what was paid is paid back."""


class ContinueExam(Command, frozen=True, tag="continue_exam"):
    """The candidate chose the exam (继续参加鉴定考试)."""


class RequestRefund(Command, frozen=True, tag="request_refund"):
    """The candidate chose their money back (退回费用)."""


class RequestConversion(Command, frozen=True, tag="request_conversion"):
    """The candidate chose skill-level certification; the file is handed to `organisation`."""

    organisation: str = ""


class HoldExam(Command, frozen=True, tag="hold_exam"):
    """Records the exam. `held_on` defaults to the day of recording; an exam held before the exit counts whenever its
    result arrives (80号·三). `site` is the division code where it was held, `approval` what allows it off-site.
    """

    result: ExamResult
    session: str
    paper: str = ""
    held_on: date | None = None
    site: str = ""
    approval: str = ""


class Certify(Command, frozen=True, tag="certify"):
    """Proposes the certificate. A protected cohort may get the skill-level one, with its number if already known."""

    instrument: Instrument = Instrument.VOCATIONAL
    number: str = ""
    organisation: str = ""


class SettleRefund(Command, frozen=True, tag="settle_refund"):
    """The bank paid: `bank_ref` is its reference."""

    bank_ref: str


class FailRefund(Command, frozen=True, tag="fail_refund"):
    """The bank refused; `reason` says why. The case stays refunding, in the finance queue."""

    bank_ref: str = ""


class Convert(Command, frozen=True, tag="convert"):
    """Skill-level certification done: by `organisation`, under `number` (letter + 21 digits)."""

    organisation: str
    number: str


class ReportLoss(Command, frozen=True, tag="report_loss"):
    """A lost certificate. Reissue or information letter: decided on the day this is approved (25号·三)."""


class Approve(Command, frozen=True, tag="approve"):
    """The second pair of eyes says yes to the pending proposal."""


class Decline(Command, frozen=True, tag="decline"):
    """The second pair of eyes says no, with a reason; the proposal is dropped."""


class Correct(Command, frozen=True, tag="correct"):
    """Mends personal data; the old value stays in the ledger. Only what is given is changed."""

    name: str | None = None
    id_number: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None


class FollowCalendar(Command, frozen=True, tag="follow_calendar"):
    """The calendar itself: take over the current exit date and policies, and do what has fallen due."""


AnyCommand = (
    Announce
    | Register
    | ImportCertificate
    | Withdraw
    | ContinueExam
    | RequestRefund
    | RequestConversion
    | HoldExam
    | Certify
    | SettleRefund
    | FailRefund
    | Convert
    | ReportLoss
    | Approve
    | Decline
    | Correct
    | FollowCalendar
)

COMMANDS: dict[str, type[Command]] = {str(cls.__struct_config__.tag): cls for cls in Command.__subclasses__()}

OPENING = frozenset({"announce", "import_certificate"})

COMMAND_NAMES: dict[str, str] = {
    "announce": "发布公告",
    "register": "受理报名",
    "import_certificate": "录入历史证书",
    "withdraw": "撤回报名",
    "continue_exam": "选择继续考试",
    "request_refund": "选择退费",
    "request_conversion": "选择转认定",
    "hold_exam": "登记考试",
    "certify": "发证",
    "settle_refund": "确认退费到账",
    "fail_refund": "登记退费失败",
    "convert": "完成转认定",
    "report_loss": "证书挂失",
    "approve": "复核通过",
    "decline": "复核退回",
    "correct": "更正信息",
    "follow_calendar": "日历变更",
}
