"""What a judgement leads to: one step a revision, each a row of the ledger."""

from __future__ import annotations

from datetime import date

import msgspec

from states.case.commands import AnyCommand
from states.case.facts import CaseFacts
from states.words import Instrument, State, Trigger


class Step(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One revision of a case.

    `trigger` is None where the state stays (a proposal, a correction, a reminder). `letters` are document kinds.
    `facts` are those after the step; `before` holds what a correction replaced. `allocate` asks the record to draw a
    certificate number of that kind inside its own transaction.
    """

    revision: int
    command: AnyCommand = msgspec.field(name="order")
    trigger: Trigger | None
    source: State
    dest: State
    on: date
    letters: tuple[str, ...] = ()
    allocate: Instrument | None = None
    facts: CaseFacts
    before: dict[str, str] = {}

    @property
    def command_name(self) -> str:
        """The name of the command that led here."""
        return str(self.command.__struct_config__.tag)


class Judgement(msgspec.Struct, frozen=True):
    """The facts after all steps, and the steps; no step means that nothing changed."""

    facts: CaseFacts
    steps: tuple[Step, ...]
