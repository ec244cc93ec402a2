"""Accounts and what they sign in with. Nothing here lets anybody in who has only the database: see `seals`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class AccountRow(SQLModel, table=True):
    """One person. `folded` is the name as compared, so that no two accounts look alike; `seal` covers the row."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("state IN ('active', 'locked', 'left')", name="account_state_known"),)
    id: str = Field(primary_key=True)
    name: str
    folded: str = Field(unique=True)
    staff_number: str
    state: str = "active"
    all_centres: bool = False
    password_hash: str = ""
    totp_secret: str = ""
    totp_last_step: int = 0
    created_at: str
    created_by: str
    changed_at: str
    changed_by: str
    seal: str


class AccountRoleRow(SQLModel, table=True):
    """A role that an account has."""

    __tablename__ = "account_roles"
    account_id: str = Field(primary_key=True, foreign_key="accounts.id")
    role: str = Field(primary_key=True)


class AccountCentreRow(SQLModel, table=True):
    """A centre that an account reaches, where it does not reach all."""

    __tablename__ = "account_centres"
    account_id: str = Field(primary_key=True, foreign_key="accounts.id")
    centre: str = Field(primary_key=True)


class SessionRow(SQLModel, table=True):
    """One sign-in. The token itself is nowhere: only its keyed hash."""

    __tablename__ = "sessions"
    id: str = Field(primary_key=True)
    account_id: str = Field(index=True, foreign_key="accounts.id")
    token_hash: str = Field(unique=True)
    created_at: str
    seen_at: str
    authenticated_at: str
    address: str
    client: str
    ended_at: str | None = None
    ended_why: str = ""


class ServiceTokenRow(SQLModel, table=True):
    """A token for programs: scoped, expiring, revocable; only its keyed hash is kept."""

    __tablename__ = "service_tokens"
    id: str = Field(primary_key=True)
    account_id: str = Field(index=True, foreign_key="accounts.id")
    name: str
    token_hash: str = Field(unique=True)
    scopes: str
    centres: str | None
    created_at: str
    created_by: str
    expires_at: str
    revoked_at: str | None = None
    revoked_by: str = ""
    used_at: str = ""


class SignInFailureRow(SQLModel, table=True):
    """Failures in a row of one name at one address, of a name, or of an address; `subject` is a keyed hash."""

    __tablename__ = "sign_in_failures"
    subject: str = Field(primary_key=True)
    failures: int
    last_at: str


ACCOUNTS: Any = AccountRow.metadata.tables["accounts"]
ACCOUNT_ROLES: Any = AccountRow.metadata.tables["account_roles"]
ACCOUNT_CENTRES: Any = AccountRow.metadata.tables["account_centres"]
SESSIONS: Any = AccountRow.metadata.tables["sessions"]
SERVICE_TOKENS: Any = AccountRow.metadata.tables["service_tokens"]
SIGN_IN_FAILURES: Any = AccountRow.metadata.tables["sign_in_failures"]
