"""The naive model's half that acts: what an accepted command makes of the case."""

from __future__ import annotations

from typing import Any

from tests.states.naive_checks import money, out, outcome


def leave_choosing(case: dict[str, Any], state: str) -> None:
    case.update(state=state, origin=None, deadline=None, escalated=False, promised="")


def do_it(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    for session in [command.get("session")] if command["do"] in ("announce", "register", "resit", "postpone") else []:
        if session:
            case["sessions"] = {session: world["today"], **case["sessions"]}
    globals()[f"do_{command['do']}"](case, world, command)


def nothing_seen(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    """The case's file says more than before; nothing that the model predicts."""


do_postpone = do_fail_refund = do_exchange = nothing_seen


def do_correct(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case["name"] = command.get("name") or case["name"]


def do_transfer_centre(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case["centre"] = command["centre"]


def do_announce(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case.update(state="announced", cohort=command["cohort"], announced_on=world["today"])


def do_import_certificate(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case.update(state="certified", vocational=True)


def do_register(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case.update(state="registered", registered_on=world["today"])
    charge(case, command)


def charge(case: dict[str, Any], command: dict[str, Any]) -> None:
    received = command.get("received_fen")
    case["fee"] += command["fee_fen"]
    case["received"] += command["fee_fen"] if received is None else received


def do_resit(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case.update(state="registered", registered_on=world["today"], sat=False, result=None, held_on=None, paper="")
    for part in ("theory", "practice"):  # who passed a part need not sit it again
        case[part] = case[part] if case[part] == "passed" else None
    charge(case, command)


def do_reject(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case.update(state="closed", closed_by="rejection")


def do_reinstate(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case.update(state="announced", closed_by="")


def do_receive_fee(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    amount = command.get("amount_fen")
    if case["paid"]:
        case.update(received=0, state="examined", refund=0, paid=False)
    case["received"] += case["fee"] - case["received"] if amount is None else amount
    if case["sat"]:
        case["used"] = case["received"]


def do_withdraw(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    chosen = case["state"] == "choosing"
    give_back(case)
    if chosen:
        remember(case, world, "request_refund")
    case["closed_by"] = "choice" if chosen else "withdrawal"
    leave_choosing(case, "refunding" if case["refund"] else "closed")


def give_back(case: dict[str, Any]) -> None:
    case.update(refund=money(case), paid=False)


def remember(case: dict[str, Any], world: dict[str, Any], choice: str) -> None:
    case["back_to"] = case["origin"] or case["back_to"]
    case.update(choice=choice, chosen_on=world["today"])


def do_decease(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    give_back(case)
    case.update(died=True, closed_by="decease")
    leave_choosing(case, "refunding" if case["refund"] else "closed")


def do_continue_exam(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    remember(case, world, "continue_exam")
    leave_choosing(case, case["origin"])


def do_request_refund(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    do_withdraw(case, world, command)


def do_request_conversion(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    remember(case, world, "request_conversion")
    if command["fee"] == "refund":
        give_back(case)
    leave_choosing(case, "converting")


def do_change_choice(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    if case["choice"] == "continue_exam":
        case["back_to"] = case["state"]
    case["refund"] = 0
    new, first = command["choice"], case["chosen_on"]
    remember(case, world, new)
    case["chosen_on"] = first  # a change opens no new period
    if new == "continue_exam":
        case["state"] = case["back_to"]
        return
    if new == "request_refund" or command.get("fee") == "refund":
        give_back(case)
    case["state"] = "converting" if new == "request_conversion" else "refunding" if case["refund"] else "closed"
    case["closed_by"] = "choice"


def do_hold_exam(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    given = [command.get(part) for part in ("theory", "practice")]
    parts = [command.get(part) or case[part] for part in ("theory", "practice")]
    result = outcome(command.get("result"), *parts) if any(given) else command.get("result")
    case.update(held_on=command.get("held_on") or world["today"], result=result, paper=command.get("paper", ""))
    case.update(theory=parts[0], practice=parts[1])
    if result == "absent":  # the place was kept for them: the fee is used up all the same
        case.update(used=case["received"], paper="")
        leave_choosing(case, "failed")
        return
    case["sat"] = True
    if case["paid"]:  # the money is out: written down, nothing else
        return
    if case["state"] != "registered":  # an answer that the exam has overtaken
        case["choice"] = ""
    case.update(refund=0, used=case["received"], closed_by="")
    leave_choosing(case, "failed" if result == "failed" else "examined")


def do_grade(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    parts = [command.get(part) or case[part] for part in ("theory", "practice")]
    result = outcome(command.get("result"), *parts)
    case.update(result=result, theory=parts[0], practice=parts[1], paper=command.get("paper") or case["paper"])
    if case["state"] == "examined" and result == "failed":
        case["state"] = "failed"


def do_regrade(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    result = outcome(command.get("result"), command.get("theory"), command.get("practice"))
    case.update(result=result, state="failed" if result == "failed" else "examined", sat=True)
    case["paper"] = command.get("paper") or case["paper"]
    case.update(theory=command.get("theory"), practice=command.get("practice"))


def do_certify(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case["state"] = "certified"
    case[command["instrument"]] = True


def do_settle_refund(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case["paid"] = True
    if case["state"] == "refunding":
        case["state"] = "refunded"


def do_convert(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case.update(state="converted", skill_level=True)


def do_report_loss(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    lost = command.get("instrument") or ("vocational" if case["vocational"] else "skill_level")
    if case["state"] != "converted":
        case["state"] = "attested" if lost == "vocational" and out(world) else "reissued"


def do_revoke(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case["state"] = "revoked"


def do_leave_plan(case: dict[str, Any], world: dict[str, Any], command: dict[str, Any]) -> None:
    case["cohort"] = "none"
