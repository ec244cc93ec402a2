"""The table as a diagram, and as a machine of the `transitions` library: made from its rows and nothing else."""

from __future__ import annotations

from transitions import Machine

from states.case.table import ROWS, Row
from states.words import STATE_NAMES, State


def machine() -> Machine:
    """The table as a `transitions` machine without a model: for diagrams and for asking what is possible."""
    built = Machine(model=None, states=[s.value for s in State], initial=State.NEW.value, auto_transitions=False)
    for row in ROWS:
        if row.trigger is not None:
            dest = "=" if row.dest is None else row.dest.value
            built.add_transition(row.trigger.value, [s.value for s in row.sources], dest)
    return built


def label(row: Row) -> str:
    """A row's trigger and what picks it, as the diagram shows them."""
    conditions = [guard for guard in (row.given, row.when) if guard != "always"]
    name = row.trigger.value if row.trigger else row.event or row.command
    return f"{name} [{', '.join(conditions)}]" if conditions else name


def mermaid() -> str:
    """The state diagram for the docs, in Mermaid, made from the table and nothing else: every row with a trigger."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {s.value}: {s.value} {STATE_NAMES[s]}" for s in State if s is not State.NEW]
    arrows = []
    for row in ROWS:
        for source in row.sources if row.trigger else ():
            start = "[*]" if source is State.NEW else source.value
            arrows.append(f"    {start} --> {(row.dest or source).value}: {label(row)}")
    return "\n".join([*lines, *dict.fromkeys(arrows)]) + "\n"
