"""Sessions: who a token belongs to, how long it counts, how it ends. The database keeps only a keyed hash of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from records.people import sessions
from records.people.accounts import Held
from records.people.seals import id_in
from records.people.sessions import SessionRecord
from records.people.terms import sign_in_policies
from services.office_ledger import note
from services.people import StaffRegister, held, instant
from services.service_tokens import TOKEN_PREFIX, actor_of_token
from states.office.commands import SignOut
from states.office.people import (
    ACCOUNT_STATE_NAMES,
    Account,
    AccountState,
    Actor,
    SignInPolicies,
)
from states.office.refusals import (
    AccountNotActive,
    NotSignedIn,
    SecondFactorNotEnrolled,
    SessionEnded,
)

SESSION_PREFIX = "jds_"
_TOUCHED_EVERY = timedelta(minutes=1)


def actor_of(register: StaffRegister, token: str, now: datetime, *, enrolling: bool = False) -> Actor:
    """Who holds this token, as the register has them now; the session counts as used.

    `enrolling`: also one who still has to set up the second factor. Raises NotSignedIn, SessionEnded,
    AccountNotActive, AccountAltered or SecondFactorNotEnrolled.
    """
    if token.startswith(TOKEN_PREFIX):
        return actor_of_token(register, token, now)
    if not token.startswith(SESSION_PREFIX):
        raise NotSignedIn
    with register.database.reading() as connection:
        session = session_of(connection, register.key, token)
        policies = sign_in_policies(connection, register.key)
        person = _person_of(connection, register.key, session, policies, now)
    assert session is not None
    if not enrolling and must_enrol(person.account, policies):
        raise SecondFactorNotEnrolled(name=person.account.name)
    if now - datetime.fromisoformat(session.seen_at) > _TOUCHED_EVERY:
        with register.database.writing() as connection:
            sessions.touch(connection, session.id, instant(now))
    return actor_in(person.account, session)


def sign_out(register: StaffRegister, token: str, now: datetime) -> None:
    """Ends the session of this token; nothing happens if it is over already."""
    with register.database.writing() as connection:
        session = session_of(connection, register.key, token)
        if session is not None and sessions.end(connection, instant(now), "已退出", session=session.id):
            person = held(connection, register.key, account=session.account_id)
            note(connection, actor_in(person.account, session), SignOut(), now)


def revoke(register: StaffRegister, actor: Actor, now: datetime, *, session: str = "") -> int:
    """Ends one of the actor's other sessions, or all of them; how many were open."""
    with register.database.writing() as connection:
        mine = {one.id for one in sessions.sessions_of(connection, actor.account)} - {actor.session}
        chosen = mine & {session} if session else mine
        for one in sorted(chosen):
            sessions.end(connection, instant(now), "本人撤销", session=one)
        if chosen:
            note(connection, actor, SignOut(sessions=len(chosen)), now)
        return len(chosen)


def own_sessions(register: StaffRegister, actor: Actor) -> list[SessionRecord]:
    """The actor's open sessions, newest first."""
    with register.database.reading() as connection:
        return sessions.sessions_of(connection, actor.account)


def terms(register: StaffRegister) -> SignInPolicies:
    """The terms of signing in that are in force."""
    with register.database.reading() as connection:
        return sign_in_policies(connection, register.key)


def session_of(connection: Connection, key: bytes, token: str) -> SessionRecord | None:
    """The session of this token, ended or not."""
    return sessions.session_of(connection, key, token, id_in(token, SESSION_PREFIX))


def _person_of(
    connection: Connection, key: bytes, session: SessionRecord | None, policies: SignInPolicies, now: datetime
) -> Held:
    if session is None:
        raise SessionEnded(why="已被取代或不存在")
    if session.ended_at is not None:
        raise SessionEnded(why=session.ended_why)
    if now - datetime.fromisoformat(session.seen_at) > timedelta(minutes=policies.idle_minutes):
        raise SessionEnded(why=f"超过 {policies.idle_minutes} 分钟未操作")
    if now - datetime.fromisoformat(session.created_at) > timedelta(hours=policies.absolute_hours):
        raise SessionEnded(why=f"已满 {policies.absolute_hours} 小时")
    person = held(connection, key, account=session.account_id)
    check_active(person.account)
    return person


def check_active(account: Account) -> None:
    """Raises AccountNotActive for whoever is locked or has left."""
    if account.state is not AccountState.ACTIVE:
        raise AccountNotActive(name=account.name, state_name=ACCOUNT_STATE_NAMES[account.state])


def must_enrol(account: Account, policies: SignInPolicies) -> bool:
    """Whether the account has to set up a second factor before anything else."""
    return not account.second_factor and policies.needs_second_factor(account.roles)


def actor_in(account: Account, session: SessionRecord) -> Actor:
    """Who acts in this session."""
    return Actor(
        account=account.id,
        name=account.name,
        roles=account.roles,
        centres=account.centres,
        session=session.id,
        authenticated_at=datetime.fromisoformat(session.authenticated_at),
    )
