"""Service tokens: what programs show instead of a password; scoped, expiring, revocable, kept as a hash."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from records.people import sessions
from records.people.seals import id_in, new_token
from records.people.sessions import TokenRecord, service_hash
from records.people.terms import sign_in_policies
from services.people import StaffRegister, held, instant
from states.office.people import ACCOUNT_STATE_NAMES, Account, AccountState, Actor, Scope
from states.office.refusals import AccountNotActive, BadAccount, SessionEnded

TOKEN_PREFIX = "jdt_"  # noqa: S105  what a token begins with, so that a leaked one is recognised


class MadeToken(NamedTuple):
    """A new service token; `token` is shown this once."""

    id: str
    token: str
    expires_at: str


def make_token(
    connection: Connection,
    key: bytes,
    account: Account,
    *,
    name: str,
    scopes: Iterable[Scope],
    centres: Iterable[str] | None,
    days: int,
    by: str,
    now: datetime,
) -> MadeToken:
    """A token that acts for `account`, for `days`, within `scopes` and, if given, `centres`. Raises BadAccount."""
    longest = sign_in_policies(connection, key).token_days
    if not 1 <= days <= longest:
        raise BadAccount(why=f"服务令牌的有效期应为 1 至 {longest} 天")
    if account.state is not AccountState.ACTIVE:
        raise AccountNotActive(name=account.name, state_name=ACCOUNT_STATE_NAMES[account.state])
    new, expires = new_token(TOKEN_PREFIX), instant(now + timedelta(days=days))
    record = TokenRecord(
        id=new.id,
        account_id=account.id,
        token_hash="",
        name=name,
        scopes=",".join(sorted(scopes)),
        centres=None if centres is None else ",".join(sorted(centres)),
        created_at=instant(now),
        created_by=by,
        expires_at=expires,
        revoked_at=None,
        revoked_by="",
        used_at="",
    )
    sessions.add_token(connection, record._replace(token_hash=service_hash(key, new.whole, record)))
    return MadeToken(new.id, new.whole, expires)


def actor_of_token(register: StaffRegister, token: str, now: datetime) -> Actor:
    """Who a program acts for. Raises SessionEnded, AccountNotActive or AccountAltered."""
    with register.database.reading() as connection:
        record = sessions.token_of(connection, register.key, token, id_in(token, TOKEN_PREFIX))
        if record is None:
            raise SessionEnded(why="服务令牌无效")
        if record.revoked_at is not None:
            raise SessionEnded(why="服务令牌已撤销")
        if datetime.fromisoformat(record.expires_at) <= now:
            raise SessionEnded(why="服务令牌已过期")
        account = held(connection, register.key, account=record.account_id).account
    if account.state is not AccountState.ACTIVE:
        raise AccountNotActive(name=account.name, state_name=ACCOUNT_STATE_NAMES[account.state])
    if record.used_at[:13] != instant(now)[:13]:  # once an hour is enough to see that it is in use
        with register.database.writing() as connection:
            sessions.used(connection, record.id, instant(now))
    return Actor(
        account=account.id,
        name=account.name,
        roles=account.roles,
        centres=_within(account.centres, record.centres),
        session=record.id,
        authenticated_at=None,
        scopes=frozenset(Scope(scope) for scope in record.scopes.split(",") if scope),
    )


def list_tokens(register: StaffRegister) -> list[TokenRecord]:
    """All service tokens, newest first."""
    with register.database.reading() as connection:
        return sessions.list_tokens(connection)


def _within(own: frozenset[str] | None, given: str | None) -> frozenset[str] | None:
    """The centres of the token, never more than those of its account."""
    if given is None:
        return own
    listed = frozenset(given.split(","))
    return listed if own is None else own & listed
