"""Whole histories for the properties: a random season as the rules answered it, turn by turn."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from states.case.facts import CaseFacts
from states.case.judge import judge
from states.case.steps import Step
from states.refusals import Refusal
from tests.states.seasons import START, Move, season
from tests.states.seasons_wire import as_command, as_context

UNOPENED = CaseFacts(number="43010020200001")


class Turn(NamedTuple):
    """One command and what came of it: the steps, or the refusal."""

    move: Move
    before: CaseFacts
    after: CaseFacts
    steps: tuple[Step, ...]
    refusal: Refusal | None


def turn(facts: CaseFacts, move: Move) -> Turn:
    world, command = move
    try:
        answer = judge(facts, [as_command(command)], as_context(world), world["today"])
    except Refusal as refused:
        return Turn(move, facts, facts, (), refused)
    return Turn(move, facts, answer.facts, answer.steps, None)


class History(list[Turn]):
    """The turns of one season; shown by its seed and commands, since whole facts would be unreadable."""

    seed = 0

    def __repr__(self) -> str:
        lines = [f"{one.move.world['today']} {one.move.command} → {one.refusal or one.after.state}" for one in self]
        return "\n  ".join([f"season {self.seed}", *lines])


def history(seed: int, length: int, *, daily: bool = False, **fixed: Any) -> History:
    """A season, led by the naive model, as the rules answered it; `daily`: the calendar is asked every single day."""
    facts, turns, day = UNOPENED, History(), START
    turns.seed = seed
    for move, model in season(random.Random(seed), length, **fixed):
        while daily and day < move.world["today"]:
            day += timedelta(days=1)
            turns.append(tick(facts, move.world, day))
            facts = turns[-1].after
        model.send(*move)
        turns.append(turn(facts, move))
        facts = turns[-1].after
    return turns


def tick(facts: CaseFacts, world: dict[str, Any], day: date) -> Turn:
    """What the calendar does by itself on `day`."""
    answer = judge(facts, (), as_context(world), day)
    return Turn(Move({**world, "today": day}, {"do": "tick"}), facts, answer.facts, answer.steps, None)


def histories(length: int = 14, **fixed: Any) -> st.SearchStrategy[History]:
    return st.integers(0, 2**40).map(lambda seed: history(seed, length, **fixed))


def steps(turns: list[Turn]) -> list[Step]:
    return [step for one in turns for step in one.steps]


def ticked(turns: list[Turn]) -> CaseFacts:
    """The same moves, with the calendar asked on every single day in between."""
    facts, day = UNOPENED, turns[0].move.world["today"]
    for one in turns:
        world = one.move.world
        while day < world["today"]:
            day += timedelta(days=1)
            facts = judge(facts, (), as_context(world), day).facts
        facts = turn(facts, one.move).after
    return facts
