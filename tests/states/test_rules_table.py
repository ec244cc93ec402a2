"""Every state × every command against a grid written by hand from design §3, never from the table of the rules.

What becomes of each command: a state, `two` (it waits for a second person), `noted` (the state stays), `nothing`, or
the name of a refusal.
"""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from msgspec.structs import replace

from states.case.commands import COMMANDS
from states.case.diagram import machine, mermaid
from states.case.guards import GUARDS
from states.case.judge import judge
from states.case.table import ROWS, SENDERS, rows_for
from states.refusals import REFUSALS, Refusal
from states.words import DocumentKind, ExamResult, Instrument, Role, State, Trigger
from tests.states.factories import (
    AFTER,
    BEFORE,
    EXAM,
    OF_A_PLAN,
    SENDER,
    SKILL_LEVEL,
    after,
    around,
    case,
    refusal,
    send,
)

W, C, D, A, R = "WrongState", "ChoiceNotOpen", "DuplicateCase", "AlreadyRefunded", "RegistrationClosed"
NOTED, NONE, TWO = "noted", "nothing", "two"
S = State

# In the catalog: nobody is being asked, and whoever is, is reinstated before the command is judged.
EVERYWHERE = {"approve": W, "decline": W, "announce": D, "import_certificate": D, "follow_calendar": NONE}
NOWHERE = {
    **EVERYWHERE, "register": W, "reject": W, "receive_fee": W, "withdraw": W, "continue_exam": C, "request_refund": C,
    "request_conversion": C, "change_choice": C, "reinstate": W, "postpone": W, "hold_exam": W, "grade": W,
    "regrade": W, "resit": W, "certify": W, "settle_refund": W, "fail_refund": W, "convert": W, "report_loss": W,
    "exchange": W, "revoke": W, "leave_plan": W, "decease": W, "transfer_centre": TWO, "correct": NOTED,
}  # fmt: skip
MONEY = {name: A for name in NOWHERE if name not in ("approve", "decline", "report_loss", "correct")} | {
    **EVERYWHERE, "report_loss": W, "correct": NOTED, "transfer_centre": TWO,
}  # fmt: skip
HELD = {**NOWHERE, "convert": "converted", "report_loss": TWO, "exchange": TWO, "revoke": TWO}
REGISTERED = {**NOWHERE, "withdraw": TWO, "postpone": NOTED, "hold_exam": "examined", "decease": TWO}
ANNOUNCED = {
    **NOWHERE, "register": "registered", "reject": "closed", "withdraw": "closed", "postpone": NOTED,
    "decease": "closed",
}  # fmt: skip

IN_THE_CATALOG: dict[State, dict[str, str]] = {
    S.NEW: {
        **NOWHERE, "announce": "announced", "import_certificate": TWO, "correct": W, "transfer_centre": W,
    },
    S.ANNOUNCED: ANNOUNCED,
    S.REGISTERED: REGISTERED,
    S.CHOOSING: REGISTERED,
    S.EXAMINED: {**NOWHERE, "certify": TWO, "regrade": TWO},
    S.FAILED: {**NOWHERE, "regrade": TWO, "resit": "registered"},
    S.CERTIFIED: HELD,
    S.REFUNDING: {
        **MONEY, "settle_refund": "refunded", "fail_refund": NOTED, "change_choice": "registered",
    },
    S.REFUNDED: MONEY,
    S.CONVERTING: {**NOWHERE, "change_choice": "registered", "convert": "converted"},
    S.CONVERTED: {**NOWHERE, "report_loss": TWO, "exchange": TWO, "revoke": TWO},
    S.REISSUED: HELD,
    S.ATTESTED: {**HELD, "exchange": W},
    S.REVOKED: NOWHERE,
    S.CLOSED: NOWHERE,
}  # fmt: skip

# After it: no registration for whoever did not choose the exam, an open question for whoever has not sat.
CHOOSING = {
    **NOWHERE, "register": R, "resit": R, "reinstate": R, "withdraw": TWO, "continue_exam": "registered",
    "request_refund": TWO, "request_conversion": TWO, "postpone": NOTED, "decease": TWO,
}  # fmt: skip
SHUT = {"register": R, "resit": R, "reinstate": R}
AFTER_THE_EXIT: dict[State, dict[str, str]] = {state: {**row, **SHUT} for state, row in IN_THE_CATALOG.items()} | {
    S.NEW: {**IN_THE_CATALOG[S.NEW], **SHUT, "announce": "NotInCatalog"},
    S.ANNOUNCED: {
        **CHOOSING, "withdraw": "closed", "continue_exam": "announced", "request_refund": "closed",
        "request_conversion": "converting", "decease": "closed",
    },
    S.REGISTERED: CHOOSING,
    S.CHOOSING: CHOOSING,
    S.EXAMINED: {**IN_THE_CATALOG[S.EXAMINED], **SHUT},
}  # fmt: skip
GRIDS = ((IN_THE_CATALOG, BEFORE), (AFTER_THE_EXIT, AFTER))
CELLS = [(state, do, day, grid[state][do]) for grid, day in GRIDS for state, do in product(State, COMMANDS)]


@pytest.mark.parametrize(("state", "command", "day", "expected"), CELLS)
def test_every_command_in_every_state(state: State, command: str, day: date, expected: str) -> None:
    facts = case(state)
    before = judge(facts, [], around(), day)
    if expected in REFUSALS:
        assert refusal(facts, day, send(command)) == expected
        return
    told = judge(facts, [send(command)], around(), day)
    made = len(told.steps) - len(before.steps)
    if expected == NONE:
        assert made == 0 and told.facts.state is before.facts.state
    elif expected == NOTED:
        assert made == 1 and told.facts.state is before.facts.state and told.facts.pending is None
    elif expected == TWO:
        assert made == 1 and told.facts.state is before.facts.state
        assert told.facts.pending is not None and told.facts.pending.command == command
    else:
        assert told.facts.state.value == expected


@pytest.mark.parametrize(
    ("state", "command", "day", "expected"),
    [
        (S.NEW, "import_certificate", BEFORE, "certified"),
        (S.REGISTERED, "withdraw", BEFORE, "refunding"),
        (S.CHOOSING, "withdraw", AFTER, "refunding"),
        (S.CHOOSING, "request_refund", AFTER, "refunding"),
        (S.CHOOSING, "request_conversion", AFTER, "converting"),
        (S.REGISTERED, "decease", BEFORE, "refunding"),
        (S.CHOOSING, "decease", AFTER, "refunding"),
        (S.EXAMINED, "certify", BEFORE, "certified"),
        (S.EXAMINED, "certify", AFTER, "certified"),
        (S.EXAMINED, "regrade", BEFORE, "examined"),
        (S.FAILED, "regrade", AFTER, "examined"),
        (S.CERTIFIED, "report_loss", BEFORE, "reissued"),
        (S.CERTIFIED, "report_loss", AFTER, "attested"),
        (S.REISSUED, "report_loss", BEFORE, "reissued"),
        (S.REISSUED, "report_loss", AFTER, "attested"),
        (S.ATTESTED, "report_loss", BEFORE, "reissued"),
        (S.ATTESTED, "report_loss", AFTER, "attested"),
        (S.CONVERTED, "report_loss", BEFORE, "converted"),
        (S.CONVERTED, "report_loss", AFTER, "converted"),
        (S.CERTIFIED, "exchange", AFTER, "certified"),
        (S.CONVERTED, "exchange", AFTER, "converted"),
        *((state, "revoke", AFTER, "revoked") for state in (S.CERTIFIED, S.REISSUED, S.ATTESTED, S.CONVERTED)),
        *((state, "transfer_centre", BEFORE, state.value) for state in State if state not in (S.NEW, S.CHOOSING)),
    ],
)
def test_where_each_approved_proposal_leads(state: State, command: str, day: date, expected: str) -> None:
    done = after(case(state), day, send(command), send("approve"))
    assert (done.state.value, done.pending) == (expected, None)


def test_a_lost_skill_level_certificate_is_reissued_outside_the_catalog_too() -> None:
    held = case(S.CERTIFIED, certificate=SKILL_LEVEL)
    assert held.instruments == {Instrument.SKILL_LEVEL}
    assert after(held, AFTER, send("report_loss"), send("approve")).state is S.REISSUED


@pytest.mark.parametrize("command", ["withdraw", "request_refund", "request_conversion", "decease"])
def test_without_money_received_nobody_else_is_needed(command: str) -> None:
    """A fee that was charged and never came in is nothing to pay back."""
    for received, fee in ((0, 0), (0, 28_000)):
        facts = after(case(S.CHOOSING, fee_fen=fee, received_fen=received), AFTER, send(command))
        assert facts.pending is None and facts.state in (S.CLOSED, S.CONVERTING) and facts.refund_fen == 0


@pytest.mark.parametrize(("command", "role"), product(sorted(COMMANDS), Role))
def test_every_command_is_refused_from_every_role_that_does_not_carry_it(command: str, role: Role) -> None:
    expected = SENDER.get(command, Role.CLERK)
    also = {"receive_fee": {Role.FINANCE}, "follow_calendar": {Role.CALENDAR}, "approve": set(), "decline": set()}
    entitled = {expected} | also.get(command, set())
    facts = case(S.REGISTERED)
    if command in ("approve", "decline"):
        facts = after(facts, BEFORE, send("withdraw"))
    with_it = send(command, role=role.value, by="另一人")
    said = ""
    try:
        judge(facts, [with_it], around(), BEFORE)
    except Refusal as refused:
        said = refused.name
    assert (said == "RoleNotAllowed") is (role not in entitled)


def test_a_transfer_may_be_seconded_by_another_administrator_and_by_a_reviewer() -> None:
    facts = after(case(S.REGISTERED), BEFORE, send("transfer_centre"))
    for role in (Role.REVIEWER, Role.ADMINISTRATOR):
        assert after(facts, BEFORE, send("approve", role=role.value, by="另一人")).centre == "430200"


# the table itself


def test_a_row_that_could_never_be_picked_is_no_row() -> None:
    """Each row is reached: behind it stand no two rows of one command and source that ask the same."""
    for command, state in {(row.command, source) for row in ROWS for source in row.sources}:
        asked = [(row.event, row.given, row.when) for row in rows_for(command, state)]
        assert len(asked) == len(set(asked)), (command, state)
        for n, row in enumerate(rows_for(command, state)):
            before = [(r.event, r.given, r.when) for r in rows_for(command, state)[:n]]
            assert (row.event, "always", "always") not in before, (command, state, row)


def test_every_trigger_guard_and_letter_is_used_by_some_row() -> None:
    assert {row.trigger for row in ROWS} - {None} == set(Trigger)
    used = {guard for row in ROWS for guard in (row.given, row.when, row.two)}
    assert used == set(GUARDS)
    batch_form = {DocumentKind.DATA_AUDIT_FORM}  # of a centre and a period, never of one case
    assert {kind for row in ROWS for kind in row.letters} == set(DocumentKind) - batch_form


def test_every_letter_has_its_clause_and_its_reason() -> None:
    for row in ROWS:
        if row.letters and row.command != "postpone":
            assert row.basis is not None, row
        assert not row.letters or row.clause or row.basis is not None, row


def test_every_command_has_rows_and_senders() -> None:
    assert set(SENDERS) == set(COMMANDS) == {row.command for row in ROWS}


def test_every_refusal_speaks_whatever_it_is_told() -> None:
    for name, kind in REFUSALS.items():
        assert kind().message and kind().name == name


def test_the_diagram_shows_every_row_that_moves() -> None:
    shown = mermaid()
    for row in ROWS:
        for source in row.sources if row.trigger else ():
            start = "[*]" if source is S.NEW else source.value
            assert f"    {start} --> {(row.dest or source).value}: {row.trigger.value}" in shown  # type: ignore[union-attr]
    for arrow in (
        "[*] --> announced: announce",
        "[*] --> certified: import_certificate",
        "registered --> choosing: exit",
        "choosing --> registered: reinstate",
        "certified --> attested: attest",
        "refunding --> refunded: settle_refund",
        "certified --> revoked: revoke",
    ):
        assert arrow in shown


def test_there_are_no_automatic_transitions() -> None:
    assert set(machine().events) == {row.trigger.value for row in ROWS if row.trigger}
    assert not any(name.startswith("to_") for name in machine().events)


def test_an_absent_candidate_failed_and_the_marks_of_one_who_sat_may_come_later() -> None:
    registered = case(S.REGISTERED)
    assert after(registered, BEFORE, send("hold_exam", result="absent", paper="")).state is S.FAILED
    sat = after(registered, BEFORE, send("hold_exam", result=None, paper=""))
    assert sat.state is S.EXAMINED and sat.exam is not None and sat.exam.result is None
    assert after(sat, AFTER, send("grade")).exam.result is ExamResult.PASSED  # type: ignore[union-attr]
    assert after(sat, AFTER, send("grade", result="failed")).state is S.FAILED


def test_a_member_of_a_cohort_leaves_the_plan_before_the_exit_and_stays() -> None:
    for state in (S.ANNOUNCED, S.REGISTERED):
        left = after(case(state, **OF_A_PLAN), BEFORE, send("leave_plan"))
        assert (left.state, left.protected) == (state, False)


def test_a_case_is_handed_on_with_all_it_holds() -> None:
    facts = replace(case(S.EXAMINED), exam=EXAM)
    moved = after(facts, BEFORE, send("transfer_centre"), send("approve"))
    assert (moved.centre, moved.former_centres, moved.exam) == ("430200", ("430100",), EXAM)
