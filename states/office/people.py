"""Who works here: accounts, what they may reach, and the terms on which they sign in. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from states.words import Role

STAFF_ROLES = tuple(role for role in Role if role is not Role.CALENDAR)
"""The roles that a person can have; the calendar's is nobody's."""


class AccountState(StrEnum):
    """Whether an account may act: `locked` until an administrator unlocks it, `left` for good."""

    ACTIVE = "active"
    LOCKED = "locked"
    LEFT = "left"


ACCOUNT_STATE_NAMES: dict[AccountState, str] = {
    AccountState.ACTIVE: "在用",
    AccountState.LOCKED: "已锁定",
    AccountState.LEFT: "已离职",
}


class Scope(StrEnum):
    """What a service token is for; a person's session has them all."""

    READ = "read"
    CASES = "cases"
    ROSTERS = "rosters"
    POST = "post"
    OFFICE = "office"


SCOPE_NAMES: dict[Scope, str] = {
    Scope.READ: "查询",
    Scope.CASES: "办理案件",
    Scope.ROSTERS: "名册和批次",
    Scope.POST: "文书投递",
    Scope.OFFICE: "机构事务",
}


class Account(msgspec.Struct, frozen=True):
    """One person on the register. `centres`: None for all of them. `second_factor`: whether one is enrolled."""

    id: str
    name: str
    staff_number: str
    roles: frozenset[Role]
    centres: frozenset[str] | None
    state: AccountState
    second_factor: bool
    created_at: str
    created_by: str
    changed_at: str
    changed_by: str


class Actor(msgspec.Struct, frozen=True):
    """Who acts, as the register has them at this moment.

    `session` is the id of the session or service token they came by. `authenticated_at`: when they last proved who
    they are, None for a service token, which cannot. `scopes`: None for a person's own session.
    """

    account: str
    name: str
    roles: frozenset[Role]
    centres: frozenset[str] | None
    session: str
    authenticated_at: datetime | None
    scopes: frozenset[Scope] | None = None

    def reaches(self, centre: str) -> bool:
        """Whether cases and letters of `centre` exist for this person."""
        return self.centres is None or centre in self.centres

    def fresh(self, now: datetime, minutes: int) -> bool:
        """Whether they proved who they are within the last `minutes`."""
        return self.authenticated_at is not None and now - self.authenticated_at <= timedelta(minutes=minutes)


class SignInPolicies(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """On what terms people sign in.

    second_factor: the roles that need one. idle_minutes, absolute_hours: after which a session is over, unused or in
    any case. fresh_minutes: how long a password counts for issuing, money and administration. token_days: the longest
    life of a service token.
    """

    second_factor: tuple[Role, ...] = (Role.REVIEWER, Role.FINANCE, Role.ADMINISTRATOR)
    idle_minutes: int = 30
    absolute_hours: int = 12
    fresh_minutes: int = 15
    token_days: int = 366

    def __post_init__(self) -> None:
        """Raises ValueError naming the policy that makes no sense."""
        if not 1 <= self.idle_minutes <= 24 * 60:
            raise ValueError("idle_minutes 应在 1 至 1440 之间")
        if not 1 <= self.absolute_hours <= 7 * 24:
            raise ValueError("absolute_hours 应在 1 至 168 之间")
        if not 1 <= self.fresh_minutes <= 12 * 60:
            raise ValueError("fresh_minutes 应在 1 至 720 之间")
        if not 1 <= self.token_days <= 3660:
            raise ValueError("token_days 应在 1 至 3660 之间")
        if Role.CALENDAR in self.second_factor:
            raise ValueError("second_factor 只能是人员的角色")

    def needs_second_factor(self, roles: frozenset[Role]) -> bool:
        """Whether somebody with `roles` signs in with a second factor."""
        return not roles.isdisjoint(self.second_factor)


class Failures(msgspec.Struct, frozen=True):
    """How often something failed in a row, and when last."""

    count: int = 0
    last: datetime | None = None


class Patience(msgspec.Struct, frozen=True):
    """How many failures are free, and the longest wait that further ones bring."""

    free: int
    longest: timedelta

    def until(self, failures: Failures) -> datetime | None:
        """When the next try is heard; None: at once. The wait doubles with every failure, up to the longest."""
        over = failures.count - self.free
        if over < 0 or failures.last is None:
            return None
        return failures.last + min(timedelta(seconds=2 ** min(over, 20)), self.longest)


# Per account and address the wait grows long; per account from anywhere it stays short, so that somebody who only
# knows a name cannot keep its owner out; per address it stops one machine that tries many names.
BY_PAIR = Patience(free=5, longest=timedelta(minutes=15))
BY_NAME = Patience(free=50, longest=timedelta(seconds=30))
BY_ADDRESS = Patience(free=30, longest=timedelta(minutes=15))
FORGOTTEN_AFTER = timedelta(hours=24)
