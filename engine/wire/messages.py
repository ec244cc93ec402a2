"""What travels between client, workflow and activity: one object in, one out, all of it sealed by the codec."""

from __future__ import annotations

from datetime import datetime

import msgspec

from states.case.commands import AnyCommand
from states.case.context import Context
from states.case.facts import CaseFacts, Certificate
from states.words import State

TASK_QUEUE = "cases"
CASE_WORKFLOW = "CaseWorkflow"
SUBMIT = "submit"
FACTS = "facts"
STANDING = "standing"
RECORD = "record"
OFFICE_QUEUE = "office"
BULK_RUN = "BulkRun"
NUDGE = "nudge"
RUN_PAGE = "run_page"
DELIVERY = "DeliveryWorkflow"
DELIVER = "deliver"
CLOSE_POST = "close_post"
WEBHOOKS = "WebhooksWorkflow"
TELL_WEBHOOKS = "tell_webhooks"
SWEEP = "SweepWorkflow"
SWEEP_CASES = "sweep_cases"


class CaseStart(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a case's workflow begins: new (no facts), revived from the database, or continued as new.

    `told` is the rehearsal clock's instant; a live case never has one.
    """

    number: str
    facts: CaseFacts | None = None
    context: Context | None = None
    rehearsal: bool = False
    told: datetime | None = None
    continued: bool = False


class Submission(msgspec.Struct, frozen=True, omit_defaults=True):
    """Commands for the case `case`, judged and applied in order, all or nothing, in the world of `context`.

    `at` is the rehearsal clock's instant, and without commands it is a tick; live submissions leave it out.
    """

    commands: tuple[AnyCommand, ...] = msgspec.field(name="orders")
    context: Context
    at: datetime | None = None
    case: str = ""


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the case stands now, and the (kind, number) of every document that the submission produced."""

    state: State
    revision: int
    documents: tuple[tuple[str, str], ...] = ()


class CaseStanding(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a case's workflow stands: its revision, and when it wakes by itself; None when it waits for no date."""

    revision: int
    state: State
    wakes_at: datetime | None = None


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the record answered. Exactly one of three: recorded, superseded (judge again), or duplicate.

    Recorded: `documents`, and `certificate` if its number was drawn. Superseded: the database was ahead; `facts` and
    `context` are its own. Duplicate: the other case.
    """

    documents: tuple[tuple[str, str], ...] = ()
    certificate: Certificate | None = None
    superseded: bool = False
    facts: CaseFacts | None = None
    context: Context | None = None
    duplicate: str = ""


class BulkStart(msgspec.Struct, frozen=True):
    """Which run; what it selected lies in the database."""

    run: str


class Drained(msgspec.Struct, frozen=True):
    """When the outbox wants looking at again, and when the day's post is to be closed; None when nothing waits."""

    next_at: datetime | None
    post_at: datetime | None = None


class Told(msgspec.Struct, frozen=True):
    """When the next attempt to tell a receiver is due (an aware instant); None when all have been told."""

    next_at: datetime | None = None
