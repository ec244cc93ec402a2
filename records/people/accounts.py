"""The register of accounts: read with their seals checked, written with a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from records.people.seals import SealBroken, account_seal
from records.people.tables import ACCOUNT_CENTRES, ACCOUNT_ROLES, ACCOUNTS
from states.office.names import folded, tidy
from states.office.people import Account, AccountState
from states.words import Role


class Held(NamedTuple):
    """An account with what only signing in may see."""

    account: Account
    password_hash: str
    totp_secret: str
    totp_last_step: int


def find(connection: Connection, key: bytes, *, account: str = "", name: str = "") -> Held | None:
    """The account of this id or name. Raises SealBroken if its row was written without the key."""
    where = ACCOUNTS.c.id == account if account else ACCOUNTS.c.folded == folded(name)
    row = connection.execute(select(ACCOUNTS).where(where)).mappings().one_or_none()
    return _held(connection, key, row) if row is not None else None


def id_of(connection: Connection, name: str) -> str | None:
    """The id of the account of this name, unchecked."""
    query = select(ACCOUNTS.c.id).where(ACCOUNTS.c.folded == folded(name))
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found


def list_accounts(connection: Connection, key: bytes) -> list[Account]:
    """Everybody, by name; those whose row was altered are shown as locked."""
    rows = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name)).mappings().all()
    return [_shown(connection, key, row) for row in rows]


def count_administrators(connection: Connection) -> int:
    """How many active accounts are administrators."""
    query = select(func.count()).select_from(ACCOUNTS.join(ACCOUNT_ROLES))
    active = (ACCOUNTS.c.state == AccountState.ACTIVE) & (ACCOUNT_ROLES.c.role == Role.ADMINISTRATOR)
    return int(connection.execute(query.where(active)).scalar_one())


def count_accounts(connection: Connection) -> int:
    """How many accounts there are, of whatever state."""
    return int(connection.execute(select(func.count()).select_from(ACCOUNTS)).scalar_one())


def add(connection: Connection, key: bytes, *, id_: str, name: str, staff_number: str, by: str, at: str) -> None:
    """A new account without password, roles or centres. Raises IntegrityError for a name that is taken."""
    row = {
        "id": id_, "name": tidy(name), "folded": folded(name), "staff_number": staff_number, "state": "active",
        "all_centres": False, "password_hash": "", "totp_secret": "", "totp_last_step": 0,
        "created_at": at, "created_by": by, "changed_at": at, "changed_by": by,
    }  # fmt: skip
    connection.execute(insert(ACCOUNTS).values(**row, seal=account_seal(key, row, (), ())))


def change(connection: Connection, key: bytes, account: str, *, by: str, at: str, **columns: Any) -> None:
    """Changes columns of an account and seals it anew."""
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(**columns, changed_at=at, changed_by=by))
    reseal(connection, key, account)


def set_roles(connection: Connection, key: bytes, account: str, roles: Sequence[Role], *, by: str, at: str) -> None:
    """Gives exactly these roles."""
    connection.execute(delete(ACCOUNT_ROLES).where(ACCOUNT_ROLES.c.account_id == account))
    if roles:
        connection.execute(insert(ACCOUNT_ROLES), [{"account_id": account, "role": role.value} for role in roles])
    change(connection, key, account, by=by, at=at)


def set_centres(
    connection: Connection, key: bytes, account: str, centres: Sequence[str] | None, *, by: str, at: str
) -> None:
    """Lets an account reach exactly these centres; None: all."""
    connection.execute(delete(ACCOUNT_CENTRES).where(ACCOUNT_CENTRES.c.account_id == account))
    if centres:
        connection.execute(insert(ACCOUNT_CENTRES), [{"account_id": account, "centre": centre} for centre in centres])
    change(connection, key, account, by=by, at=at, all_centres=centres is None)


def use_step(connection: Connection, account: str, step: int) -> bool:
    """Marks a code of the second factor as used; whether it was not yet. Of two at once, one succeeds."""
    later = (ACCOUNTS.c.id == account) & (ACCOUNTS.c.totp_last_step < step)
    return bool(connection.execute(update(ACCOUNTS).where(later).values(totp_last_step=step)).rowcount)


def reseal(connection: Connection, key: bytes, account: str) -> None:
    """Seals an account's row as it stands."""
    row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.id == account)).mappings().one()
    seal = account_seal(key, row, _roles(connection, account), _centres(connection, account))
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(seal=seal))


def broken(connection: Connection, key: bytes, account: str) -> bool:
    """Whether the account is there and its seal does not fit."""
    try:
        find(connection, key, account=account)
    except SealBroken:
        return True
    return False


def strip(connection: Connection, key: bytes, account: str, *, by: str, at: str) -> None:
    """Seals an altered account anew, without any role or centre: those have to be given again."""
    for table in (ACCOUNT_ROLES, ACCOUNT_CENTRES):
        connection.execute(delete(table).where(table.c.account_id == account))
    change(connection, key, account, by=by, at=at, all_centres=False)


def _held(connection: Connection, key: bytes, row: RowMapping) -> Held:
    roles, centres = _roles(connection, row["id"]), _centres(connection, row["id"])
    if account_seal(key, row, roles, centres) != row["seal"]:
        raise SealBroken(row["name"])
    account = _account(row, roles, centres, AccountState(row["state"]))
    return Held(account, row["password_hash"], row["totp_secret"], row["totp_last_step"])


def _shown(connection: Connection, key: bytes, row: RowMapping) -> Account:
    try:
        return _held(connection, key, row).account
    except SealBroken:
        return _account(row, (), (), AccountState.LOCKED)


def _account(row: RowMapping, roles: Iterable[str], centres: Iterable[str], state: AccountState) -> Account:
    return Account(
        id=row["id"],
        name=row["name"],
        staff_number=row["staff_number"],
        roles=frozenset(Role(role) for role in roles),
        centres=None if row["all_centres"] else frozenset(centres),
        state=state,
        second_factor=bool(row["totp_secret"]),
        created_at=row["created_at"],
        created_by=row["created_by"],
        changed_at=row["changed_at"],
        changed_by=row["changed_by"],
    )


def _roles(connection: Connection, account: str) -> list[str]:
    query = select(ACCOUNT_ROLES.c.role).where(ACCOUNT_ROLES.c.account_id == account)
    return list(connection.execute(query).scalars())


def _centres(connection: Connection, account: str) -> list[str]:
    query = select(ACCOUNT_CENTRES.c.centre).where(ACCOUNT_CENTRES.c.account_id == account)
    return list(connection.execute(query).scalars())
