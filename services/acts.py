"""The one way in which people change how the office works: judged by the table of acts, done, and written down.

`perform` does an act, or proposes it where a second person is needed; `approve` does what was proposed. Either is one
transaction: what the act changes, and its entry in the office ledger.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from records.office import proposals
from records.office.proposals import Proposed, proposal_seal
from records.people.accounts import list_accounts
from records.people.seals import open_secret, seal_secret
from records.people.terms import sign_in_policies
from services.acting.doing import Change, Doing, Private
from services.acting.ways import way_of
from services.acting.within import WITHIN
from services.office_ledger import Done, entered
from services.people import StaffRegister, held, instant
from states.office.acts import ACTS, EVENTS, Act, Reach
from states.office.commands import AnyAct, DecideProposal, OfficeCommand, act_name
from states.office.people import ACCOUNT_STATE_NAMES, SCOPE_NAMES, AccountState, Actor
from states.office.refusals import (
    AccountNotActive,
    ActNotAllowed,
    AlreadyDecided,
    OfficeWide,
    OutsideScope,
    ReauthenticationNeeded,
    StaleProposal,
    UnknownProposal,
    UnknownSubject,
)
from states.refusals import Refusal, SamePerson
from states.words import ROLE_NAMES, Role

log = logging.getLogger(__name__)
_decode = msgspec.json.Decoder(AnyAct).decode
_plain = msgspec.json.Encoder(order="deterministic").encode
_decode_private = msgspec.json.Decoder(Private).decode
_NOTHING = Private()
STATUS_NAMES = {"pending": "待复核", "approved": "已批准", "declined": "已退回", "withdrawn": "已撤回"}


class Waiting(NamedTuple):
    """An act that waits for a second person. `seal` names exactly what was proposed."""

    proposal: str
    act: str
    title: str
    subject: str
    at: str
    account: str
    by: str
    reason: str
    command: dict[str, Any]
    old: Any
    new: Any
    seal: str


def perform(
    register: StaffRegister, actor: Actor, command: OfficeCommand, now: datetime, private: Private = _NOTHING
) -> Done | Waiting:
    """Does `command` for `actor`, or proposes it. Nothing is changed by a refusal.

    Raises ActNotAllowed, OfficeWide, OutsideScope, ReauthenticationNeeded, AccountNotActive, UnknownSubject, and what
    the act itself refuses.
    """
    name = act_name(command)
    assert name not in EVENTS and type(command) not in WITHIN
    with register.database.writing() as connection:
        role = permitted(connection, register.key, actor, command, now)
        doing = Doing(connection, register.key, actor, now, private)
        if _second_is_there(connection, register.key, actor, ACTS[name]):
            return _propose(doing, command)
        change = way_of(command).do(doing, command)
        return entered(connection, actor, role, command, change, now)


def pending(register: StaffRegister, actor: Actor) -> list[Waiting]:
    """What waits for a second person that this actor may see: their own, and what they may decide; oldest first."""
    with register.database.reading() as connection:
        found = [(_decode(one.command), one) for one in proposals.pending(connection)]
        return [_waiting(command, one) for command, one in found if _concerns(connection, actor, command, one)]


def approve(register: StaffRegister, actor: Actor, proposal: str, seen: str, now: datetime) -> Done:
    """Does what was proposed. `seen`: the seal of the proposal that was shown.

    Raises UnknownProposal, AlreadyDecided, SamePerson, StaleProposal where anything has changed since, and as
    `perform` does.
    """
    with register.database.writing() as connection:
        found, command = _open_proposal(connection, register.key, proposal)
        act = ACTS[found.act]
        if found.account == actor.account:
            raise SamePerson(person=actor.name)
        permitted(connection, register.key, actor, command, now, act._replace(roles=act.two))
        proposer = _still_active(connection, register.key, found)
        if seen != found.seal:
            raise StaleProposal(act=act.title)
        doing = Doing(connection, register.key, proposer, now, _private(register.key, found))
        change = way_of(command).do(doing, command)
        if (_text(change.old), _text(change.new)) != (found.old, found.new):
            raise StaleProposal(act=act.title)
        _decide(connection, found, "approved", actor, now)
        role = next(one for one in act.roles if one in proposer.roles)
        return entered(connection, proposer, role, command, change, now, second=actor.account)


def decline(register: StaffRegister, actor: Actor, proposal: str, reason: str, now: datetime) -> None:
    """Drops what was proposed; whoever proposed may take it back. Raises as `approve` does."""
    with register.database.writing() as connection:
        found, command = _open_proposal(connection, register.key, proposal)
        act, own = ACTS[found.act], found.account == actor.account
        stopping = act._replace(fresh=False, roles=act.roles if own else act.two)
        role = permitted(connection, register.key, actor, command, now, stopping)
        status = "withdrawn" if own else "declined"
        _decide(connection, found, status, actor, now, reason)
        said = Change(found.subject, {"proposal": found.id, "act": found.act}, {"status": status})
        entered(connection, actor, role, DecideProposal(proposal=found.id, reason=reason), said, now)


def within(connection: Connection, key: bytes, actor: Actor, command: OfficeCommand, now: datetime) -> Done:
    """An act that is part of a larger change: judged, and written down, in that change's own transaction.

    Raises as `perform` does; whoever calls it does the rest of the act afterwards, on the same connection.
    """
    assert type(command) in WITHIN
    role = permitted(connection, key, actor, command, now)
    change = way_of(command).do(Doing(connection, key, actor, now, _NOTHING), command)
    return entered(connection, actor, role, command, change, now)


def permitted(
    connection: Connection, key: bytes, actor: Actor, command: OfficeCommand, now: datetime, act: Act | None = None
) -> Role | None:
    """The role in which `actor` may do `command`, as the register has them in this transaction; one's own needs none.

    `act`: its row, if not the table's as it stands. Raises as `perform` does; nothing is changed by asking.
    """
    act = act or ACTS[act_name(command)]
    try:
        return _permitted(connection, key, actor, command, now, act)
    except Refusal as refusal:
        log.warning("act %s refused to account %s: %s", act_name(command), actor.account, refusal.name)
        raise


def _permitted(
    connection: Connection, key: bytes, actor: Actor, command: OfficeCommand, now: datetime, act: Act
) -> Role | None:
    account = held(connection, key, account=actor.account).account
    if account.state is not AccountState.ACTIVE:
        raise AccountNotActive(name=account.name, state_name=ACCOUNT_STATE_NAMES[account.state])
    role = next((one for one in act.roles if one in account.roles), None)
    if role is None and act.reach is not Reach.OWN:
        raise _not_allowed(act)
    if act.reach is Reach.OFFICE and actor.centres is not None:
        raise OfficeWide(act=act.title)
    if actor.scopes is not None and act.scope not in actor.scopes:
        raise OutsideScope(act=act.title, scope=SCOPE_NAMES[act.scope])
    if act.fresh and not actor.fresh(now, sign_in_policies(connection, key).fresh_minutes):
        raise ReauthenticationNeeded(act=act.title)
    _within_reach(connection, actor, command)
    return role


def _not_allowed(act: Act) -> ActNotAllowed:
    return ActNotAllowed(act=act.title, allowed="、".join(ROLE_NAMES[one] for one in act.roles))


def _within_reach(connection: Connection, actor: Actor, command: OfficeCommand) -> None:
    """What belongs to another centre does not exist; what concerns all centres takes somebody who reaches them."""
    asked = way_of(command).centres
    if asked is None:
        return
    centres = asked(connection, command)
    if centres is None and actor.centres is not None:
        raise OfficeWide(act=ACTS[act_name(command)].title)
    if centres is not None and (not centres or not all(actor.reaches(centre) for centre in centres)):
        raise UnknownSubject(subject=_named(command))


def _named(command: OfficeCommand) -> str:
    """What an act is about, as it was asked for."""
    fields = command.__struct_fields__
    return next((str(getattr(command, name)) for name in fields if name != "reason" and name != "scope"), "")


def _second_is_there(connection: Connection, key: bytes, actor: Actor, act: Act) -> bool:
    """Whether anybody else could be the second person. One who is locked still could: locking them is no way round."""
    others = (one for one in list_accounts(connection, key) if one.id != actor.account)
    return any(not one.roles.isdisjoint(act.two) and one.state is not AccountState.LEFT for one in others)


def _propose(doing: Doing, command: OfficeCommand) -> Waiting:
    """Writes the proposal, after seeing what it would change; whatever is refused is refused at once."""
    trying = doing.connection.begin_nested()
    change = way_of(command).do(doing, command)
    trying.rollback()
    found = Proposed(
        id=secrets.token_hex(6), at=doing.at, account=doing.actor.account, by=doing.actor.name,
        act=act_name(command), subject=change.subject, command=_text(command),
        old=_text(change.old), new=_text(change.new), private=_sealed(doing), seal="",
    )  # fmt: skip
    found = found._replace(seal=proposal_seal(doing.key, found))
    proposals.add(doing.connection, found)
    return _waiting(command, found)


def _sealed(doing: Doing) -> str:
    """What is private of a proposal, encrypted: it waits for its second person like the rest."""
    if doing.private == _NOTHING:
        return ""
    return seal_secret(doing.key, doing.actor.account, _text(doing.private))


def _private(key: bytes, found: Proposed) -> Private:
    return _decode_private(open_secret(key, found.account, found.private)) if found.private else _NOTHING


def _open_proposal(connection: Connection, key: bytes, id_: str) -> tuple[Proposed, OfficeCommand]:
    found = proposals.proposal(connection, key, id_)
    if found is None:
        raise UnknownProposal(proposal=id_)
    if found.status != "pending":
        status = STATUS_NAMES[found.status]
        raise AlreadyDecided(proposal=id_, at=found.decided_at, by=found.decided_by, status_name=status)
    return found, _decode(found.command)


def _still_active(connection: Connection, key: bytes, found: Proposed) -> Actor:
    """Who proposed, as they are now: whoever has left or been locked since proposes nothing."""
    account = held(connection, key, account=found.account).account
    if account.state is not AccountState.ACTIVE:
        raise AccountNotActive(name=account.name, state_name=ACCOUNT_STATE_NAMES[account.state])
    if account.roles.isdisjoint(ACTS[found.act].roles):
        raise _not_allowed(ACTS[found.act])
    return Actor(account.id, account.name, account.roles, account.centres, "", None)


def _decide(connection: Connection, found: Proposed, status: str, actor: Actor, now: datetime, why: str = "") -> None:
    at = instant(now)
    if not proposals.decide(connection, found.id, status, account=actor.account, by=actor.name, at=at, why=why):
        raise AlreadyDecided(proposal=found.id, at=at, by="他人", status_name="")


def _concerns(connection: Connection, actor: Actor, command: OfficeCommand, found: Proposed) -> bool:
    if found.account == actor.account:
        return True
    if actor.roles.isdisjoint(ACTS[found.act].two):
        return False
    try:
        _within_reach(connection, actor, command)
    except (OfficeWide, UnknownSubject):
        return False
    return True


def _waiting(command: OfficeCommand, found: Proposed) -> Waiting:
    return Waiting(
        proposal=found.id, act=found.act, title=ACTS[found.act].title, subject=found.subject, at=found.at,
        account=found.account, by=found.by, reason=command.reason, command=msgspec.to_builtins(command),
        old=msgspec.json.decode(found.old), new=msgspec.json.decode(found.new), seal=found.seal,
    )  # fmt: skip


def _text(value: Any) -> str:
    return _plain(value).decode()
