"""Every state × every command against a table written by hand from design §3, never from `ROWS`."""

from __future__ import annotations

from datetime import date

import pytest

from states.case.commands import COMMANDS
from states.case.judge import judge
from states.case.table import ROWS, machine, mermaid
from states.refusals import Refusal
from states.words import Instrument, State
from tests.states.factories import AFTER, BEFORE, SKILL_LEVEL, after, around, case, send

# What becomes of each command: a state, "proposed" (two people), "noted" (the state stays), "nothing", or a refusal.
ORDER = [
    "announce",
    "register",
    "import_certificate",
    "withdraw",
    "continue_exam",
    "request_refund",
    "request_conversion",
    "hold_exam",
    "certify",
    "settle_refund",
    "fail_refund",
    "convert",
    "report_loss",
    "approve",
    "decline",
    "correct",
    "follow_calendar",
]
W, C, D, A = "WrongState", "ChoiceNotOpen", "DuplicateCase", "AlreadyRefunded"
CLOSED, NOTED, NONE, TWO = "RegistrationClosed", "noted", "nothing", "proposed"
GONE = [D, W, D, W, C, C, C, W, W, W, W, W, W, W, W, NOTED, NONE]  # nothing is left to do but mend a name
HELD = [D, W, D, W, C, C, C, W, W, W, W, "converted", TWO, W, W, NOTED, NONE]
PAID_BACK = [D, A, D, A, A, A, A, A, A, A, A, A, W, W, W, NOTED, NONE]

IN_THE_CATALOG: dict[State, list[str]] = {
    State.NEW: ["announced", W, "certified", W, C, C, C, W, W, W, W, W, W, W, W, W, NONE],
    State.ANNOUNCED: [D, "registered", D, "closed", C, C, C, W, W, W, W, W, W, W, W, NOTED, NONE],
    State.REGISTERED: [D, W, D, TWO, C, C, C, "examined", W, W, W, W, W, W, W, NOTED, NONE],
    State.EXAMINED: [D, W, D, W, C, C, C, W, TWO, W, W, W, W, W, W, NOTED, NONE],
    State.FAILED: GONE,
    State.CERTIFIED: HELD,
    State.REFUNDING: [D, A, D, A, A, A, A, A, A, "refunded", NOTED, A, W, W, W, NOTED, NONE],
    State.REFUNDED: PAID_BACK,
    State.CONVERTING: [D, W, D, W, C, C, C, W, W, W, W, "converted", W, W, W, NOTED, NONE],
    State.CONVERTED: [D, W, D, W, C, C, C, W, W, W, W, W, TWO, W, W, NOTED, NONE],
    State.REISSUED: HELD,
    State.ATTESTED: HELD,
    State.CLOSED: GONE,
}
CHOOSING = [D, CLOSED, D, TWO, "registered", TWO, "converting", W, W, W, W, W, W, W, W, NOTED, NONE]
AFTER_THE_EXIT: dict[State, list[str]] = {
    **{state: [row[0], CLOSED, *row[2:]] for state, row in IN_THE_CATALOG.items()},
    State.NEW: ["NotInCatalog", CLOSED, "certified", *IN_THE_CATALOG[State.NEW][3:]],
    State.ANNOUNCED: [D, CLOSED, *GONE[2:]],  # the exit closed it
    State.REGISTERED: CHOOSING,  # the exit asks, before any command is judged
    State.CHOOSING: CHOOSING,
}


def grid(table: dict[State, list[str]], day: date) -> list[object]:
    return [
        pytest.param(state, command, day, expected, id=f"{day}-{state}-{command}")
        for state, row in table.items()
        for command, expected in zip(ORDER, row, strict=True)
    ]


def test_the_tables_leave_out_no_state_and_no_command() -> None:
    assert set(ORDER) == set(COMMANDS)
    assert set(AFTER_THE_EXIT) == set(State)
    assert set(IN_THE_CATALOG) == set(State) - {State.CHOOSING}  # in the catalog nobody is being asked


@pytest.mark.parametrize(
    ("state", "command", "day", "expected"), grid(IN_THE_CATALOG, BEFORE) + grid(AFTER_THE_EXIT, AFTER)
)
def test_every_command_in_every_state(state: State, command: str, day: date, expected: str) -> None:
    facts = case(state)
    calendar = len(judge(facts, [], around(), day).steps)
    stays = after(facts, day).state
    try:
        told = judge(facts, [send(command)], around(), day)
    except Refusal as refused:
        told, said = None, refused.name
    if told is None:
        assert said == expected
        return
    if expected == NONE:
        assert len(told.steps) == calendar and told.facts.state is stays
    elif expected == NOTED:
        assert len(told.steps) == calendar + 1 and told.facts.state is stays and told.facts.pending is None
    elif expected == TWO:
        assert told.facts.state is stays and told.facts.pending is not None
        assert told.facts.pending.command == command
    else:
        assert told.facts.state.value == expected


@pytest.mark.parametrize(
    ("state", "command", "day", "expected"),
    [
        (State.REGISTERED, "withdraw", BEFORE, "refunding"),
        (State.CHOOSING, "withdraw", AFTER, "refunding"),
        (State.CHOOSING, "request_refund", AFTER, "refunding"),
        (State.EXAMINED, "certify", BEFORE, "certified"),
        (State.EXAMINED, "certify", AFTER, "certified"),
        (State.CERTIFIED, "report_loss", BEFORE, "reissued"),
        (State.CERTIFIED, "report_loss", AFTER, "attested"),
        (State.REISSUED, "report_loss", BEFORE, "reissued"),
        (State.REISSUED, "report_loss", AFTER, "attested"),
        (State.ATTESTED, "report_loss", AFTER, "attested"),
        (State.CONVERTED, "report_loss", BEFORE, "reissued"),
        (State.CONVERTED, "report_loss", AFTER, "reissued"),
    ],
)
def test_where_each_approved_proposal_leads(state: State, command: str, day: date, expected: str) -> None:
    assert after(case(state), day, send(command), send("approve")).state.value == expected


def test_a_lost_skill_level_certificate_is_reissued_outside_the_catalog_too() -> None:
    held = case(State.CERTIFIED, certificate=SKILL_LEVEL)
    assert held.instrument is Instrument.SKILL_LEVEL
    assert after(held, AFTER, send("report_loss"), send("approve")).state is State.REISSUED


@pytest.mark.parametrize("command", ["withdraw", "request_refund"])
def test_without_a_fee_nobody_else_is_needed(command: str) -> None:
    assert after(case(State.CHOOSING, fee_fen=0), AFTER, send(command)).state is State.CLOSED


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_supervisor_sends_no_command_of_the_table(command: str) -> None:
    with pytest.raises(Refusal) as refused:
        judge(case(State.REGISTERED), [send(command, role="supervisor", by="督导戊")], around(), BEFORE)
    assert refused.value.name == "RoleNotAllowed"


def test_the_diagram_shows_every_row() -> None:
    shown = mermaid()
    for row in ROWS:
        for source in row.sources:
            start = "[*]" if source is State.NEW else source.value
            note = row.trigger.value if row.when == "always" else f"{row.trigger.value} [{row.when}]"
            assert f"    {start} --> {row.dest.value}: {note}\n" in shown
    for arrow in (
        "[*] --> announced: announce",
        "[*] --> certified: import_certificate",
        "registered --> choosing: exit",
        "choosing --> registered: reinstate",
        "certified --> attested: attest",
        "refunding --> refunded: settle_refund",
    ):
        assert arrow in shown


def test_there_are_no_automatic_transitions() -> None:
    assert set(machine().events) == {row.trigger.value for row in ROWS}
    assert not any(name.startswith("to_") for name in machine().events)
