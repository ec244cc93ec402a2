"""The one table of what may follow what (design §3). Docs, console and tests are derived from it.

A row's `when` names the guard that picks it among the rows of the same trigger and source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from transitions import Machine

from states.case.facts import CaseFacts
from states.policies import Policies
from states.words import STATE_NAMES, ExamResult, State, Trigger

Guard = Callable[[CaseFacts, Policies], bool]

S, T = State, Trigger

GUARDS: Mapping[str, Guard] = {
    "always": lambda facts, policies: True,
    "fee paid": lambda facts, policies: facts.fee_fen > 0,
    "no fee": lambda facts, policies: facts.fee_fen == 0,
    "policy closes": lambda facts, policies: policies.announced_at_exit == "close",
    "policy asks": lambda facts, policies: policies.announced_at_exit == "choose",
    "was announced": lambda facts, policies: facts.origin is S.ANNOUNCED,
    "was registered": lambda facts, policies: facts.origin is S.REGISTERED,
    "passed": lambda facts, policies: facts.exam is not None and facts.exam.result is ExamResult.PASSED,
    "not passed": lambda facts, policies: facts.exam is not None and facts.exam.result is not ExamResult.PASSED,
}


class Row(NamedTuple):
    """`trigger` takes any of `sources` to `dest`, sent by `who`, if the guard `when` holds."""

    trigger: Trigger
    sources: tuple[State, ...]
    dest: State
    who: str
    when: str = "always"


ROWS: tuple[Row, ...] = (
    Row(T.ANNOUNCE, (S.NEW,), S.ANNOUNCED, "clerk"),
    Row(T.REGISTER, (S.ANNOUNCED,), S.REGISTERED, "clerk"),
    Row(T.IMPORT_CERTIFICATE, (S.NEW,), S.CERTIFIED, "clerk"),
    Row(T.WITHDRAW, (S.ANNOUNCED,), S.CLOSED, "clerk"),
    Row(T.WITHDRAW, (S.REGISTERED, S.CHOOSING), S.REFUNDING, "clerk + reviewer", "fee paid"),
    Row(T.WITHDRAW, (S.REGISTERED, S.CHOOSING), S.CLOSED, "clerk", "no fee"),
    Row(T.EXIT, (S.ANNOUNCED,), S.CLOSED, "timer", "policy closes"),
    Row(T.EXIT, (S.ANNOUNCED,), S.CHOOSING, "timer", "policy asks"),
    Row(T.EXIT, (S.REGISTERED,), S.CHOOSING, "timer"),
    Row(T.CONTINUE_EXAM, (S.CHOOSING,), S.ANNOUNCED, "clerk", "was announced"),
    Row(T.CONTINUE_EXAM, (S.CHOOSING,), S.REGISTERED, "clerk", "was registered"),
    Row(T.REQUEST_REFUND, (S.CHOOSING,), S.REFUNDING, "clerk + reviewer", "fee paid"),
    Row(T.REQUEST_REFUND, (S.CHOOSING,), S.CLOSED, "clerk", "no fee"),
    Row(T.REQUEST_CONVERSION, (S.CHOOSING,), S.CONVERTING, "clerk"),
    Row(T.REINSTATE, (S.CHOOSING,), S.ANNOUNCED, "calendar", "was announced"),
    Row(T.REINSTATE, (S.CHOOSING,), S.REGISTERED, "calendar", "was registered"),
    Row(T.HOLD_EXAM, (S.REGISTERED, S.CHOOSING), S.EXAMINED, "clerk", "passed"),
    Row(T.HOLD_EXAM, (S.REGISTERED, S.CHOOSING), S.FAILED, "clerk", "not passed"),
    Row(T.CERTIFY, (S.EXAMINED,), S.CERTIFIED, "clerk + reviewer"),
    Row(T.SETTLE_REFUND, (S.REFUNDING,), S.REFUNDED, "finance"),
    Row(T.CONVERT, (S.CONVERTING, S.CERTIFIED, S.REISSUED, S.ATTESTED), S.CONVERTED, "clerk"),
    Row(T.REISSUE, (S.CERTIFIED, S.REISSUED, S.ATTESTED, S.CONVERTED), S.REISSUED, "clerk + reviewer"),
    Row(T.ATTEST, (S.CERTIFIED, S.REISSUED, S.ATTESTED), S.ATTESTED, "clerk + reviewer"),
)


def machine() -> Machine:
    """The table as a `transitions` machine without a model: for diagrams, and the source of `CHOICES`."""
    built = Machine(model=None, states=[s.value for s in State], initial=State.NEW.value, auto_transitions=False)
    for row in ROWS:
        built.add_transition(row.trigger.value, [s.value for s in row.sources], row.dest.value)
    return built


def _compile() -> dict[tuple[State, Trigger], tuple[tuple[Guard, State], ...]]:
    """Reads the machine back once, so that a decision costs a dictionary look-up and no machine per case."""
    choices: dict[tuple[State, Trigger], list[tuple[Guard, State]]] = {}
    guards = {(row.trigger, source, row.dest): GUARDS[row.when] for row in ROWS for source in row.sources}
    for name, event in machine().events.items():
        for source, arrows in event.transitions.items():
            for arrow in arrows:
                trigger, from_, to = Trigger(name), State(source), State(str(arrow.dest))
                choices.setdefault((from_, trigger), []).append((guards[trigger, from_, to], to))
    return {key: tuple(value) for key, value in choices.items()}


CHOICES = _compile()


def destination(facts: CaseFacts, trigger: Trigger, policies: Policies) -> State | None:
    """Where `trigger` takes these facts, or None when the table has no arrow for it."""
    for guard, dest in CHOICES.get((facts.state, trigger), ()):
        if guard(facts, policies):
            return dest
    return None


def mermaid() -> str:
    """The state diagram for the docs, in Mermaid, made from the table and nothing else."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {s.value}: {s.value} {STATE_NAMES[s]}" for s in State if s is not State.NEW]
    for row in ROWS:
        note = row.trigger.value if row.when == "always" else f"{row.trigger.value} [{row.when}]"
        for source in row.sources:
            start = "[*]" if source is State.NEW else source.value
            lines.append(f"    {start} --> {row.dest.value}: {note}")
    return "\n".join(lines) + "\n"
