"""What best explains that a command cannot follow (design §3, rule 9): the reason a candidate would be given.

WrongState is for what nothing better explains.
"""

from __future__ import annotations

from datetime import date

from states import refusals as r
from states.case.commands import COMMAND_NAMES, OPENING
from states.case.context import Context
from states.case.facts import CaseFacts
from states.reference.catalog import exited
from states.words import STATE_NAMES, State

REGISTERING = frozenset({"register", "resit", "reinstate"})
CHOOSES = frozenset({"continue_exam", "request_refund", "request_conversion", "change_choice"})
# What money on its way does not stand against.
BESIDE_MONEY = frozenset({"approve", "decline", "report_loss", "correct", "transfer_centre"})


def why_not(facts: CaseFacts, command: str, context: Context, today: date, why: str = "") -> r.Refusal:
    """The refusal of `command` in this state; `why`: what else is to be said, where it is WrongState."""
    if command in OPENING:
        return r.DuplicateCase(existing=facts.number)
    if command in REGISTERING and _closed_door(facts, context, today):
        return r.RegistrationClosed(occupation=context.occupation, exit_date=str(context.exit_date))
    shown = COMMAND_NAMES[command]
    if (
        facts.state in (State.REFUNDING, State.REFUNDED)
        and command not in BESIDE_MONEY
        and not _too_late(facts, command)
    ):
        return r.AlreadyRefunded(refund_fen=facts.refund_fen, command=shown)
    state = {"state": facts.state.value, "state_name": STATE_NAMES[facts.state], "command": shown}
    if command in CHOOSES:
        return r.ChoiceNotOpen(**state, why=_period(facts, command))
    return r.WrongState(**state, why=why)


def _closed_door(facts: CaseFacts, context: Context, today: date) -> bool:
    """25号·一: from the day of the exit on no registration is accepted, whatever state the exit has put the case in."""
    return exited(context.exit_date, today) and not facts.protected and not facts.continues


def _too_late(facts: CaseFacts, command: str) -> bool:
    """Whether a change of choice fails for its time, and not for money that has left."""
    return command == "change_choice" and bool(facts.choice.answer) and not facts.refund_paid


def _period(facts: CaseFacts, command: str) -> str:
    if command == "change_choice" and facts.choice.until is not None:
        return f"变更选择的期限至{facts.choice.until}止，且限于尚未退费、移交或参加考试之前"
    return "不在意愿选择期"
