"""Signing in, staying in, going out. What a browser or a terminal keeps is a token; the database keeps its hash."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from records.people import accounts, failures, sessions
from records.people.accounts import Held
from records.people.seals import SealBroken, id_in, keyed, new_token
from records.people.sessions import SessionRecord, session_hash
from records.people.terms import sign_in_policies
from services.passwords import matches
from services.people import StaffRegister, held, instant
from services.second_factor import take_code
from services.service_tokens import TOKEN_PREFIX, actor_of_token
from states.office.people import (
    ACCOUNT_STATE_NAMES,
    BY_ADDRESS,
    BY_NAME,
    BY_PAIR,
    FORGOTTEN_AFTER,
    Account,
    AccountState,
    Actor,
    Failures,
    Patience,
    SignInPolicies,
)
from states.office.refusals import (
    AccountAltered,
    AccountNotActive,
    NotSignedIn,
    SecondFactorNeeded,
    SecondFactorNotEnrolled,
    SessionEnded,
    SignInFailed,
    TooManyAttempts,
)

SESSION_PREFIX = "jds_"
_TOUCHED_EVERY = timedelta(minutes=1)


class Session(NamedTuple):
    """A sign-in. `token` is shown this once. `must_enrol`: nothing but setting up the second factor is allowed yet."""

    token: str
    actor: Actor
    must_enrol: bool
    ends_at: datetime


class _Subject(NamedTuple):
    """Something that failures are counted of."""

    hash: str
    patience: Patience


def sign_in(
    register: StaffRegister, name: str, password: str, code: str = "", *, address: str, client: str, now: datetime
) -> Session:
    """A new session for whoever knows the password, and the code of the second factor where one is enrolled.

    `address`: from where (an IP address, or `terminal:USER`), `client`: with what, for the list of sessions.
    Raises TooManyAttempts, SignInFailed, SecondFactorNeeded, AccountNotActive or AccountAltered.
    """
    subjects = _subjects(register.key, name, address)
    _count_try(register, subjects, now)
    person = _proven(register, subjects, _look_up(register, name), password, code, now)
    new, at = new_token(SESSION_PREFIX), instant(now)
    session = SessionRecord(new.id, person.account.id, "", at, at, at, address[:100], client[:200], None, "")
    session = session._replace(token_hash=session_hash(register.key, new.whole, session))
    with register.database.writing() as connection:
        sessions.add_session(connection, session)
        policies = sign_in_policies(connection)
    return _session(new.whole, person.account, session, policies)


def reauthenticate(
    register: StaffRegister, token: str, password: str, code: str = "", *, address: str, now: datetime
) -> Session:
    """Proves again who holds the session; it goes on under a new token, and the old one ends at once.

    Raises as `sign_in` and `actor_of` do.
    """
    actor = actor_of(register, token, now, enrolling=True)
    subjects = _subjects(register.key, actor.name, address)
    _count_try(register, subjects, now)
    person = _proven(register, subjects, _look_up(register, actor.name), password, code, now)
    renewed = f"{SESSION_PREFIX}{actor.session}_{secrets.token_urlsafe(32)}"
    with register.database.writing() as connection:
        old = _session_of(connection, register.key, token)
        if old is None:
            raise SessionEnded(why="已被取代")
        session = old._replace(authenticated_at=instant(now), seen_at=instant(now))
        session = session._replace(token_hash=session_hash(register.key, renewed, session))
        if not sessions.renew(connection, old, session):
            raise SessionEnded(why="已在别处结束")
        policies = sign_in_policies(connection)
    return _session(renewed, person.account, session, policies)


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
        session = _session_of(connection, register.key, token)
        policies = sign_in_policies(connection)
        person = _person_of(connection, register.key, session, policies, now)
    assert session is not None
    if not enrolling and _must_enrol(person.account, policies):
        raise SecondFactorNotEnrolled(name=person.account.name)
    if now - datetime.fromisoformat(session.seen_at) > _TOUCHED_EVERY:
        with register.database.writing() as connection:
            sessions.touch(connection, session.id, instant(now))
    return _actor(person.account, session)


def sign_out(register: StaffRegister, token: str, now: datetime) -> None:
    """Ends the session of this token; nothing happens if it is over already."""
    with register.database.writing() as connection:
        session = _session_of(connection, register.key, token)
        if session is not None:
            sessions.end(connection, instant(now), "已退出", session=session.id)


def revoke(register: StaffRegister, actor: Actor, now: datetime, *, session: str = "") -> int:
    """Ends one of the actor's own sessions, or all but the one they are using; how many were open."""
    with register.database.writing() as connection:
        own = {one.id for one in sessions.sessions_of(connection, actor.account)}
        if session:
            return sessions.end(connection, instant(now), "本人撤销", session=session) if session in own else 0
        return sessions.end(connection, instant(now), "本人撤销", account=actor.account, but=actor.session)


def own_sessions(register: StaffRegister, actor: Actor) -> list[SessionRecord]:
    """The actor's open sessions, newest first."""
    with register.database.reading() as connection:
        return sessions.sessions_of(connection, actor.account)


def terms(register: StaffRegister) -> SignInPolicies:
    """The terms of signing in that are in force."""
    with register.database.reading() as connection:
        return sign_in_policies(connection)


def _proven(
    register: StaffRegister, subjects: list[_Subject], person: Held | None, password: str, code: str, now: datetime
) -> Held:
    """`person`, who has shown that it is them; only then is the try taken back."""
    id_, kept = (person.account.id, person.password_hash) if person else ("", "")
    if not matches(register.key, id_, password, kept) or person is None:
        raise SignInFailed
    if person.totp_secret and not code.strip():
        _succeeded(register, subjects, forget=False)
        raise SecondFactorNeeded
    if person.totp_secret:
        with register.database.writing() as connection:
            taken = take_code(connection, register.key, person, code, now)
        if not taken:
            raise SignInFailed
    _check_active(person.account)
    _succeeded(register, subjects, forget=True)
    return person


def _look_up(register: StaffRegister, name: str) -> Held | None:
    with register.database.reading() as connection:
        try:
            return accounts.find(connection, register.key, name=name)
        except SealBroken as broken:
            raise AccountAltered(name=name) from broken


def _subjects(key: bytes, name: str, address: str) -> list[_Subject]:
    """What a try counts for. Hashed: people type passwords into the field for their name."""
    who = accounts.folded(name)
    return [
        _Subject(keyed(key, "pair", who, address), BY_PAIR),
        _Subject(keyed(key, "name", who), BY_NAME),
        _Subject(keyed(key, "address", address), BY_ADDRESS),
    ]


def _count_try(register: StaffRegister, subjects: list[_Subject], now: datetime) -> None:
    with register.database.writing() as connection:
        waits = [_wait(failures.failures(connection, one.hash), one.patience, now) for one in subjects]
        if (longest := max(waits)) > timedelta():
            raise TooManyAttempts(seconds=int(longest.total_seconds()) + 1)
        failures.forget_before(connection, instant(now - FORGOTTEN_AFTER))
        for one in subjects:
            failures.count(connection, one.hash, instant(now))


def _wait(failed: Failures, patience: Patience, now: datetime) -> timedelta:
    until = patience.until(failed)
    return max(until - now, timedelta()) if until else timedelta()


def _succeeded(register: StaffRegister, subjects: list[_Subject], *, forget: bool) -> None:
    pair, *others = subjects
    with register.database.writing() as connection:
        (failures.forget if forget else failures.uncount)(connection, pair.hash)
        for one in others:
            failures.uncount(connection, one.hash)


def _session_of(connection: Connection, key: bytes, token: str) -> SessionRecord | None:
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
    _check_active(person.account)
    return person


def _check_active(account: Account) -> None:
    if account.state is not AccountState.ACTIVE:
        raise AccountNotActive(name=account.name, state_name=ACCOUNT_STATE_NAMES[account.state])


def _must_enrol(account: Account, policies: SignInPolicies) -> bool:
    return not account.second_factor and policies.needs_second_factor(account.roles)


def _session(token: str, account: Account, session: SessionRecord, policies: SignInPolicies) -> Session:
    ends = datetime.fromisoformat(session.created_at) + timedelta(hours=policies.absolute_hours)
    return Session(token, _actor(account, session), _must_enrol(account, policies), ends)


def _actor(account: Account, session: SessionRecord) -> Actor:
    return Actor(
        account=account.id,
        name=account.name,
        roles=account.roles,
        centres=account.centres,
        session=session.id,
        authenticated_at=datetime.fromisoformat(session.authenticated_at),
    )
