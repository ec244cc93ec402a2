"""Every field of every command with what people mistype: refused by name or taken, never an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.command_input import command_from, known_commands
from states.case.commands import COMMANDS
from states.case.context import Context, Draw
from states.case.facts import hash_of
from states.case.judge import judge
from states.refusals import Refusal
from states.words import State
from tests.states import factories

BAD: tuple[Any, ...] = (
    "",
    " ",
    "\x00",
    "\u202e王",
    "王" * 5000,
    "😀",
    "yesterday",
    "2020-02-30",
    "0020-08-31",
    "9999-12-31",
    "１２",
    "1e9",
    "nan",
    "-1",
    "true",
    "None",
    "'; drop table cases; --",
    0,
    -1,
    2**31,
    2**63,
    10**40,
    1.5,
    float("nan"),
    float("inf"),
    True,
    None,
    date(1, 1, 1),
    date(9999, 12, 31),
    [],
    ["a", 1],
    {},
    {"name": 1},
    {"a": {"b": []}},
)
FIELDS = [(do, field) for do in known_commands() for field in COMMANDS[do].__struct_fields__ if field != "id"]
CONTEXT = Context(exit_date=date(2020, 12, 31), occupation="电工", draws=(Draw("GJTK-2020-0417"),))


@pytest.mark.parametrize(("do", "field"), FIELDS, ids=str)
def test_what_is_mistyped_is_refused_by_name_or_taken_whole(do: str, field: str) -> None:
    right = factories.GIVEN.get(do, {})
    cases = [factories.case(state) for state in State]
    for bad in BAD:
        command = taken(lambda bad=bad: command_from(do, {**right, field: bad}, by="经办甲"))
        for facts in cases if command is not None else ():
            before = hash_of(facts)
            taken(lambda facts=facts, command=command: judge(facts, [command], CONTEXT, date(2020, 12, 15)))
            assert hash_of(facts) == before


def taken(act: Callable[[], Any]) -> Any:
    """What `act` answers; None where it was refused, by name and in words."""
    try:
        return act()
    except Refusal as refused:
        shown = (refused.name, refused.message)
    assert all(shown), shown
    return None
