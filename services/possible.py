"""What may be done with a case now, and why the rest may not: asked of the rules themselves, for buttons and menus."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from records.case.claims import claim_of
from records.case.context import context_for
from records.store.database import Database
from states.case.commands import COMMAND_NAMES
from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.guards import GUARDS, Situation
from states.case.table import SENDERS, Row, approvers, rows_for
from states.case.why_not import why_not
from states.words import ROLE_NAMES, DocumentKind, Role, State

INTERNAL = frozenset({"announce", "import_certificate", "follow_calendar"})  # not asked of a case that is open
SECOND = frozenset({"approve", "decline"})


class Possible(NamedTuple):
    """One command: whether it may be sent now, and if not, why, in words.

    `leads_to`: the states that it may lead to; `letters`: the kinds it may write; `two`: whether a second person may be
    needed.
    """

    command: str
    title: str
    allowed: bool
    why: str
    leads_to: tuple[State, ...] = ()
    letters: tuple[DocumentKind, ...] = ()
    two: bool = False


def possible(database: Database, facts: CaseFacts, roles: frozenset[Role], today: date) -> list[Possible]:
    """Every command that somebody with `roles` might ask for, those that are allowed first."""
    with database.reading() as connection:
        context = context_for(connection, claim_of(facts))
    found = [_possible(name, facts, context, roles, today) for name in COMMAND_NAMES if name not in INTERNAL | SECOND]
    return sorted(found, key=lambda one: not one.allowed)


def _possible(name: str, facts: CaseFacts, context: Context, roles: frozenset[Role], today: date) -> Possible:
    title, at = COMMAND_NAMES[name], Situation(facts, context, today)
    rows = [row for row in rows_for(name, facts.state) if GUARDS[row.given](at)]
    senders = SENDERS.get(name, ())
    if not rows:
        return Possible(name, title, False, why_not(facts, name, context, today).message)
    if roles.isdisjoint(senders):
        return Possible(name, title, False, f"由{'、'.join(ROLE_NAMES[role] for role in senders)}办理")
    if facts.pending is not None and all(not row.drops and (row.two != "never" or row.dest) for row in rows):
        return Possible(
            name, title, False, f"有待复核的“{COMMAND_NAMES[facts.pending.command]}”，先由复核人员批准或退回"
        )
    return Possible(name, title, True, "", *_outcome(rows, facts.state))


def _outcome(rows: list[Row], state: State) -> tuple[tuple[State, ...], tuple[DocumentKind, ...], bool]:
    leads = dict.fromkeys(row.dest or state for row in rows)
    letters = dict.fromkeys(kind for row in rows for kind in row.letters)
    return tuple(leads), tuple(letters), any(row.two != "never" for row in rows)


def may_second(facts: CaseFacts, roles: frozenset[Role], account: str, name: str) -> str:
    """Why this person may not decide what is pending; empty where they may."""
    pending = facts.pending
    if pending is None:
        return "没有待复核的事项"
    if account == pending.account or (not pending.account and name == pending.by):
        return "是您本人提出的，须由另一位人员复核"
    allowed = approvers(pending.command)
    if roles.isdisjoint(allowed):
        return f"由{'、'.join(ROLE_NAMES[role] for role in allowed)}复核"
    return ""
