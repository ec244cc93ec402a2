"""The rules of design §3 a second time, as naively as possible: one dict, if and else, nothing taken from states/.

It predicts state, pending proposal, refund, escalation, and the name of each refusal; letters and numbers it ignores.
"""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

CALENDAR = "日历"
FINANCE = ("settle_refund", "fail_refund")
SECOND = ("approve", "decline")
CHOICES = ("continue_exam", "request_refund", "request_conversion")
MONEY_ON_ITS_WAY = ("refunding", "refunded")


class No(Exception):
    """Refused, by name."""


class NaiveCase:
    """One case. `send` answers "" or the refusal's name."""

    def __init__(self, *, announced_at_exit: str = "close", choice_default: str = "", choice_days: int = 30) -> None:
        self.at_exit, self.default, self.days = announced_at_exit, choice_default, choice_days
        self.case: dict[str, Any] = {
            "state": "new",
            "cohort": "none",
            "fee": 0,
            "refund": 0,
            "pending": None,
            "choice": "",
            "origin": None,
            "deadline": None,
            "escalated": False,
            "certificate": "",
            "converted": False,
        }

    def seen(self) -> tuple[str, str | None, int, bool]:
        pending = self.case["pending"]
        return self.case["state"], pending and pending["do"], self.case["refund"], self.case["escalated"]

    def send(self, today: date, exit_date: date | None, command: dict[str, Any], *, hold: bool = False) -> str:
        kept = copy.deepcopy(self.case)
        self.today, self.exit_date, self.hold = today, exit_date, hold
        self.out = exit_date is not None and today >= exit_date
        try:
            self.calendar()
            self.judge(command)
            self.calendar()
        except No as no:
            self.case = kept
            return str(no)
        return ""

    # the calendar

    def calendar(self) -> None:
        case = self.case
        if case["state"] in ("announced", "registered"):
            asked_already = case["choice"] == "continue_exam"
            if self.out and case["cohort"] == "none" and not asked_already:
                if case["state"] == "announced" and self.at_exit == "close":
                    case["state"] = "closed"
                else:
                    case["origin"], case["state"] = case["state"], "choosing"
                    case["deadline"] = self.today + timedelta(days=self.days)
        if case["state"] != "choosing" or case["pending"]:
            return
        if not self.out:
            self.leave_choosing(case["origin"])
        elif not case["escalated"] and self.today > case["deadline"]:
            self.silence()

    def silence(self) -> None:
        case = self.case
        if self.default == "continue_exam":
            case["choice"] = "continue_exam"
            self.leave_choosing(case["origin"])
        elif self.default == "request_refund" and case["fee"] == 0:
            self.leave_choosing("closed")
        elif self.default == "request_refund":
            case["pending"] = {"do": "request_refund", "by": CALENDAR}
            case["escalated"] = True
        else:
            case["escalated"] = True

    def leave_choosing(self, state: str) -> None:
        self.case.update(state=state, origin=None, deadline=None, escalated=False)

    # people

    def judge(self, command: dict[str, Any]) -> None:
        do, by, pending = command["do"], command["by"], self.case["pending"]
        own = pending is not None and pending["by"] == by
        if do == "approve" and own:
            raise No("SamePerson")
        if do == "decline" and own:
            self.case["pending"] = None
            return
        entitled = "finance" if do in FINANCE else "reviewer" if do in SECOND else "clerk"
        if command["role"] != entitled:
            raise No("RoleNotAllowed")
        if do in SECOND:
            if pending is None:
                raise No("WrongState")
            self.case["pending"] = None
            if do == "approve":
                self.check(pending)
                self.act(pending)
            return
        self.check(command)
        if do in ("fail_refund", "correct"):
            return
        if pending is not None:
            raise No("ProposalPending")
        if do in ("certify", "report_loss") or (do in ("withdraw", "request_refund") and self.case["fee"] > 0):
            self.case["pending"] = command
            if do in ("withdraw", "request_refund"):  # the candidate has answered, if late
                self.case["escalated"] = False
        else:
            self.act(command)

    def wrong(self, do: str) -> No:
        if self.case["state"] in MONEY_ON_ITS_WAY and do != "report_loss":
            return No("AlreadyRefunded")
        if do in CHOICES:
            return No("ChoiceNotOpen")
        return No("WrongState")

    def check(self, command: dict[str, Any]) -> None:
        case, do = self.case, command["do"]
        state, free = case["state"], case["cohort"] != "none"
        if do == "announce":
            if state != "new":
                raise No("DuplicateCase")
            if self.out and command["cohort"] == "none":
                raise No("NotInCatalog")
        elif do == "import_certificate":
            if state != "new":
                raise No("DuplicateCase")
        elif do == "register":
            if self.out and not free and case["choice"] != "continue_exam":
                raise No("RegistrationClosed")
            if state != "announced":
                raise self.wrong(do)
            if command["fee_fen"] < 0:
                raise No("InvalidField")
        elif do == "hold_exam":
            self.check_exam(command)
        elif do == "certify":
            if state != "examined":
                raise self.wrong(do)
            if self.hold:
                raise No("IssuanceHeld")
            if command["instrument"] == "skill_level" and not free:
                raise No("NotEligible")
        elif do == "correct":
            if state == "new":
                raise No("WrongState")
        elif (do == "convert" and case["converted"]) or state not in {
            "withdraw": ("announced", "registered", "choosing"),
            "continue_exam": ("choosing",),
            "request_refund": ("choosing",),
            "request_conversion": ("choosing",),
            "settle_refund": ("refunding",),
            "fail_refund": ("refunding",),
            "convert": ("converting", "certified", "reissued", "attested"),
            "report_loss": ("certified", "reissued", "attested", "converted"),
        }[do]:
            raise self.wrong(do)

    def check_exam(self, command: dict[str, Any]) -> None:
        case, held_on = self.case, command["held_on"] or self.today
        late_result = (
            case["state"] == "choosing"
            and case["origin"] == "registered"
            and (self.exit_date is None or held_on < self.exit_date)
        )
        if case["state"] != "registered" and not late_result:
            raise self.wrong("hold_exam")
        if held_on > self.today:
            raise No("InvalidField")
        if command["result"] != "absent" and not command["paper"]:
            raise No("PaperNotFromBank")

    def act(self, command: dict[str, Any]) -> None:
        case, do = self.case, command["do"]
        if do == "announce":
            case.update(state="announced", cohort=command["cohort"])
        elif do == "import_certificate":
            case.update(state="certified", certificate="vocational")
        elif do == "register":
            case.update(state="registered", fee=command["fee_fen"])
        elif do in ("withdraw", "request_refund"):
            case["refund"] = case["fee"]
            self.leave_choosing("refunding" if case["fee"] > 0 else "closed")
        elif do == "continue_exam":
            case["choice"] = "continue_exam"
            self.leave_choosing(case["origin"])
        elif do == "request_conversion":
            self.leave_choosing("converting")
        elif do == "hold_exam":
            self.leave_choosing("examined" if command["result"] == "passed" else "failed")
        elif do == "certify":
            case.update(state="certified", certificate=command["instrument"])
        elif do == "settle_refund":
            case["state"] = "refunded"
        elif do == "convert":
            case.update(state="converted", converted=True)
        elif do == "report_loss":
            vocational = case["certificate"] == "vocational" and not case["converted"]
            case["state"] = "attested" if vocational and self.out else "reissued"
