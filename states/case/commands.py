"""What people send. One class a command; the tag is its name on the command line, in scenarios and in the ledger."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from states.case.facts import Candidate, Mark, Payee, Plan
from states.words import Cohort, ExamResult, FeeUse, IdType, Instrument, Role


class Command(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="do", tag=True
):
    """What every command carries.

    `id` makes it safe to send twice; `by` is the person, `account` theirs in the register (empty in rehearsals), `role`
    theirs at that moment; `evidence` names the paper that shows the candidate's wish (意愿选择书, 遗失声明, …);
    `reason` is the operator's own remark.
    """

    id: str = ""
    by: str = ""
    account: str = ""
    role: Role = Role.CLERK
    evidence: str = ""
    reason: str = ""


class Arranging(Command, frozen=True, kw_only=True):
    """A command that may say when and where the exam is to be held."""

    exam_on: date | None = None
    session: str = ""
    site: str = ""


class Declaring(Arranging, frozen=True, kw_only=True):
    """A command that may declare the candidate's standing, to be judged by the standard's conditions (44号·二).

    `work_years`, `held_years`: whole years. `diploma`: of the school, as `states.reference.eligibility` names them.
    """

    work_years: int | None = None
    held_level: int | None = None
    held_years: int | None = None
    diploma: str = ""


class Answering(Command, frozen=True, kw_only=True):
    """A command after which money may have to be paid back, to `payee` if not to whoever paid."""

    payee: Payee | None = None


class Announce(Arranging, frozen=True, kw_only=True, tag="announce"):
    """Opens the case: the candidate is on the list of a published exam (发布鉴定公告), or of a plan's (考核安排)."""

    candidate: Candidate
    occupation: str
    level: int
    centre: str
    cohort: Cohort = Cohort.NONE
    plan: Plan | None = None
    exam: str = ""


class Register(Declaring, frozen=True, kw_only=True, tag="register"):
    """Accepts the registration. `fee_fen`: integer fen ≥ 0; `received_fen`: what of it came in (None: all of it).

    What is declared of the candidate is judged. Where nothing is declared, the command itself is the clerk's statement
    that the papers were checked (资格审查), with `evidence` or the case's own file of papers.
    """

    fee_fen: int
    received_fen: int | None = None
    payer: Payee | None = None


class Reject(Declaring, frozen=True, kw_only=True, tag="reject"):
    """Does not accept the registration (不予受理): every unmet condition, or the `reason`, goes into the notice."""


class ReceiveFee(Command, frozen=True, kw_only=True, tag="receive_fee"):
    """A fee that was due came in, or a refund that was paid has come back. `amount_fen`: None for all of it."""

    amount_fen: int | None = None
    bank_ref: str = ""


class ImportCertificate(Command, frozen=True, kw_only=True, tag="import_certificate"):
    """Takes a certificate issued before this system into the record, from its archive entry.

    `held_on`: of the exam behind it; needed, like the plan of a cohort, where it was issued after the exit.
    """

    candidate: Candidate
    occupation: str
    level: int
    centre: str
    certificate_no: str
    issued_on: date
    cohort: Cohort = Cohort.NONE
    plan: Plan | None = None
    instrument: Instrument = Instrument.VOCATIONAL
    organisation: str = ""
    exam: str = ""
    held_on: date | None = None


class Withdraw(Answering, frozen=True, kw_only=True, tag="withdraw"):
    """The candidate steps back before the exam; what was received is paid back."""


class ContinueExam(Command, frozen=True, kw_only=True, tag="continue_exam"):
    """The candidate chose the exam (继续参加鉴定考试)."""


class RequestRefund(Answering, frozen=True, kw_only=True, tag="request_refund"):
    """The candidate chose their money back (退回费用)."""


class RequestConversion(Answering, frozen=True, kw_only=True, tag="request_conversion"):
    """The candidate chose skill-level certification; the file is handed to `organisation`.

    `fee`: paid back, or handed on with the candidate's consent as `evidence`.
    """

    organisation: str = ""
    fee: FeeUse = FeeUse.REFUND


class ChangeChoice(Answering, frozen=True, kw_only=True, tag="change_choice"):
    """The candidate thought again, within the time to object: `choice` takes the place of what was chosen."""

    choice: Literal["continue_exam", "request_refund", "request_conversion"]
    organisation: str = ""
    fee: FeeUse = FeeUse.REFUND


class Reinstate(Command, frozen=True, kw_only=True, tag="reinstate"):
    """A candidate whom an exit had closed comes back, its date having been moved."""


class Postpone(Arranging, frozen=True, kw_only=True, tag="postpone"):
    """The exam is held on another day (延期), or its day is set for the first time."""


class Marking(Command, frozen=True, kw_only=True):
    """A command that says how the exam went: in all, or by part (theory, practice) as a score or passed, failed."""

    result: ExamResult | None = None
    theory: Mark | None = None
    practice: Mark | None = None
    paper: str = ""


class HoldExam(Marking, frozen=True, kw_only=True, tag="hold_exam"):
    """Records that the candidate has sat the exam, with its result if that is known already.

    `held_on` defaults to the day of recording; an exam held before the exit counts whenever its result arrives
    (80号·三). `site` is the division code where it was held, `approval` what allows it off-site.
    """

    session: str
    held_on: date | None = None
    site: str = ""
    approval: str = ""


class Grade(Marking, frozen=True, kw_only=True, tag="grade"):
    """The marks of an exam that was sat."""


class Regrade(Marking, frozen=True, kw_only=True, tag="regrade"):
    """Corrects a result after a complaint or review; `requested_on`: the day of the candidate's application, if any."""

    requested_on: date | None = None


class Resit(Arranging, frozen=True, kw_only=True, tag="resit"):
    """The parts that failed are sat once more (补考), for `fee_fen` if they cost anything."""

    fee_fen: int = 0
    received_fen: int | None = None
    payer: Payee | None = None


class Certify(Command, frozen=True, kw_only=True, tag="certify"):
    """Proposes the certificate. A protected cohort may get the skill-level one: its organisation and number given."""

    instrument: Instrument = Instrument.VOCATIONAL
    number: str = ""
    organisation: str = ""


class SettleRefund(Command, frozen=True, kw_only=True, tag="settle_refund"):
    """The bank paid: `bank_ref` is its reference."""

    bank_ref: str


class FailRefund(Command, frozen=True, kw_only=True, tag="fail_refund"):
    """The bank refused; `reason` says why. The refund stays open, in the finance queue."""

    bank_ref: str = ""


class Convert(Command, frozen=True, kw_only=True, tag="convert"):
    """Skill-level certification done: by `organisation`, under `number` (letter + 21 digits)."""

    organisation: str
    number: str


class ReportLoss(Command, frozen=True, kw_only=True, tag="report_loss"):
    """A lost certificate. Reissue or information letter: decided on the day this is approved (25号·三).

    `instrument`: which one, where the candidate holds two.
    """

    instrument: Instrument | None = None


class Exchange(Command, frozen=True, kw_only=True, tag="exchange"):
    """A mistake in the certificate (换发): a new print under the same number; what is given is mended."""

    instrument: Instrument | None = None
    name: str | None = None
    id_number: str | None = None
    id_type: IdType | None = None


class Revoke(Command, frozen=True, kw_only=True, tag="revoke"):
    """A certificate wrongly issued is withdrawn; `reason` says why."""


class LeavePlan(Command, frozen=True, kw_only=True, tag="leave_plan"):
    """The student or apprentice has left the training plan: from now on the exit applies to them too."""


class Decease(Answering, frozen=True, kw_only=True, tag="decease"):
    """The candidate has died; `payee` are the heirs."""


class TransferCentre(Command, frozen=True, kw_only=True, tag="transfer_centre"):
    """Hands the case to another centre, because its own closes or gives it up."""

    centre: str


class Correct(Command, frozen=True, kw_only=True, tag="correct"):
    """Mends personal data; the old value stays in the ledger. Only what is given is changed.

    Name and document need evidence and a second person.
    """

    name: str | None = None
    id_number: str | None = None
    id_type: IdType | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None


class Seconding(Command, frozen=True, kw_only=True):
    """Answers a proposal, as it was shown at `seen_revision`, its facts hashing to `seen_hash` (if they are given)."""

    seen_revision: int | None = None
    seen_hash: str = ""


class Approve(Seconding, frozen=True, kw_only=True, tag="approve"):
    """The second pair of eyes says yes to the pending proposal."""


class Decline(Seconding, frozen=True, kw_only=True, tag="decline"):
    """The second pair of eyes says no, with a reason; the proposal is dropped."""


class FollowCalendar(Command, frozen=True, kw_only=True, tag="follow_calendar"):
    """The calendar itself: take over the current exit date and policies, and do what has fallen due."""


AnyCommand = (
    Announce
    | Register
    | Reject
    | ReceiveFee
    | ImportCertificate
    | Withdraw
    | ContinueExam
    | RequestRefund
    | RequestConversion
    | ChangeChoice
    | Reinstate
    | Postpone
    | HoldExam
    | Grade
    | Regrade
    | Resit
    | Certify
    | SettleRefund
    | FailRefund
    | Convert
    | ReportLoss
    | Exchange
    | Revoke
    | LeavePlan
    | Decease
    | TransferCentre
    | Correct
    | Approve
    | Decline
    | FollowCalendar
)

COMMAND_NAMES: dict[str, str] = {
    "announce": "发布公告",
    "register": "受理报名",
    "reject": "不予受理",
    "receive_fee": "登记收款",
    "import_certificate": "录入历史证书",
    "withdraw": "撤回报名",
    "continue_exam": "选择继续考试",
    "request_refund": "选择退费",
    "request_conversion": "选择转认定",
    "change_choice": "变更选择",
    "reinstate": "恢复报名",
    "postpone": "考试延期",
    "hold_exam": "登记考试",
    "grade": "登记成绩",
    "regrade": "更正成绩",
    "resit": "补考报名",
    "certify": "发证",
    "settle_refund": "确认退费到账",
    "fail_refund": "登记退费失败",
    "convert": "完成转认定",
    "report_loss": "证书挂失",
    "exchange": "换发证书",
    "revoke": "撤销证书",
    "leave_plan": "退出培养计划",
    "decease": "登记考生死亡",
    "transfer_centre": "移交鉴定中心",
    "correct": "更正信息",
    "approve": "复核通过",
    "decline": "复核退回",
    "follow_calendar": "日历变更",
}

OPENING = frozenset({"announce", "import_certificate"})


def name_of(command: Command) -> str:
    """The name of a command, as it is typed."""
    return str(command.__struct_config__.tag)


COMMANDS: dict[str, type[Command]] = {str(kind.__struct_config__.tag): kind for kind in AnyCommand.__args__}
