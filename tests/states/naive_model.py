"""The revised rules of design §3 a second time, as naively as possible: dicts, if and else, nothing taken from states/.

It predicts state, pending proposal, refund, escalation, what is held, and the name of each refusal; letters it ignores.
`world` is the day as a dict: today, exit_date, hold, papers, sessions, and the office's policies.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.states.naive_checks import No, check, money, out, renames
from tests.states.naive_deeds import do_it, leave_choosing

CALENDAR = "日历"
ANSWERS = ("withdraw", "request_refund", "request_conversion", "change_choice", "decease", "hold_exam")
CLERK, REVIEWER, FINANCE = ("clerk",), ("reviewer",), ("finance",)
WHO = {
    "receive_fee": ("clerk", "finance"),
    "settle_refund": FINANCE,
    "fail_refund": FINANCE,
    "transfer_centre": ("administrator",),
    "decline": REVIEWER,
}
ALWAYS_TWO = ("import_certificate", "certify", "report_loss", "exchange", "revoke", "regrade", "transfer_centre")
TWO_IF_MONEY = ("withdraw", "request_refund", "request_conversion", "decease")

EMPTY: dict[str, Any] = {
    "state": "new",
    "cohort": "none",
    "name": "王喆",
    "centre": "430100",
    "died": False,
    "announced_on": None,
    "registered_on": None,
    "fee": 0,  # charged, over all attempts
    "received": 0,
    "used": 0,  # by exams that were sat
    "refund": 0,
    "paid": False,  # the refund has been paid out
    "pending": None,
    "choice": "",
    "chosen_on": None,
    "origin": None,  # where choosing came from
    "back_to": None,  # where continuing after a changed mind leads
    "deadline": None,
    "promised": "",  # what the exit notice said that silence becomes
    "escalated": False,
    "closed_by": "",
    "sat": False,  # this attempt
    "held_on": None,
    "result": None,
    "theory": None,
    "practice": None,
    "paper": "",
    "sessions": {},  # name → the first day it was on record here
    "vocational": False,
    "skill_level": False,
}


class NaiveCase:
    """One case. `send` answers "" or the refusal's name."""

    def __init__(self) -> None:
        self.case: dict[str, Any] = {**EMPTY}

    def seen(self) -> tuple[Any, ...]:
        case, pending = self.case, self.case["pending"]
        held = (case["vocational"], case["skill_level"])
        return case["state"], pending and pending["do"], case["refund"], case["escalated"], held

    def send(self, world: dict[str, Any], command: dict[str, Any]) -> str:
        kept, self.case = self.case, {**self.case}
        try:
            calendar(self.case, world)
            people(self.case, world, command)
            calendar(self.case, world)
        except No as no:
            self.case = kept
            return str(no)
        return ""


def calendar(case: dict[str, Any], world: dict[str, Any]) -> None:
    """Exit, reinstatement, and what becomes of silence."""
    exits = case["state"] in ("announced", "registered") and case["cohort"] == "none"
    if exits and out(world) and case["choice"] != "continue_exam":
        if case["state"] == "announced" and world["announced_at_exit"] == "close":
            case.update(state="closed", closed_by="exit")
        else:
            case.update(origin=case["state"], state="choosing")
    answered = case["pending"] is not None and case["pending"]["do"] in ANSWERS
    if case["state"] != "choosing" or answered:
        return
    if not out(world):
        leave_choosing(case, case["origin"])
    elif case["deadline"] is None:  # the notice, once no answer waits for its reviewer
        case.update(deadline=world["today"] + timedelta(days=world["choice_days"]), promised=world["choice_default"])
    elif not case["escalated"] and world["today"] > case["deadline"]:
        silence(case, world)


def silence(case: dict[str, Any], world: dict[str, Any]) -> None:
    default = world["choice_default"]
    if default == "" or default != case["promised"]:
        case["escalated"] = True
    elif default == "continue_exam":
        case.update(choice="continue_exam", chosen_on=world["today"], back_to=case["origin"])
        leave_choosing(case, case["origin"])
    elif money(case) == 0:
        case.update(choice="request_refund", chosen_on=world["today"], back_to=case["origin"], closed_by="choice")
        leave_choosing(case, "closed")
    else:
        case["escalated"] = True
        if case["pending"] is None:
            case["pending"] = {"do": "request_refund", "by": CALENDAR}


def people(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    do, by, pending = command["do"], command["by"], case["pending"]
    own = pending is not None and pending["by"] == by
    if do == "approve" and own:
        raise No("SamePerson")
    if do == "decline" and own:
        case["pending"] = None
        return
    if command["role"] not in who(do, pending):
        raise No("RoleNotAllowed")
    if do in ("approve", "decline"):
        if pending is None:
            raise No("WrongState")
        case["pending"] = None
        if do == "approve":
            check(case, world, pending)
            do_it(case, world, pending)
        return
    check(case, world, command)
    if two(case, world, command):
        if pending is not None and do != "correct":
            raise No("ProposalPending")
        case["pending"] = command
        if do in ANSWERS:  # the candidate has answered, if late
            case["escalated"] = False
        return
    before = case["state"]
    do_it(case, world, command)
    if pending is not None and case["state"] != before:
        raise No("ProposalPending")


def who(do: str, pending: dict[str, Any] | None) -> tuple[str, ...]:
    if do == "approve":
        transfer = pending is not None and pending["do"] == "transfer_centre"
        return ("reviewer", "administrator") if transfer else REVIEWER
    return WHO.get(do, CLERK)


def two(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> bool:
    """Whether a second person is asked."""
    do = command["do"]
    if do in ALWAYS_TWO:
        return True
    if do in TWO_IF_MONEY:
        return money(case) > 0
    if do == "change_choice":
        return money(case) > 0 and command["choice"] != "continue_exam"
    if do == "correct":
        return renames(case, command)
    if do == "hold_exam":
        held_on = command.get("held_on") or world["today"]
        return case["state"] != "registered" or (out(world) and held_on < world["exit_date"])
    return False
