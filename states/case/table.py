"""The one table of what may follow what (design §3): who, from where, to where, under which condition, with which
letters, by which clause. Senders, second pairs of eyes, diagram, docs, refusals and tests are derived from it.

A row is chosen in three steps: its command and source, then `given` (about the case as it stands), then `when` (about
the facts that the command led to). A row without trigger notes something: the state stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from states.case.guards import GUARDS
from states.words import Basis, Instrument, Role, State, Trigger
from states.words import DocumentKind as K

S, T, B = State, Trigger, Basis
CLERK, FINANCE, REVIEWER = (Role.CLERK,), (Role.FINANCE,), (Role.REVIEWER,)
MONEY_DESK = (Role.CLERK, Role.FINANCE)
ADMINISTRATOR, SECOND = (Role.ADMINISTRATOR,), (Role.REVIEWER, Role.ADMINISTRATOR)
NOBODY: tuple[Role, ...] = (Role.CALENDAR,)  # a date, never a person

OPENED = tuple(state for state in S if state is not S.NEW)
WAITING = (S.ANNOUNCED, S.REGISTERED, S.CHOOSING)
ISSUED = (S.CERTIFIED, S.REISSUED, S.CONVERTED)
OWING = (S.REGISTERED, S.CHOOSING, S.EXAMINED, S.FAILED, *ISSUED, S.ATTESTED)
RIGHTS, QUALITY, CLOSED_DOOR, OFFER = "80号·三", "44号·五", "25号·一", "80号·五"
CHECKED, LOSSES, CARE = "44号·二", "25号·三", "80号·四"


class Row(NamedTuple):
    """`command` takes any of `sources` to `dest` (None: it stays) by `trigger` (None: noted), sent by one of `who`.

    `event`: which of the calendar's own doings, where nobody sends it. `two`: the guard under which a second person
    from `approvers` is needed. `answer`: as a proposal it is the candidate's answer, so nobody is reminded meanwhile.
    `drops`: it takes the place of what is pending. `draws`: a certificate number is drawn. `clause` and `basis` are
    what its letters say.
    """

    command: str
    trigger: Trigger | None
    sources: tuple[State, ...]
    dest: State | None
    who: tuple[Role, ...] = CLERK
    given: str = "always"
    when: str = "always"
    two: str = "never"
    letters: tuple[K, ...] = ()
    basis: Basis | None = None
    clause: str = ""
    event: str = ""
    approvers: tuple[Role, ...] = REVIEWER
    answer: bool = False
    drops: bool = False
    draws: Instrument | None = None


RECEIPT, TICKET, RESULT, CONFIRMED = K.REGISTRATION_RECEIPT, K.ADMISSION_TICKET, K.EXAM_RESULT, K.CHOICE_CONFIRMATION
REFUNDED, CLOSURE, CONVERSION = K.REFUND_NOTICE, K.CLOSURE_NOTICE, K.CONVERSION_NOTICE
REISSUED, PRINT, INFORMATION = K.REISSUE_NOTICE, K.CERTIFICATE, K.CERTIFICATE_INFORMATION_LETTER


def _opening() -> list[Row]:
    r = Row
    return [
        r("announce", T.ANNOUNCE, (S.NEW,), S.ANNOUNCED, when="in the catalog", letters=(K.ANNOUNCEMENT,),
          basis=B.PUBLIC, clause=CLOSED_DOOR),
        r("announce", T.ANNOUNCE, (S.NEW,), S.ANNOUNCED, when="outside the catalog", letters=(K.EXAM_ARRANGEMENT,),
          basis=B.PLAN, clause=RIGHTS),
        r("import_certificate", T.IMPORT_CERTIFICATE, (S.NEW,), S.CERTIFIED, two="always", clause=QUALITY),
    ]  # fmt: skip


def _registration() -> list[Row]:
    r = Row
    return [
        r("register", T.REGISTER, (S.ANNOUNCED,), S.REGISTERED, when="exam day known", letters=(RECEIPT, TICKET),
          basis=B.PUBLIC, clause=CHECKED),
        r("register", T.REGISTER, (S.ANNOUNCED,), S.REGISTERED, letters=(RECEIPT,), basis=B.PUBLIC, clause=CHECKED),
        r("reject", T.REJECT, (S.ANNOUNCED,), S.CLOSED, letters=(K.REJECTION_NOTICE,), basis=B.UNMET, clause=CHECKED),
        r("postpone", T.POSTPONE, (S.REGISTERED,), None, letters=(K.POSTPONEMENT_NOTICE, TICKET), clause=RIGHTS),
        r("postpone", T.POSTPONE, (S.ANNOUNCED, S.CHOOSING), None, letters=(K.POSTPONEMENT_NOTICE,), clause=RIGHTS),
        r("withdraw", T.WITHDRAW, (S.ANNOUNCED,), S.CLOSED, letters=(CLOSURE,), basis=B.WITHDRAWN, answer=True),
        r("withdraw", T.WITHDRAW, (S.REGISTERED,), S.REFUNDING, when="money", two="always", letters=(REFUNDED,),
          basis=B.WITHDRAWN, answer=True),
        r("withdraw", T.WITHDRAW, (S.REGISTERED,), S.CLOSED, letters=(CLOSURE,), basis=B.WITHDRAWN, answer=True),
        r("leave_plan", T.LEAVE_PLAN, (S.ANNOUNCED, S.REGISTERED), None, given="of a cohort", basis=B.LEFT_PLAN,
          clause=RIGHTS),
        r("decease", T.DECEASE, WAITING, S.REFUNDING, when="money", two="always", letters=(REFUNDED,), basis=B.DEATH,
          answer=True),
        r("decease", T.DECEASE, WAITING, S.CLOSED, letters=(CLOSURE,), basis=B.DEATH, answer=True),
    ]  # fmt: skip


def _calendar() -> list[Row]:
    def r(
        event: str,
        trigger: Trigger | None,
        sources: tuple[State, ...],
        dest: State | None,
        when: str = "always",
        letters: tuple[K, ...] = (),
        basis: Basis | None = None,
        clause: str = RIGHTS,
    ) -> Row:
        return Row("follow_calendar", trigger, sources, dest, NOBODY, "always", when, "never", letters, basis, clause,
                   event)  # fmt: skip

    return [
        r("exit", T.EXIT, (S.ANNOUNCED,), S.CLOSED, "policy closes", (CLOSURE,), B.EXITED, CLOSED_DOOR),
        r("exit", T.EXIT, (S.ANNOUNCED, S.REGISTERED), S.CHOOSING, "answer under review", (), B.EXITED),
        r("exit", T.EXIT, (S.ANNOUNCED, S.REGISTERED), S.CHOOSING, "asked", (K.EXIT_NOTICE,), B.EXITED),
        r("ask", None, (S.CHOOSING,), None, "always", (K.EXIT_NOTICE,), B.EXITED),
        r("reminder", None, (S.CHOOSING,), None, "always", (K.CHOICE_REMINDER,), B.EXITED),
        r("escalate", None, (S.CHOOSING,), None),
        r("default", T.CONTINUE_EXAM, (S.CHOOSING,), S.ANNOUNCED, "continues, was announced", (CONFIRMED,), B.DEFAULT),
        r("default", T.CONTINUE_EXAM, (S.CHOOSING,), S.REGISTERED, "continues, was registered", (CONFIRMED,),
          B.DEFAULT),
        r("default", T.REQUEST_REFUND, (S.CHOOSING,), S.CLOSED, "always", (CONFIRMED, CLOSURE), B.DEFAULT),
        r("propose", None, (S.CHOOSING,), None),
        r("reinstate", T.REINSTATE, (S.CHOOSING,), S.ANNOUNCED, "was announced", (K.REINSTATEMENT_NOTICE,),
          B.DATE_MOVED),
        r("reinstate", T.REINSTATE, (S.CHOOSING,), S.REGISTERED, "was registered", (K.REINSTATEMENT_NOTICE,),
          B.DATE_MOVED),
        r("invite", None, (S.CLOSED,), None, "always", (K.REINSTATEMENT_NOTICE,), B.INVITED),
        r("redate", None, tuple(S), None),
    ]  # fmt: skip


def _choice() -> list[Row]:
    def r(
        command: str,
        trigger: Trigger,
        dest: State,
        when: str,
        letters: tuple[K, ...],
        *,
        basis: Basis = B.CHOSEN,
        clause: str = RIGHTS,
        two: str = "never",
    ) -> Row:
        return Row(command, trigger, (S.CHOOSING,), dest, when=when, two=two, letters=letters, basis=basis,
                   clause=clause, answer=True)  # fmt: skip

    back = (CONFIRMED, REFUNDED)
    return [
        r("continue_exam", T.CONTINUE_EXAM, S.ANNOUNCED, "was announced", (CONFIRMED,)),
        r("continue_exam", T.CONTINUE_EXAM, S.REGISTERED, "was registered", (CONFIRMED,)),
        r("request_refund", T.REQUEST_REFUND, S.REFUNDING, "by policy, money", back, basis=B.DEFAULT, two="always"),
        r("request_refund", T.REQUEST_REFUND, S.CLOSED, "by policy, no money", (CONFIRMED, CLOSURE), basis=B.DEFAULT),
        r("request_refund", T.REQUEST_REFUND, S.REFUNDING, "money", back, two="always"),
        r("request_refund", T.REQUEST_REFUND, S.CLOSED, "no money", (CONFIRMED, CLOSURE)),
        r("withdraw", T.REQUEST_REFUND, S.REFUNDING, "money", back, two="always"),
        r("withdraw", T.REQUEST_REFUND, S.CLOSED, "no money", (CONFIRMED, CLOSURE)),
        r("request_conversion", T.REQUEST_CONVERSION, S.CONVERTING, "converts, refund",
          (CONFIRMED, CONVERSION, REFUNDED), clause=OFFER, two="always"),
        r("request_conversion", T.REQUEST_CONVERSION, S.CONVERTING, "converts, fee handed on", (CONFIRMED, CONVERSION),
          clause=OFFER, two="always"),
        r("request_conversion", T.REQUEST_CONVERSION, S.CONVERTING, "converts, no money", (CONFIRMED, CONVERSION),
          clause=OFFER),
        *_change(),
        Row("reinstate", T.REINSTATE, (S.CLOSED,), S.ANNOUNCED, given="closed by the exit",
            letters=(K.REINSTATEMENT_NOTICE,), basis=B.RETURNED, clause=RIGHTS),
    ]  # fmt: skip


def _change() -> list[Row]:
    def r(dest: State, when: str, letters: tuple[K, ...], clause: str = RIGHTS, two: str = "never") -> Row:
        return Row("change_choice", T.CHANGE_CHOICE, (S.ANNOUNCED, S.REGISTERED, S.REFUNDING, S.CONVERTING), dest,
                   given="may still change", when=when, two=two, letters=letters, basis=B.CHANGED, clause=clause,
                   answer=True)  # fmt: skip

    return [
        r(S.ANNOUNCED, "continues, was announced", (CONFIRMED,)),
        r(S.REGISTERED, "continues, was registered", (CONFIRMED,)),
        r(S.REFUNDING, "wants a refund, money", (CONFIRMED, REFUNDED), two="always"),
        r(S.CLOSED, "wants a refund, no money", (CONFIRMED, CLOSURE)),
        r(S.CONVERTING, "converts, refund", (CONFIRMED, CONVERSION, REFUNDED), OFFER, "always"),
        r(S.CONVERTING, "converts, fee handed on", (CONFIRMED, CONVERSION), OFFER, "always"),
        r(S.CONVERTING, "converts, no money", (CONFIRMED, CONVERSION), OFFER),
    ]  # fmt: skip


_HELD = (  # what becomes of whoever is recorded: guard, destination, letters, basis
    ("passed", S.EXAMINED, (RESULT,), B.HELD),
    ("failed", S.FAILED, (RESULT,), B.HELD),
    ("absent", S.FAILED, (RESULT,), B.ABSENT),
    ("marks to come", S.EXAMINED, (), None),
)
_SITTING = (  # from where, and how the case must stand: in its time, or late whatever was chosen meanwhile
    (S.REGISTERED, "always"),
    (S.CHOOSING, "always"),
    (S.REFUNDING, "always"),
    (S.CONVERTING, "refund not paid"),
    (S.CLOSED, "closed by choice"),
)


def _sittings() -> list[Row]:
    def r(source: State, given: str, when: str, dest: State, letters: tuple[K, ...], basis: Basis | None) -> Row:
        return Row("hold_exam", T.HOLD_EXAM, (source,), dest, given=given, when=when, two="late", letters=letters,
                   basis=basis, clause=RIGHTS, answer=True)  # fmt: skip

    return [r(source, given, *outcome) for source, given in _SITTING for outcome in _HELD]


def _after_a_paid_refund() -> list[Row]:
    """The result is written down and told, and moves nothing: the certificate waits for the money."""

    def r(command: str, trigger: Trigger, given: str, when: str, two: str, letters: tuple[K, ...]) -> Row:
        return Row(command, trigger, (S.REFUNDED, S.CONVERTING), None, given=given, when=when, two=two,
                   letters=letters, basis=B.LATE, clause=RIGHTS)  # fmt: skip

    return [
        r("hold_exam", T.HOLD_EXAM, "refund paid, not sat", "marked", "always", (RESULT,)),
        r("hold_exam", T.HOLD_EXAM, "refund paid, not sat", "marks to come", "always", ()),
        r("grade", T.GRADE, "refund paid, marks to come", "marked", "never", (RESULT,)),
        r("grade", T.GRADE, "refund paid, marks to come", "marks to come", "never", ()),
    ]


_MARKED_FROM = {"grade": (S.EXAMINED,), "regrade": (S.EXAMINED, S.FAILED), "resit": (S.FAILED,)}


def _marks() -> list[Row]:
    def r(
        command: str,
        trigger: Trigger,
        given: str,
        when: str,
        dest: State,
        letters: tuple[K, ...],
        basis: Basis | None,
        clause: str = RIGHTS,
        two: str = "never",
    ) -> Row:
        return Row(command, trigger, _MARKED_FROM[command], dest, given=given, when=when, two=two, letters=letters,
                   basis=basis, clause=clause)  # fmt: skip

    told, again = (RESULT,), (RECEIPT, TICKET)
    return [
        *(r("grade", T.GRADE, "marks to come", *outcome) for outcome in _HELD),
        r("regrade", T.REGRADE, "marked", "passed", S.EXAMINED, told, B.CORRECTED, QUALITY, "always"),
        r("regrade", T.REGRADE, "marked", "always", S.FAILED, told, B.CORRECTED, QUALITY, "always"),
        r("resit", T.RESIT, "may resit", "exam day known", S.REGISTERED, again, B.RESIT),
        r("resit", T.RESIT, "may resit", "always", S.REGISTERED, (RECEIPT,), B.RESIT),
    ]


def _money() -> list[Row]:
    return [
        Row("receive_fee", T.RECEIVE_FEE, (S.REFUNDED, S.CONVERTING), S.EXAMINED, MONEY_DESK,
            given="sat after the refund", basis=B.LATE, clause=RIGHTS),
        Row("receive_fee", None, OWING, None, MONEY_DESK, given="fee due"),
        Row("settle_refund", T.SETTLE_REFUND, (S.REFUNDING,), S.REFUNDED, FINANCE),
        Row("settle_refund", None, (S.CONVERTING, S.CONVERTED, S.REVOKED), None, FINANCE, given="refund open"),
        Row("fail_refund", None, (S.REFUNDING, S.CONVERTING, S.CONVERTED, S.REVOKED), None, FINANCE,
            given="refund open"),
    ]  # fmt: skip


def _certificates() -> list[Row]:
    r = Row
    return [
        r("certify", T.CERTIFY, (S.EXAMINED,), S.CERTIFIED, given="passed", when="skill-level issued", two="always",
          letters=(K.CERTIFICATE_COLLECTION,), basis=B.PLAN, clause=RIGHTS),
        r("certify", T.CERTIFY, (S.EXAMINED,), S.CERTIFIED, given="passed", two="always",
          letters=(PRINT, K.CERTIFICATE_COLLECTION), basis=B.HELD, clause=RIGHTS, draws=Instrument.VOCATIONAL),
        r("convert", T.CONVERT, (S.CONVERTING, S.CERTIFIED, S.REISSUED, S.ATTESTED), S.CONVERTED,
          given="no skill-level yet", letters=(CONVERSION,), basis=B.CERTIFIED_ELSEWHERE, clause=OFFER),
        *_losses(),
        r("exchange", T.EXCHANGE, ISSUED, None, when="skill-level", two="always", letters=(K.EXCHANGE_NOTICE,),
          basis=B.MISTAKEN, clause=QUALITY),
        r("exchange", T.EXCHANGE, ISSUED, None, two="always", letters=(K.EXCHANGE_NOTICE, PRINT), basis=B.MISTAKEN,
          clause=QUALITY),
        r("revoke", T.REVOKE, (*ISSUED, S.ATTESTED), S.REVOKED, two="always", letters=(K.REVOCATION_NOTICE,),
          basis=B.WRONGLY_ISSUED, clause=CARE),
        r("correct", T.EXCHANGE, ISSUED, None, given="vocational", when="name or number", two="always", drops=True,
          letters=(K.EXCHANGE_NOTICE, PRINT), basis=B.MISTAKEN, clause=QUALITY),
        r("correct", None, OPENED, None, when="name or number", two="always", drops=True, clause=QUALITY),
        r("correct", None, OPENED, None, when="address only"),
        r("transfer_centre", T.TRANSFER_CENTRE, OPENED, None, ADMINISTRATOR, two="always", approvers=SECOND),
    ]  # fmt: skip


def _losses() -> list[Row]:
    def r(
        trigger: Trigger,
        sources: tuple[State, ...],
        dest: State | None,
        when: str,
        letters: tuple[K, ...],
        basis: Basis,
        clause: str = LOSSES,
    ) -> Row:
        return Row("report_loss", trigger, sources, dest, when=when, two="always", letters=letters, basis=basis,
                   clause=clause)  # fmt: skip

    held = (S.CERTIFIED, S.REISSUED, S.ATTESTED)
    inside, out, theirs = "vocational, in the catalog", "vocational, outside the catalog", "skill-level"
    return [
        r(T.REISSUE, held, S.REISSUED, inside, (REISSUED, PRINT), B.LOST_IN_CATALOG),
        r(T.REISSUE, (S.CONVERTED,), None, inside, (REISSUED, PRINT), B.LOST_IN_CATALOG),
        r(T.ATTEST, held, S.ATTESTED, out, (INFORMATION,), B.LOST_OUTSIDE),
        r(T.ATTEST, (S.CONVERTED,), None, out, (INFORMATION,), B.LOST_OUTSIDE),
        r(T.REISSUE, (S.CERTIFIED, S.REISSUED), S.REISSUED, theirs, (REISSUED,), B.LOST_SKILL_LEVEL, OFFER),
        r(T.REISSUE, (S.CONVERTED,), None, theirs, (REISSUED,), B.LOST_SKILL_LEVEL, OFFER),
    ]  # fmt: skip


def _seconds() -> list[Row]:
    return [
        Row("approve", None, tuple(S), None, SECOND),
        Row("decline", None, tuple(S), None, SECOND),
    ]


ROWS: tuple[Row, ...] = (
    *_opening(), *_registration(), *_calendar(), *_choice(), *_sittings(), *_after_a_paid_refund(), *_marks(),
    *_money(), *_certificates(), *_seconds()
)  # fmt: skip


def _compile() -> Mapping[tuple[str, State], tuple[Row, ...]]:
    """The rows by command and source, so that a decision costs a look-up and no machine per case."""
    found: dict[tuple[str, State], list[Row]] = {}
    for row in ROWS:
        for source in row.sources:
            found.setdefault((row.command, source), []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


OUTCOMES = _compile()
SENDERS: Mapping[str, tuple[Role, ...]] = {
    command: tuple(dict.fromkeys(role for row in ROWS if row.command == command for role in row.who))
    for command in dict.fromkeys(row.command for row in ROWS)
} | {"follow_calendar": (Role.CALENDAR, Role.ADMINISTRATOR)}
ANSWERS = frozenset(row.command for row in ROWS if row.answer)  # proposals that are the candidate's answer


def rows_for(command: str, source: State) -> tuple[Row, ...]:
    """The rows of `command` from `source`, in the table's order; empty when it never follows."""
    return OUTCOMES.get((command, source), ())


def approvers(command: str) -> tuple[Role, ...]:
    """Who may second a proposal of `command`."""
    return next((row.approvers for row in ROWS if row.command == command and row.two != "never"), REVIEWER)


_UNKNOWN = {guard for row in ROWS for guard in (row.given, row.when, row.two)} - set(GUARDS)
assert not _UNKNOWN, f"rows name guards that do not exist: {_UNKNOWN}"
