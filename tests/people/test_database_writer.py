"""Somebody who can write the database, but has not the key, gets in as nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from services.acts import perform
from services.people import StaffRegister, list_people
from services.service_tokens import make_token
from services.sessions import actor_of, terms
from services.signing_in import sign_in
from states.office.commands import SetSignIn
from states.office.people import Account, AccountState, Scope, SignInPolicies
from states.office.refusals import AccountAltered, SessionEnded
from states.words import Role
from tests.people.conftest import NOW, PASSWORD

Add = Callable[..., Account]


def write(register: StaffRegister, statement: str, **values: str) -> None:
    with register.database.writing() as connection:
        assert connection.execute(text(statement), values).rowcount


def come_in(register: StaffRegister, name: str) -> str:
    return sign_in(register, name, PASSWORD, address="10.0.0.8", client="test", now=NOW).token


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO account_roles (account_id, role) VALUES (:mine, 'reviewer')",
        "UPDATE accounts SET all_centres = true WHERE id = :mine",
        "UPDATE account_centres SET centre = '430200' WHERE account_id = :mine",
        "UPDATE accounts SET name = '李复核甲' WHERE id = :mine",
        "UPDATE accounts SET password_hash = '' WHERE id = :mine",
    ],
)
def test_an_account_that_was_altered_does_nothing(register: StaffRegister, add: Add, statement: str) -> None:
    mine = add("张经办", Role.CLERK, centres=("430100",))
    token = come_in(register, "张经办")
    write(register, statement, mine=mine.id)
    with pytest.raises(AccountAltered):
        actor_of(register, token, NOW)
    with pytest.raises(AccountAltered):
        come_in(register, "张经办")
    (shown,) = [one for one in list_people(register) if one.id == mine.id]
    assert (shown.state, shown.roles) == (AccountState.LOCKED, frozenset())


def test_whoever_has_left_is_not_brought_back(register: StaffRegister, add: Add) -> None:
    from records.people import accounts

    mine = add("张经办", Role.CLERK)
    with register.database.writing() as connection:
        accounts.change(connection, register.key, mine.id, by="管理甲", at=NOW.isoformat(), state="left")
    write(register, "UPDATE accounts SET state = 'active' WHERE id = :mine", mine=mine.id)
    with pytest.raises(AccountAltered):
        come_in(register, "张经办")


def test_a_password_does_not_open_another_account(register: StaffRegister, add: Add) -> None:
    mine, theirs = add("张经办", Role.CLERK), add("李经办", Role.CLERK)
    take = (
        "UPDATE accounts SET password_hash = (SELECT password_hash FROM accounts WHERE id = :mine) WHERE id = :theirs"
    )
    write(register, take, mine=mine.id, theirs=theirs.id)
    with pytest.raises(AccountAltered):
        come_in(register, "李经办")


def test_a_session_is_not_turned_into_somebody_elses_or_made_longer(register: StaffRegister, add: Add) -> None:
    add("张经办", Role.CLERK)
    theirs = add("李经办", Role.CLERK)
    for statement in (
        "UPDATE sessions SET account_id = :theirs",
        "UPDATE sessions SET created_at = '2030-01-01T00:00:00+08:00' || substr(:theirs, 1, 0)",
        "UPDATE sessions SET authenticated_at = '2030-01-01T00:00:00+08:00' || substr(:theirs, 1, 0)",
    ):
        token = come_in(register, "张经办")
        write(register, statement, theirs=theirs.id)
        with pytest.raises(SessionEnded):
            actor_of(register, token, NOW)


def test_the_terms_of_signing_in_are_not_loosened(register: StaffRegister, add: Add) -> None:
    """Whatever is written without the key counts as the strict defaults, also where an office had looser ones."""
    add("李复核", Role.REVIEWER)
    first = actor_of(register, come_in(register, "管理甲"), NOW, enrolling=True)
    perform(register, first, SetSignIn(changes={"second_factor": "", "idle_minutes": "45"}), NOW)
    assert (terms(register).second_factor, terms(register).idle_minutes) == ((), 45)
    write(register, "UPDATE settings SET value = replace(value, '45', '1440') WHERE name = 'sign_in'")
    assert terms(register) == SignInPolicies()
    assert sign_in(register, "李复核", PASSWORD, address="x", client="", now=NOW).must_enrol
    write(register, "UPDATE settings SET value = '{\"second_factor\": []}' WHERE name = 'sign_in'")
    assert terms(register) == SignInPolicies()


def test_a_service_token_is_not_widened(register: StaffRegister, add: Add) -> None:
    account = add("张经办", Role.CLERK, centres=("430100", "430200"))
    for statement in (
        "UPDATE service_tokens SET scopes = 'cases,office,post,read,rosters'",
        "UPDATE service_tokens SET centres = NULL",
        "UPDATE service_tokens SET expires_at = '2099-01-01T00:00:00+08:00'",
    ):
        with register.database.writing() as connection:
            made = make_token(
                connection,
                register.key,
                account,
                name="打印",
                scopes=[Scope.READ],
                centres=["430100"],
                days=30,
                by="管理甲",
                now=NOW,
            )
        actor = actor_of(register, made.token, NOW)
        assert (actor.scopes, actor.centres) == (frozenset({Scope.READ}), frozenset({"430100"}))
        write(register, statement)
        with pytest.raises(SessionEnded):
            actor_of(register, made.token, NOW)
