"""Case commands by somebody who is signed in: their name, account and role, and only where they may reach."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, select

from records.case.context import case_facts
from records.case.tables import CASES
from services.command_input import command_from
from states.case.commands import COMMAND_NAMES, Announce, AnyCommand, Approve, Decline, ImportCertificate
from states.case.facts import CaseFacts, hash_of
from states.case.table import SENDERS
from states.office.people import SCOPE_NAMES, Actor, Scope
from states.office.refusals import NoRole, OutsideScope, ReauthenticationNeeded, UnknownCase
from states.refusals import CentreNotQualified, InvalidField
from states.words import Role

log = logging.getLogger(__name__)
FRESH = frozenset({"approve", "settle_refund", "fail_refund"})
"""Where a certificate is issued or money moves: the password must have been given just now."""
OWN = {"by": "登录的账户", "account": "登录的账户", "role": "登录账户的角色"}
"""What nobody says of themselves."""
SHOWN = {"revision": "seen_revision", "facts": "seen_hash"}
"""How an approval says what it was shown."""


def authored(actor: Actor, command: str, fields: Mapping[str, Any], *, now: datetime, fresh_minutes: int) -> AnyCommand:
    """The command `command` with `fields`, by `actor`, in the role that carries it. `id` may be given among the fields.

    Raises InvalidField for by= and role=, UnknownCommand, NoRole, OutsideScope, ReauthenticationNeeded, and
    CentreNotQualified for a case to be opened at a centre out of reach. Whether a role carries a command is asked by
    the rules themselves.
    """
    for name in OWN:
        if name in fields:
            raise InvalidField(command=command, why=f"不再填写 {name}=：由{OWN[name]}决定；请先 ./run login 姓名")
    given = {SHOWN.get(name, name): value for name, value in fields.items()}
    id_ = str(given.pop("id", ""))
    sent = command_from(command, given, by=actor.name, role=_role(actor, command), command_id=id_)
    title = COMMAND_NAMES[command]
    if actor.scopes is not None and Scope.CASES not in actor.scopes:
        raise OutsideScope(act=title, scope=SCOPE_NAMES[Scope.CASES])
    if command in FRESH and not actor.fresh(now, fresh_minutes):
        raise ReauthenticationNeeded(act=title)
    if isinstance(sent, Announce | ImportCertificate) and not actor.reaches(sent.centre):
        raise CentreNotQualified(centre=sent.centre, why="不在您的中心范围")
    return replace(sent, account=actor.account)


def as_shown(sent: AnyCommand, facts: CaseFacts) -> AnyCommand:
    """An approval (or its refusal) of exactly these facts, where it does not say already which ones were shown."""
    if not isinstance(sent, Approve | Decline) or sent.seen_revision is not None or sent.seen_hash:
        return sent
    return replace(sent, seen_revision=facts.revision, seen_hash=hash_of(facts))


def shown_to_second(facts: CaseFacts) -> str:
    """What an approval may name, so that it counts only for these facts."""
    return f"revision={facts.revision} facts={hash_of(facts)}"


def reached(connection: Connection, actor: Actor, number: str) -> CaseFacts:
    """The facts of a case that exists for `actor`. Raises UnknownCase, in the same words for another centre's."""
    facts = case_facts(connection, number)
    if facts is not None and not actor.reaches(facts.centre):
        log.warning("case %s refused to account %s: another centre's", number, actor.account)
    if facts is None or not actor.reaches(facts.centre):
        raise UnknownCase(case=number)
    return facts


def reach(connection: Connection, actor: Actor, numbers: list[str]) -> list[str]:
    """Those of the cases that exist for `actor`, in the same order."""
    if actor.centres is None:
        return numbers
    query = select(CASES.c.number).where(CASES.c.centre.in_(actor.centres))
    ours = set(connection.execute(query).scalars())
    return [number for number in numbers if number in ours]


def _role(actor: Actor, command: str) -> Role:
    """The role in which `actor` sends `command`; one that does not carry it is left to the rules to refuse."""
    allowed = SENDERS.get(command, ())
    role = next((one for one in allowed if one in actor.roles), None) or next(iter(sorted(actor.roles)), None)
    if role is None:
        raise NoRole(name=actor.name, command=COMMAND_NAMES.get(command, command))
    return Role(role)
