"""Sessions and service tokens. A keyed hash binds each row to what its holder shows: none can be made over."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from records.people.seals import keyed, same
from records.people.tables import SERVICE_TOKENS, SESSIONS


class SessionRecord(NamedTuple):
    """One sign-in; the instants are ISO texts in Asia/Shanghai."""

    id: str
    account_id: str
    token_hash: str
    created_at: str
    seen_at: str
    authenticated_at: str
    address: str
    client: str
    ended_at: str | None
    ended_why: str


class TokenRecord(NamedTuple):
    """One service token; `scopes` and `centres` are parted by commas, no centres: those of its account."""

    id: str
    account_id: str
    token_hash: str
    name: str
    scopes: str
    centres: str | None
    created_at: str
    created_by: str
    expires_at: str
    revoked_at: str | None
    revoked_by: str
    used_at: str


_SESSION: Any = [SESSIONS.c[name] for name in SessionRecord._fields]
_TOKEN: Any = [SERVICE_TOKENS.c[name] for name in TokenRecord._fields]


def session_hash(key: bytes, token: str, session: SessionRecord) -> str:
    """What `session` must hold as its hash, if `token` is its own: account and instants are bound in it."""
    return keyed(key, "session", token, session.account_id, session.created_at, session.authenticated_at)


def add_session(connection: Connection, session: SessionRecord) -> None:
    """A new session."""
    connection.execute(insert(SESSIONS).values(**session._asdict()))


def session_of(connection: Connection, key: bytes, token: str, id_: str) -> SessionRecord | None:
    """The session `id_`, ended or not, if it is this token's."""
    row = connection.execute(select(*_SESSION).where(SESSIONS.c.id == id_)).one_or_none()
    if row is None:
        return None
    session = SessionRecord(*row)
    return session if same(session.token_hash, session_hash(key, token, session)) else None


def sessions_of(connection: Connection, account: str) -> list[SessionRecord]:
    """The sessions of an account that nobody has ended, newest first."""
    open_ = (SESSIONS.c.account_id == account) & SESSIONS.c.ended_at.is_(None)
    query = select(*_SESSION).where(open_).order_by(SESSIONS.c.created_at.desc())
    return [SessionRecord(*row) for row in connection.execute(query)]


def touch(connection: Connection, session: str, at: str) -> None:
    """The session was used."""
    connection.execute(update(SESSIONS).where(SESSIONS.c.id == session).values(seen_at=at))


def renew(connection: Connection, old: SessionRecord, new: SessionRecord) -> bool:
    """Puts `new` in the place of `old`, unless that was ended or renewed meanwhile; whether it did."""
    same_ = (SESSIONS.c.token_hash == old.token_hash) & SESSIONS.c.ended_at.is_(None)
    return bool(connection.execute(update(SESSIONS).where(same_).values(**new._asdict())).rowcount)


def end(connection: Connection, at: str, why: str, *, session: str = "", account: str = "", but: str = "") -> int:
    """Ends one session, or all of an account (`but` one); how many were open."""
    which = SESSIONS.c.id == session if session else SESSIONS.c.account_id == account
    open_ = which & SESSIONS.c.ended_at.is_(None) & (SESSIONS.c.id != but)
    return connection.execute(update(SESSIONS).where(open_).values(ended_at=at, ended_why=why)).rowcount


def service_hash(key: bytes, token: str, record: TokenRecord) -> str:
    """What `record` must hold as its hash, if `token` is its own: account, scope and expiry are bound in it."""
    centres = "*" if record.centres is None else record.centres
    return keyed(key, "service token", token, record.account_id, record.scopes, centres, record.expires_at)


def add_token(connection: Connection, token: TokenRecord) -> None:
    """A new service token."""
    connection.execute(insert(SERVICE_TOKENS).values(**token._asdict()))


def token_of(connection: Connection, key: bytes, token: str, id_: str) -> TokenRecord | None:
    """The service token `id_`, revoked or not, if it is this one's."""
    row = connection.execute(select(*_TOKEN).where(SERVICE_TOKENS.c.id == id_)).one_or_none()
    if row is None:
        return None
    record = TokenRecord(*row)
    return record if same(record.token_hash, service_hash(key, token, record)) else None


def list_tokens(connection: Connection) -> list[TokenRecord]:
    """All service tokens, newest first."""
    query = select(*_TOKEN).order_by(SERVICE_TOKENS.c.created_at.desc(), SERVICE_TOKENS.c.id)
    return [TokenRecord(*row) for row in connection.execute(query)]


def used(connection: Connection, token: str, at: str) -> None:
    """The token was used."""
    connection.execute(update(SERVICE_TOKENS).where(SERVICE_TOKENS.c.id == token).values(used_at=at))


def revoke_token(connection: Connection, token: str, by: str, at: str) -> bool:
    """Ends a token; whether it was in force."""
    open_ = (SERVICE_TOKENS.c.id == token) & SERVICE_TOKENS.c.revoked_at.is_(None)
    return bool(connection.execute(update(SERVICE_TOKENS).where(open_).values(revoked_at=at, revoked_by=by)).rowcount)
