"""Signing in: a password, a second factor where one is needed, and patience with neither."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from records.people import accounts, failures, sessions
from records.people.accounts import Held
from records.people.seals import SealBroken, keyed, new_token
from records.people.sessions import SessionRecord, session_hash
from records.people.terms import sign_in_policies
from services.office_ledger import note
from services.passwords import matches
from services.people import StaffRegister, instant
from services.second_factor import take_code
from services.sessions import SESSION_PREFIX, actor_in, actor_of, check_active, must_enrol, session_of
from states.office.commands import Reauthenticate, SignIn, SignInFailedAct
from states.office.names import folded
from states.office.people import (
    BY_ADDRESS,
    BY_NAME,
    BY_PAIR,
    FORGOTTEN_AFTER,
    Account,
    Actor,
    Failures,
    Patience,
    SignInPolicies,
)
from states.office.refusals import (
    AccountAltered,
    AccountNotActive,
    SecondFactorNeeded,
    SessionEnded,
    SignInFailed,
    TooManyAttempts,
)


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
    person = _look_up(register, name)
    try:
        person = _proven(register, subjects, person, password, code, now)
    except (SignInFailed, AccountNotActive):
        _note_failure(register, person, SignInFailedAct(address=address[:100], client=client[:200]), now)
        raise
    new, at = new_token(SESSION_PREFIX), instant(now)
    session = SessionRecord(new.id, person.account.id, "", at, at, at, address[:100], client[:200], None, "")
    session = session._replace(token_hash=session_hash(register.key, new.whole, session))
    with register.database.writing() as connection:
        sessions.add_session(connection, session)
        note(connection, actor_in(person.account, session), SignIn(address=session.address, client=session.client), now)
        policies = sign_in_policies(connection, register.key)
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
        old = session_of(connection, register.key, token)
        if old is None:
            raise SessionEnded(why="已被取代")
        session = old._replace(authenticated_at=instant(now), seen_at=instant(now))
        session = session._replace(token_hash=session_hash(register.key, renewed, session))
        if not sessions.renew(connection, old, session):
            raise SessionEnded(why="已在别处结束")
        note(connection, actor, Reauthenticate(address=address[:100]), now)
        policies = sign_in_policies(connection, register.key)
    return _session(renewed, person.account, session, policies)


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
    check_active(person.account)
    _succeeded(register, subjects, forget=True)
    return person


def _note_failure(register: StaffRegister, person: Held | None, command: SignInFailedAct, now: datetime) -> None:
    """On record where the account exists; what was typed for one that does not may be a password."""
    if person is not None:
        with register.database.writing() as connection:
            note(connection, Actor(person.account.id, person.account.name, frozenset(), None, "", None), command, now)


def _look_up(register: StaffRegister, name: str) -> Held | None:
    with register.database.reading() as connection:
        try:
            return accounts.find(connection, register.key, name=name)
        except SealBroken as broken:
            raise AccountAltered(name=name) from broken


def _subjects(key: bytes, name: str, address: str) -> list[_Subject]:
    """What a try counts for. Hashed: people type passwords into the field for their name."""
    who = folded(name)
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


def _session(token: str, account: Account, session: SessionRecord, policies: SignInPolicies) -> Session:
    ends = datetime.fromisoformat(session.created_at) + timedelta(hours=policies.absolute_hours)
    return Session(token, actor_in(account, session), must_enrol(account, policies), ends)
