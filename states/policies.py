"""What an office may set for itself: data, with the defaults of design §3."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec


class Policies(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Policies of one office.

    announced_at_exit: what the exit does to a case only announced. choice_days: calendar days from the exit
    notice within which a candidate is asked to choose. reminders: days before that deadline on which one is sent.
    choice_default: what an unanswered choice becomes after its deadline (empty: nothing, it is escalated).
    workday_deadlines: a choice that would end on a day off ends on the next working day (民法典第二百零三条); off, the
    days are calendar days throughout. exceptions: the days that are not as their weekday says, as the database resolves
    them when a command is sent (True: a working day); nobody sets these.
    rest_days: days without a deadline or proposal after which a case's workflow completes.
    """

    announced_at_exit: Literal["close", "choose"] = "close"
    choice_days: int = 30
    reminders: tuple[int, ...] = (7, 1)
    choice_default: Literal["", "continue_exam", "request_refund"] = ""
    rest_days: int = 7
    undo_minutes: int = 10
    workday_deadlines: bool = False
    exceptions: dict[date, bool] = {}

    def __post_init__(self) -> None:
        """Raises ValueError naming the policy that makes no sense."""
        if not 1 <= self.choice_days <= 3650:
            raise ValueError("choice_days must be between 1 and 3650 days")
        if any(days < 0 for days in self.reminders):
            raise ValueError("reminders are days before the deadline, 0 or more")
        if self.rest_days < 0 or self.undo_minutes < 0:
            raise ValueError("rest_days and undo_minutes cannot be negative")
