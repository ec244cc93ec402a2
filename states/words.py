"""The vocabulary of design §2: states, triggers, roles, cohorts, documents, with the Chinese a person reads."""

from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    NEW = "new"
    ANNOUNCED = "announced"
    REGISTERED = "registered"
    CHOOSING = "choosing"
    EXAMINED = "examined"
    FAILED = "failed"
    CERTIFIED = "certified"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CONVERTING = "converting"
    CONVERTED = "converted"
    REISSUED = "reissued"
    ATTESTED = "attested"
    REVOKED = "revoked"
    CLOSED = "closed"


class Trigger(StrEnum):
    """What moves a case from one state to the next; the table says which may follow which."""

    ANNOUNCE = "announce"
    REGISTER = "register"
    IMPORT_CERTIFICATE = "import_certificate"
    WITHDRAW = "withdraw"
    EXIT = "exit"
    CONTINUE_EXAM = "continue_exam"
    REQUEST_REFUND = "request_refund"
    REQUEST_CONVERSION = "request_conversion"
    REINSTATE = "reinstate"
    CHANGE_CHOICE = "change_choice"
    REJECT = "reject"
    POSTPONE = "postpone"
    HOLD_EXAM = "hold_exam"
    GRADE = "grade"
    REGRADE = "regrade"
    RESIT = "resit"
    CERTIFY = "certify"
    RECEIVE_FEE = "receive_fee"
    SETTLE_REFUND = "settle_refund"
    CONVERT = "convert"
    REISSUE = "reissue"
    ATTEST = "attest"
    EXCHANGE = "exchange"
    REVOKE = "revoke"
    LEAVE_PLAN = "leave_plan"
    DECEASE = "decease"
    TRANSFER_CENTRE = "transfer_centre"


class Role(StrEnum):
    """Who sends a command; `calendar` is the exit calendar itself, never a person."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    CALENDAR = "calendar"


class Cohort(StrEnum):
    """Whom the exit never interrupts (80号·三); `none` for everybody else."""

    NONE = "none"
    PLAN_STUDENT = "plan_student"
    NEW_APPRENTICE = "new_apprentice"


class IdType(StrEnum):
    """Which document a candidate is known by; `states.reference.documents` checks the number of each."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_PERMANENT = "foreign_permanent"
    PASSPORT = "passport"
    HONG_KONG_MACAO_PERMIT = "hong_kong_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    OFFICER = "officer"


class Instrument(StrEnum):
    """What kind of certificate a case ended with."""

    VOCATIONAL = "vocational"
    SKILL_LEVEL = "skill_level"


class ExamResult(StrEnum):
    """How the exam went for this candidate."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"


class DocumentKind(StrEnum):
    """The letters of design §8."""

    ANNOUNCEMENT = "announcement"
    REGISTRATION_RECEIPT = "registration_receipt"
    EXIT_NOTICE = "exit_notice"
    CHOICE_REMINDER = "choice_reminder"
    CHOICE_CONFIRMATION = "choice_confirmation"
    REFUND_NOTICE = "refund_notice"
    EXAM_RESULT = "exam_result"
    CERTIFICATE_COLLECTION = "certificate_collection"
    CERTIFICATE = "certificate"
    CONVERSION_NOTICE = "conversion_notice"
    REISSUE_NOTICE = "reissue_notice"
    CERTIFICATE_INFORMATION_LETTER = "certificate_information_letter"
    CLOSURE_NOTICE = "closure_notice"
    DATA_AUDIT_FORM = "data_audit_form"
    ADMISSION_TICKET = "admission_ticket"
    EXAM_ARRANGEMENT = "exam_arrangement"
    REINSTATEMENT_NOTICE = "reinstatement_notice"
    REJECTION_NOTICE = "rejection_notice"
    POSTPONEMENT_NOTICE = "postponement_notice"
    REVOCATION_NOTICE = "revocation_notice"
    EXCHANGE_NOTICE = "exchange_notice"


class Standing(StrEnum):
    """How an occupation stands in the catalog: in it for good, in it with an exit set, 准入类, or left before."""

    IN = "in"
    EXIT = "exit"
    ACCESS = "access"
    LEFT = "left"


class FeeUse(StrEnum):
    """What becomes of the fee of a candidate who chose skill-level certification."""

    REFUND = "refund"
    TRANSFER = "transfer"


class Basis(StrEnum):
    """What happened, where one trigger has several reasons: letters take wording, clause and remedy from it."""

    PUBLIC = "public"  # a published exam
    PLAN = "plan"  # a training plan after the exit: arranged, never published (80号·三)
    WITHDRAWN = "withdrawn"  # the candidate stepped back before the exam
    UNMET = "unmet"  # the conditions of the standard are not met (44号·二)
    EXITED = "exited"  # the occupation left the catalog (25号·一)
    CHOSEN = "chosen"  # the candidate's own wish (80号·三)
    CHANGED = "changed"  # the candidate's wish, changed within the time to object
    DEFAULT = "default"  # nobody answered, and the notice had said what would then happen
    DATE_MOVED = "date_moved"  # the exit was moved, or given up, before the candidate chose
    INVITED = "invited"  # closed by an exit that was moved since: asked whether they come back
    RETURNED = "returned"  # and they came back
    DEATH = "death"  # the candidate has died
    HELD = "held"  # an exam, in its time
    LATE = "late"  # an exam held before the exit, recorded after it (80号·三)
    ABSENT = "absent"  # who did not come
    CORRECTED = "corrected"  # a result corrected after a complaint or review
    RESIT = "resit"  # the parts that failed, once more
    LOST_IN_CATALOG = "lost_in_catalog"  # 25号·三: reissued
    LOST_OUTSIDE = "lost_outside"  # 25号·三: certificate information letter
    LOST_SKILL_LEVEL = "lost_skill_level"  # its organisation reissues
    MISTAKEN = "mistaken"  # a mistake in the certificate
    WRONGLY_ISSUED = "wrongly_issued"
    CERTIFIED_ELSEWHERE = "certified_elsewhere"  # the organisation certified
    LEFT_PLAN = "left_plan"


STATE_NAMES: dict[State, str] = {
    State.NEW: "未立案",
    State.ANNOUNCED: "已公告",
    State.REGISTERED: "已报名",
    State.CHOOSING: "待选择",
    State.EXAMINED: "已考试",
    State.FAILED: "未通过",
    State.CERTIFIED: "已发证",
    State.REFUNDING: "退费中",
    State.REFUNDED: "已退费",
    State.CONVERTING: "转认定中",
    State.CONVERTED: "已转认定",
    State.REISSUED: "已补办",
    State.ATTESTED: "已出具证明",
    State.REVOKED: "已撤销",
    State.CLOSED: "已终止",
}

ROLE_NAMES: dict[Role, str] = {
    Role.CLERK: "经办",
    Role.REVIEWER: "复核",
    Role.FINANCE: "财务",
    Role.SUPERVISOR: "督导",
    Role.ADMINISTRATOR: "管理员",
    Role.CALENDAR: "日历",
}

ID_TYPE_NAMES: dict[IdType, str] = {
    IdType.RESIDENT_ID: "居民身份证",
    IdType.RESIDENCE_PERMIT: "港澳台居民居住证",
    IdType.FOREIGN_PERMANENT: "外国人永久居留身份证",
    IdType.PASSPORT: "护照",
    IdType.HONG_KONG_MACAO_PERMIT: "港澳居民来往内地通行证",
    IdType.TAIWAN_PERMIT: "台湾居民来往大陆通行证",
    IdType.OFFICER: "军官证",
}
