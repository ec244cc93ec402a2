"""What a judgement leads to: one step a revision, each a row of the ledger."""

from __future__ import annotations

from datetime import date

import msgspec

from states.case.commands import AnyCommand, name_of
from states.case.facts import CaseFacts
from states.words import Basis, Instrument, State, Trigger


class Step(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One revision of a case.

    `trigger` is None where the state stays and nothing moved (a proposal, a correction, a reminder). `letters` are
    document kinds; `basis` and `clause` say what happened, and by which paper, for them to tell. `facts` are those
    after the step; `before` holds what it replaced of the person, and the proposal it dropped. `allocate` asks the
    record to draw a certificate number of that kind inside its own transaction.
    """

    revision: int
    command: AnyCommand = msgspec.field(name="order")
    trigger: Trigger | None
    source: State
    dest: State
    on: date
    letters: tuple[str, ...] = ()
    basis: Basis | None = None
    clause: str = ""
    allocate: Instrument | None = None
    facts: CaseFacts
    before: dict[str, str] = {}

    @property
    def command_name(self) -> str:
        """The name of the command that led here."""
        return name_of(self.command)


class Judgement(msgspec.Struct, frozen=True):
    """The facts after all steps, and the steps; no step means that nothing changed."""

    facts: CaseFacts
    steps: tuple[Step, ...]
