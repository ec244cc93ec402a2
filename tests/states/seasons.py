"""Random seasons of one case, led by where the case stands, played against the rules and against the naive model."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from states.case.facts import CaseFacts
from states.case.judge import judge
from states.refusals import Refusal
from states.words import Instrument
from tests.states.naive_model import NaiveCase
from tests.states.seasons_wire import as_command, as_context

START = date(2020, 9, 14)
EXITS = (date(2020, 9, 30), date(2020, 9, 30), date(2020, 12, 31), None, date(2020, 10, 15), date(2021, 3, 31))
PAPER, FOREIGN_PAPER = "GJTK-2020-0417", "GJTK-2020-9999"
GAPS = (0, 0, 0, 1, 1, 2, 3, 5, 8, 12, 17, 31, 60)
PEOPLE = {"clerk": "甲", "reviewer": "乙", "finance": "丙", "administrator": "丁", "supervisor": "戊"}
USUAL = {
    "approve": "reviewer",
    "decline": "reviewer",
    "settle_refund": "finance",
    "fail_refund": "finance",
    "transfer_centre": "administrator",
}

# What people mostly do with a case in each state; the rest of the commands come by chance, and are mostly refused.
LIKELY: dict[str, tuple[str, ...]] = {
    "new": ("announce",) * 6 + ("import_certificate",) * 2,
    "announced": ("register",) * 12
    + ("postpone", "correct", "leave_plan", "withdraw", "reject", "decease", "reinstate"),
    "registered": ("hold_exam",) * 4
    + ("postpone", "correct", "change_choice", "change_choice", "receive_fee")
    + ("withdraw", "leave_plan", "decease"),
    "choosing": ("continue_exam",) * 3
    + ("request_refund",) * 3
    + ("request_conversion",) * 3
    + ("hold_exam",) * 2
    + ("postpone", "withdraw", "decease", "correct"),
    "examined": ("grade",) * 3 + ("certify",) * 3 + ("regrade", "receive_fee", "transfer_centre"),
    "failed": ("resit",) * 3 + ("regrade", "certify"),
    "certified": ("report_loss", "report_loss", "convert", "convert", "exchange", "correct", "revoke"),
    "refunding": ("settle_refund",) * 3 + ("change_choice",) * 3 + ("hold_exam",) * 3 + ("fail_refund", "decease"),
    "refunded": ("hold_exam",) * 3 + ("grade", "receive_fee", "receive_fee", "certify", "change_choice"),
    "converting": ("convert",) * 2
    + ("change_choice",) * 3
    + ("settle_refund", "hold_exam", "hold_exam", "receive_fee", "grade", "fail_refund"),
    "converted": ("report_loss",) * 3 + ("exchange", "settle_refund", "correct", "grade", "revoke"),
    "reissued": ("report_loss", "convert", "convert", "exchange", "revoke"),
    "attested": ("report_loss", "report_loss", "convert", "convert", "exchange", "revoke"),
    "revoked": ("report_loss", "correct", "settle_refund"),
    "closed": ("hold_exam", "hold_exam", "reinstate", "reinstate", "register", "change_choice"),
}
ALL = sorted({do for likely in LIKELY.values() for do in likely} | {"approve", "decline", "transfer_centre"})


class Move(NamedTuple):
    """One command on one day of one world."""

    world: dict[str, Any]
    command: dict[str, Any]


class Disagreement(AssertionError):
    """The rules and the model say different things after these moves."""


def season(
    chance: random.Random, length: int = 14, *, moving: bool = True, **fixed: Any
) -> Iterator[tuple[Move, NaiveCase]]:
    """The moves of one season, each led by the model's state: whoever iterates lets the model play along.

    `fixed` is of the world, from first to last; unless it is `moving`, the exit and the policies stay too.
    """
    model, world = NaiveCase(), first_world(chance) | fixed
    for _ in range(length):
        world = next_world(chance, world, moving=moving) | fixed
        world["sessions"] = model.case["sessions"] | world["sessions"]  # what a case names is on record from then on
        yield Move(world, some_command(chance, model.case, world)), model
        over = model.case["state"] in ("closed", "revoked") and model.case["closed_by"] not in ("exit", "choice")
        if over and chance.random() < 0.5:
            return


def first_world(chance: random.Random) -> dict[str, Any]:
    return {
        "today": START,
        "exit_date": chance.choice(EXITS),
        "hold": False,
        "announced_at_exit": chance.choice(("choose", "choose", "close")),
        "choice_default": chance.choice(("", "", "continue_exam", "request_refund")),
        "choice_days": chance.choice((10, 30)),
        "objection_days": chance.choice((1, 5, 5, 10)),
        "resit_months": chance.choice((1, 12)),
        "certificate_needs_fee": chance.random() < 0.8,
        "hold_stops_exams": chance.random() < 0.3,
        "papers": (PAPER,),
        "sessions": {"S-OLD": date(2020, 1, 1), "S-NEW": date(2022, 1, 1)},
    }


def next_world(chance: random.Random, world: dict[str, Any], *, moving: bool) -> dict[str, Any]:
    moved = dict(world, today=world["today"] + timedelta(days=chance.choice(GAPS)), hold=chance.random() < 0.06)
    if not moving:
        return moved
    if chance.random() < 0.05:
        moved["exit_date"] = chance.choice(EXITS)
    if chance.random() < 0.02:
        moved["choice_default"] = chance.choice(("", "continue_exam", "request_refund"))
    return moved


def some_command(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    if case["pending"] is not None and chance.random() < 0.6:
        do = chance.choice(("approve", "approve", "approve", "decline"))
    else:
        do = chance.choice(LIKELY[case["state"]] if chance.random() < 0.85 else ALL)
    role = USUAL.get(do, "clerk")
    if chance.random() < 0.03:
        role = chance.choice(tuple(PEOPLE))
    by = "甲" if chance.random() < 0.03 else PEOPLE[role]
    return {"do": do, "role": role, "by": by, **fields(chance, do, case, world)}


def fields(chance: random.Random, do: str, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    """Mostly right, now and then wrong in one of the ways that have a name."""
    make = FIELDS.get(do)
    return make(chance, case, world) if make else {}


def often(chance: random.Random, usual: Any, *seldom: Any) -> Any:
    return usual if chance.random() < 0.85 else chance.choice(seldom)


def _announce(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    cohort = chance.choice(("none", "none", "none", "plan_student", "new_apprentice"))
    intake = often(chance, date(2019, 9, 1), None, date(2020, 9, 30), date(2021, 9, 1))
    return {"cohort": cohort, "session": chance.choice(("", "S-1"))} | ({} if cohort == "none" else {"intake": intake})


def _import(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    issued_on = often(chance, date(2019, 6, 1), date(2020, 9, 20), date(2020, 10, 9), date(2030, 1, 1))
    year = often(chance, issued_on.year % 100, 18) if issued_on.year == 2019 else issued_on.year % 100
    behind = {"held_on": date(2020, 9, 1), "evidence": chance.choice(("考试记录", "考试记录", ""))}
    return {"issued_on": issued_on, "number_year": year} | (behind if chance.random() < 0.5 else {})


def _fee(chance: random.Random) -> dict[str, Any]:
    fee = chance.choice((28_000, 28_000, 0))
    return {"fee_fen": fee, "received_fen": often(chance, None, 0, min(fee, 10_000))}


def _register(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    fee = _fee(chance) if chance.random() < 0.95 else {"fee_fen": -1, "received_fen": None}
    return {**fee, "papers_seen": chance.random() < 0.95, "session": chance.choice(("", "S-1"))}


def _resit(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    return {**_fee(chance), "session": chance.choice(("", "S-2"))}


def _hold_exam(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    days = [None, None, world["today"] - timedelta(days=1), case["registered_on"], case["announced_on"]]
    if world["exit_date"] is not None:
        days += [world["exit_date"] - timedelta(days=1)] * (5 if case["state"] != "registered" else 1)
    held_on = often(chance, chance.choice(days), date(1990, 1, 1), world["today"] + timedelta(days=1))
    result = chance.choice((None, None, "passed", "passed", "failed", "absent"))
    return {
        "result": result,
        "held_on": held_on,
        "paper": often(chance, PAPER, "", FOREIGN_PAPER),
        "session": chance.choice(("S-1", "S-1", "S-2", "S-OLD", "S-OLD", "S-NEW")),
        "site": often(chance, case["centre"], "", "430102", "430200"),
    }


def _marks(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    if chance.random() < 0.6:
        return {"result": often(chance, chance.choice(("passed", "passed", "failed")), None), "paper": PAPER}
    parts = {part: chance.choice(("passed", "passed", "failed", None)) for part in ("theory", "practice")}
    return {**parts, "paper": often(chance, PAPER, "")}


def _regrade(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    return {"result": chance.choice(("passed", "failed")), "reason": "复查", "paper": chance.choice((None, PAPER))}


def _certify(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    ready = not world["hold"] and case["fee"] == case["received"]  # one reason to refuse at a time
    unprotected = often(chance, "vocational", "skill_level") if ready else "vocational"
    instrument = unprotected if case["cohort"] == "none" else chance.choice(INSTRUMENTS)
    return {"instrument": instrument, "number": not ready or chance.random() < 0.9}


INSTRUMENTS = ("vocational", "skill_level")


def _conversion(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    return {"fee": chance.choice(("refund", "transfer")), "evidence": often(chance, "同意书", "")}


def _change(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    choice = chance.choice(("continue_exam", "request_refund", "request_conversion"))
    return {"choice": choice, **_conversion(chance, case, world)}


def _instrument(chance: random.Random, case: dict[str, Any], world: dict[str, Any]) -> dict[str, Any]:
    return {"instrument": chance.choice((None, *INSTRUMENTS)), "reason": "印制有误"}


FIELDS = {
    "announce": _announce,
    "import_certificate": _import,
    "register": _register,
    "resit": _resit,
    "hold_exam": _hold_exam,
    "grade": _marks,
    "regrade": _regrade,
    "certify": _certify,
    "request_conversion": _conversion,
    "change_choice": _change,
    "report_loss": _instrument,
    "exchange": _instrument,
    "reject": lambda chance, case, world: {"reason": often(chance, "材料不全", "")},
    "revoke": lambda chance, case, world: {"reason": often(chance, "误发", "")},
    "leave_plan": lambda chance, case, world: {"evidence": often(chance, "退学证明", "")},
    "receive_fee": lambda chance, case, world: {"amount_fen": often(chance, None, 1, 10**9)},
    "postpone": lambda chance, case, world: {
        "exam_on": world["today"] + timedelta(days=20),
        "session": chance.choice(("", "S-2")),
    },
    "transfer_centre": lambda chance, case, world: {"centre": chance.choice(("430200", "430100"))},
    "correct": lambda chance, case, world: chance.choice(
        ({"phone": "13800000000"}, {"name": "王喆喆", "evidence": "户口簿"}, {"name": "王喆喆"})
    ),
}


def play(moves: list[Move]) -> str:
    """What differs first when these moves are played; empty when nothing does."""
    facts, model = CaseFacts(number="43010020200001"), NaiveCase()
    for n, (world, command) in enumerate(moves):
        facts, said = answer(facts, world, command)
        expected = model.send(world, command)
        if (said, shown(facts)) != (expected, model.seen()):
            return f"move {n}: rules {said or 'done'} {shown(facts)}, model {expected or 'done'} {model.seen()}"
    return ""


def answer(facts: CaseFacts, world: dict[str, Any], command: dict[str, Any]) -> tuple[CaseFacts, str]:
    try:
        return judge(facts, [as_command(command)], as_context(world), world["today"]).facts, ""
    except Refusal as refused:
        return facts, refused.name


def shown(facts: CaseFacts) -> tuple[Any, ...]:
    held = tuple(Instrument(name) in facts.instruments for name in INSTRUMENTS)
    return facts.state.value, facts.pending and facts.pending.command, facts.refund_fen, facts.choice.escalated, held


def compare(seed: int, length: int = 14) -> int:
    """Plays one season; the number of its moves. Raises Disagreement with the fewest moves that show it."""
    facts, moves = CaseFacts(number="43010020200001"), []
    for move, model in season(random.Random(seed), length):
        moves.append(move)
        facts, said = answer(facts, *move)
        expected = model.send(*move)
        if (said, shown(facts)) != (expected, model.seen()):
            raise Disagreement(f"seed {seed}\n{told(fewest(moves))}")
    return len(moves)


def fewest(moves: list[Move]) -> list[Move]:
    """The moves without those that the disagreement does not need."""
    n = len(moves) - 1
    while n >= 0:
        without = moves[:n] + moves[n + 1 :]
        moves = without if play(without) else moves
        n = min(n, len(moves)) - 1
    return moves


def told(moves: list[Move]) -> str:
    lines = []
    for world, command in moves:
        policies = {key: world[key] for key in ("choice_default", "announced_at_exit", "objection_days")}
        lines.append(f"{world['today']} exit {world['exit_date']} hold {world['hold']} {policies}\n    {command}")
    return "\n".join([*lines, play(moves)])
