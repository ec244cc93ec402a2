"""What is to be recorded: the steps of one judgement, in one transaction."""

from __future__ import annotations

from datetime import datetime

import msgspec

from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.steps import Step


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """The steps that took case `number` from revision `before` to `facts`, judged in `context` at `at` (aware)."""

    number: str
    before: int
    facts: CaseFacts
    steps: tuple[Step, ...]
    context: Context
    at: datetime
