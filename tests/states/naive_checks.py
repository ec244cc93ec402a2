"""The naive model's half that says no: may this command be carried out on this case today?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

OPENING = ("announce", "import_certificate")
CHOICES = ("continue_exam", "request_refund", "request_conversion", "change_choice")
NOT_STOPPED_BY_A_REFUND = ("report_loss", "correct", "transfer_centre")
HELD = ("certified", "reissued", "attested", "converted")
FITTING = {
    "register": ("announced",),
    "reject": ("announced",),
    "withdraw": ("announced", "registered", "choosing"),
    "continue_exam": ("choosing",),
    "request_refund": ("choosing",),
    "request_conversion": ("choosing",),
    "postpone": ("announced", "registered", "choosing"),
    "leave_plan": ("announced", "registered"),
    "decease": ("announced", "registered", "choosing"),
    "resit": ("failed",),
    "certify": ("examined",),
    "regrade": ("examined", "failed"),
    "convert": ("converting", "certified", "reissued", "attested"),
    "report_loss": HELD,
    "exchange": ("certified", "reissued", "converted"),
    "revoke": HELD,
}


class No(Exception):
    """Refused, by name."""


def out(world: dict[str, Any]) -> bool:
    return world["exit_date"] is not None and world["today"] >= world["exit_date"]


def money(case: dict[str, Any]) -> int:
    """What could be paid back: received, and not used up by an exam that was sat."""
    return int(case["received"] - case["used"])


def due(case: dict[str, Any]) -> int:
    return int(case["fee"] - case["received"])


def check(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    do = command["do"]
    if do in OPENING and case["state"] != "new":
        raise No("DuplicateCase")
    closed = out(world) and case["cohort"] == "none" and case["choice"] != "continue_exam"
    if do in ("register", "resit", "reinstate") and closed:
        raise No("RegistrationClosed")
    if do not in OPENING and not fits(case, world, command):
        raise wrong(case, do)
    own = globals().get(f"check_{do}")
    if own is not None:
        own(case, world, command)


def wrong(case: dict[str, Any], do: str) -> No:
    late_change = do == "change_choice" and case["choice"] != "" and not case["paid"]  # the time is over, not the money
    if case["state"] in ("refunding", "refunded") and do not in NOT_STOPPED_BY_A_REFUND and not late_change:
        return No("AlreadyRefunded")
    return No("ChoiceNotOpen") if do in CHOICES else No("WrongState")


def fits(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> bool:
    do, state = command["do"], case["state"]
    if do in ("correct", "transfer_centre"):
        return bool(state != "new")
    if do == "receive_fee":
        back = state in ("refunded", "converting") and case["paid"]  # the refund itself comes back
        back = back and case["sat"] and case["result"] != "failed"
        return bool(back or (state in ("registered", "choosing", "examined", "failed", *HELD) and due(case) > 0))
    if do == "reinstate":
        return bool(state == "closed" and case["closed_by"] == "exit")
    if do == "change_choice":
        return changeable(case, world)
    if do == "hold_exam":
        return may_have_sat(case, world, command)
    if do == "grade":
        waits = case["sat"] and case["result"] is None
        return bool(waits and state in ("examined", "refunded", "converting", "converted"))
    if do in ("settle_refund", "fail_refund"):
        return bool(case["refund"] > 0 and not case["paid"])
    if state not in FITTING[do]:
        return False
    if do == "leave_plan":
        return bool(case["cohort"] != "none")
    if do == "certify":
        return bool(case["result"] == "passed")
    if do == "regrade":
        return case["result"] is not None
    if do == "convert":
        return not case["skill_level"]
    return True


def changeable(case: dict[str, Any], world: dict[str, Any]) -> bool:
    """Until paid, handed over or sat, within five working days of the choice."""
    if (
        case["choice"] == ""
        or case["died"]
        or case["paid"]
        or case["sat"]
        or world["today"] > objection_ends(case, world)
    ):
        return False
    continued = case["state"] in ("announced", "registered") and case["choice"] == "continue_exam"
    refunding = case["state"] == "refunding"
    return continued or refunding or case["state"] == "converting"


def objection_ends(case: dict[str, Any], world: dict[str, Any]) -> date:
    day, left = case["chosen_on"], world["objection_days"]
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            left -= 1
    return day  # type: ignore[no-any-return]


def may_have_sat(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> bool:
    """Registered; or, late, of an exam before the exit: choosing, or any answer that did not wait for its marks."""
    state, held_on = case["state"], command.get("held_on") or world["today"]
    if state == "registered":
        return True
    late = out(world) and held_on < world["exit_date"]
    if not late or case["held_on"] is not None:
        return False
    if state == "choosing":
        return True
    answered = state in ("converting", "refunding", "refunded") or (state == "closed" and case["closed_by"] == "choice")
    return answered and command.get("result") != "absent"


# what the command itself gets wrong


def check_announce(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if command["cohort"] == "none":
        if out(world):
            raise No("NotInCatalog")
        return
    intake = command.get("intake")
    exit_date = world["exit_date"]
    unproven = intake is None or intake > world["today"] or (exit_date is not None and intake >= exit_date)
    if unproven:
        raise No("NotInCatalog" if out(world) else "NotEligible")


def check_import_certificate(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    issued_on, exit_date = command["issued_on"], world["exit_date"]
    if command["number_year"] != issued_on.year % 100:
        raise No("InvalidCertificateNumber")
    if issued_on > world["today"]:
        raise No("InvalidField")
    held_on = command.get("held_on")
    proven = held_on is not None and (exit_date is None or held_on < exit_date) and command.get("evidence")
    if exit_date is not None and issued_on >= exit_date and not proven:
        raise No("NotInCatalog")


def check_register(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if command["fee_fen"] < 0:
        raise No("InvalidField")
    if not command["papers_seen"] and case["cohort"] == "none":
        raise No("NotEligible")


def check_resit(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if world["today"] > months_later(case["held_on"], world["resit_months"]):
        raise No("ResitPeriodOver")


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError


def check_receive_fee(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    amount = command.get("amount_fen")
    if case["paid"]:  # a refund comes back whole
        wrong_sum = amount not in (None, case["refund"])
    else:
        wrong_sum = amount is not None and not 0 < amount <= due(case)
    if wrong_sum:
        raise No("InvalidField")


def check_request_conversion(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if command["fee"] == "transfer" and money(case) > 0 and not command.get("evidence"):
        raise No("EvidenceMissing")


def check_change_choice(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if command["choice"] == case["choice"]:
        raise No("InvalidField")
    if command["choice"] == "request_conversion":
        check_request_conversion(case, world, command)


def check_postpone(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if command["exam_on"] < world["today"]:
        raise No("InvalidField")


def check_hold_exam(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    today, held_on = world["today"], command.get("held_on") or world["today"]
    if held_on > today or held_on < (case["registered_on"] or case["announced_on"]):
        raise No("InvalidField")
    late = out(world) and held_on < world["exit_date"]
    if world["hold"] and world["hold_stops_exams"] and not late:
        raise No("IssuanceHeld")
    marks = [command.get(part) for part in ("theory", "practice")]
    result = outcome(command.get("result"), *marks)
    marked = command.get("paper") or result in ("passed", "failed") or any(marks)
    if marked and result != "absent" and command.get("paper", "") not in world["papers"]:
        raise No("PaperNotFromBank")
    if command.get("site") and command["site"][:4] != case["centre"][:4]:
        raise No("OffsiteNotApproved")
    if late:
        known = case["sessions"].get(command["session"]) or world["sessions"].get(command["session"])
        if known is None or known >= world["exit_date"]:
            raise No("SessionNotOnRecord")


def outcome(result: str | None, theory: str | None, practice: str | None) -> str | None:
    """The result, from itself or from its two parts; InvalidField where they contradict each other."""
    parts = [part for part in (theory, practice) if part]
    of_parts = None if len(parts) < 2 else "failed" if "failed" in parts else "passed"
    if result == "absent" and parts:
        raise No("InvalidField")
    if result is not None and of_parts is not None and of_parts != result:
        raise No("InvalidField")
    if result == "passed" and "failed" in parts:
        raise No("InvalidField")
    return result or of_parts


def check_grade(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    given = [command.get(key) for key in ("result", "theory", "practice")]
    if not any(given):
        raise No("InvalidField")
    outcome(given[0], given[1] or case["theory"], given[2] or case["practice"])
    if (command.get("paper") or case["paper"]) not in world["papers"]:
        raise No("PaperNotFromBank")


def check_regrade(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    given = [command.get(key) for key in ("result", "theory", "practice")]
    if not any(given):
        raise No("InvalidField")
    outcome(given[0], given[1], given[2])
    if (command.get("paper") or case["paper"]) not in world["papers"]:
        raise No("PaperNotFromBank")


def check_certify(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if world["hold"]:
        raise No("IssuanceHeld")
    if due(case) > 0 and world["certificate_needs_fee"]:
        raise No("FeeNotReceived")
    if command["instrument"] == "skill_level":
        if case["cohort"] == "none":
            raise No("NotEligible")
        if not command.get("number"):
            raise No("InvalidCertificateNumber")


def check_report_loss(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    held = [name for name in ("vocational", "skill_level") if case[name]]
    named = command.get("instrument")
    if (named or held[0]) not in held or (named is None and len(held) > 1):
        raise No("InvalidField")


check_exchange = check_report_loss


def check_revoke(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if not command.get("reason"):
        raise No("InvalidField")


check_reject = check_revoke  # a letter without a reason is none


def check_leave_plan(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if not command.get("evidence"):
        raise No("EvidenceMissing")


def check_correct(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if renames(case, command) and not command.get("evidence"):
        raise No("EvidenceMissing")


def renames(case: dict[str, Any], command: dict[str, Any]) -> bool:
    return command.get("name") not in (None, case["name"])


def check_transfer_centre(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if command["centre"] == case["centre"]:
        raise No("InvalidField")
