from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text

from records.store.database import Database
from services.acting.doing import Private
from services.acts import perform
from services.people import StaffRegister, initialise, list_people, open_register
from services.second_factor import begin_enrolment
from services.sessions import actor_of, own_sessions, revoke, sign_out
from services.signing_in import reauthenticate, sign_in
from settings import Settings
from states.office.commands import EnrolSecondFactor
from states.office.people import Account, Actor
from states.office.refusals import (
    AccountNotActive,
    AlreadyInitialised,
    NotInitialised,
    NotSignedIn,
    PeopleKeyUnusable,
    SecondFactorNeeded,
    SecondFactorNotEnrolled,
    SessionEnded,
    SignInFailed,
    TooManyAttempts,
    WeakPassword,
)
from states.words import Role
from tests.people.conftest import NOW, PASSWORD

Add = Callable[..., Account]


def come_in(register: StaffRegister, name: str, now: datetime = NOW, code: str = "", password: str = PASSWORD) -> str:
    return sign_in(register, name, password, code, address="10.0.0.8", client="test", now=now).token


def enrol(register: StaffRegister, actor: Actor, ticket: str, code: str) -> None:
    perform(register, actor, EnrolSecondFactor(), NOW, Private(ticket=ticket, code=code))


def test_only_the_first_administrator_is_made_without_another(settings: Settings, register: StaffRegister) -> None:
    with pytest.raises(AlreadyInitialised):
        initialise(settings, register.database, name="管理乙", password=PASSWORD, now=NOW)


def test_of_two_who_begin_at_once_one_is_the_administrator(settings: Settings, database: Database) -> None:
    def begin(name: str) -> str:
        try:
            return initialise(settings, database, name=name, password=PASSWORD, now=NOW).name
        except AlreadyInitialised:
            return ""

    with ThreadPoolExecutor(4) as pool:
        made = [name for name in pool.map(begin, ("管理甲", "管理乙", "管理丙", "管理丁")) if name]
    assert [account.name for account in list_people(open_register(settings, database))] == made
    assert len(made) == 1


def test_without_its_key_the_register_opens_for_nobody_and_no_other_is_made(
    settings: Settings, register: StaffRegister
) -> None:
    settings.people_key_file.unlink()
    with pytest.raises(PeopleKeyUnusable):
        open_register(settings, register.database)
    with pytest.raises(AlreadyInitialised):
        initialise(settings, register.database, name="管理乙", password=PASSWORD, now=NOW)
    assert not settings.people_key_file.exists()


def test_a_key_that_others_can_read_is_not_used(settings: Settings, register: StaffRegister) -> None:
    settings.people_key_file.chmod(0o644)
    with pytest.raises(PeopleKeyUnusable, match="chmod 600"):
        open_register(settings, register.database)


def test_an_empty_register_says_how_to_begin(settings: Settings, register: StaffRegister, add: Add) -> None:
    with register.database.writing() as connection:
        for table in ("account_roles", "account_centres", "accounts"):
            connection.execute(text(f"DELETE FROM {table}"))
    with pytest.raises(NotInitialised, match="operator init"):
        open_register(settings, register.database)


def test_a_session_tells_who_acts(register: StaffRegister, add: Add) -> None:
    account = add("张经办", Role.CLERK, centres=("430100",))
    actor = actor_of(register, come_in(register, "张经办"), NOW)
    assert (actor.account, actor.name, actor.roles) == (account.id, "张经办", frozenset({Role.CLERK}))
    assert actor.reaches("430100")
    assert not actor.reaches("430200")
    assert actor.fresh(NOW + timedelta(minutes=15), 15)
    assert not actor.fresh(NOW + timedelta(minutes=16), 15)


@pytest.mark.parametrize("name", ["张经办", " 张经办 ", "张经办\u3000", "张 经办"])
def test_a_name_is_found_however_it_is_spaced(register: StaffRegister, add: Add, name: str) -> None:
    account = add("张经办", Role.CLERK)
    assert actor_of(register, come_in(register, name), NOW).account == account.id


def test_wrong_name_and_wrong_password_are_told_alike(register: StaffRegister, add: Add) -> None:
    add("张经办", Role.CLERK)
    told = []
    for name, password in (("张经办", "不是这个口令啊啊啊"), ("没有此人", PASSWORD)):
        with pytest.raises(SignInFailed) as refused:
            come_in(register, name, password=password)
        told.append(refused.value.message)
    assert told[0] == told[1]


def test_idle_and_absolute_limits_end_a_session(register: StaffRegister, add: Add) -> None:
    add("张经办", Role.CLERK)
    token = come_in(register, "张经办")
    with pytest.raises(SessionEnded, match="30 分钟未操作"):
        actor_of(register, token, NOW + timedelta(minutes=31))
    used = NOW
    while used - NOW <= timedelta(hours=12) - timedelta(minutes=20):
        used += timedelta(minutes=20)
        actor_of(register, token, used)
    with pytest.raises(SessionEnded, match="已满 12 小时"):
        actor_of(register, token, used + timedelta(minutes=20))


def test_a_session_that_was_left_or_revoked_is_over(register: StaffRegister, add: Add) -> None:
    add("张经办", Role.CLERK)
    first, second, third = (come_in(register, "张经办") for _ in range(3))
    sign_out(register, first, NOW)
    with pytest.raises(SessionEnded, match="已退出"):
        actor_of(register, first, NOW)
    actor = actor_of(register, second, NOW)
    assert len(own_sessions(register, actor)) == 2
    assert revoke(register, actor, NOW) == 1
    with pytest.raises(SessionEnded, match="本人撤销"):
        actor_of(register, third, NOW)
    assert actor_of(register, second, NOW).account == actor.account


def test_nobody_revokes_the_session_of_somebody_else(register: StaffRegister, add: Add) -> None:
    add("张经办", Role.CLERK)
    add("李经办", Role.CLERK)
    theirs = actor_of(register, come_in(register, "李经办"), NOW)
    assert revoke(register, actor_of(register, come_in(register, "张经办"), NOW), NOW, session=theirs.session) == 0


def test_proving_oneself_again_renews_the_token_and_ends_the_old_one(register: StaffRegister, add: Add) -> None:
    add("张经办", Role.CLERK)
    token, later = come_in(register, "张经办"), NOW + timedelta(minutes=20)
    renewed = reauthenticate(register, token, PASSWORD, address="10.0.0.8", now=later)
    assert renewed.actor.authenticated_at == later
    assert actor_of(register, renewed.token, later).session == renewed.actor.session
    with pytest.raises(SessionEnded):
        actor_of(register, token, later)
    with pytest.raises(SignInFailed):
        reauthenticate(register, renewed.token, "不是这个口令啊啊啊", address="10.0.0.8", now=later)


def test_a_role_that_needs_a_second_factor_may_only_set_it_up_at_first(register: StaffRegister, add: Add) -> None:
    add("李复核", Role.REVIEWER)
    session = sign_in(register, "李复核", PASSWORD, address="10.0.0.8", client="test", now=NOW)
    assert session.must_enrol
    with pytest.raises(SecondFactorNotEnrolled):
        actor_of(register, session.token, NOW)
    actor = actor_of(register, session.token, NOW, enrolling=True)
    begun = begin_enrolment(register, actor)
    with pytest.raises(SignInFailed):
        enrol(register, actor, begun.ticket, "000000")
    enrol(register, actor, begun.ticket, pyotp.TOTP(begun.secret).at(NOW))
    assert actor_of(register, session.token, NOW).account == actor.account

    with pytest.raises(SecondFactorNeeded):
        come_in(register, "李复核")
    with pytest.raises(SignInFailed):  # the code that enrolled is used up
        come_in(register, "李复核", code=pyotp.TOTP(begun.secret).at(NOW))
    later = NOW + timedelta(minutes=1)
    code = pyotp.TOTP(begun.secret).at(later)
    assert come_in(register, "李复核", later, code)
    with pytest.raises(SignInFailed):
        come_in(register, "李复核", later, code)


def test_a_secret_is_enrolled_only_by_whom_it_was_made_for(register: StaffRegister, add: Add) -> None:
    add("李复核", Role.REVIEWER)
    add("王复核", Role.REVIEWER)
    first, second = (actor_of(register, come_in(register, name), NOW, enrolling=True) for name in ("李复核", "王复核"))
    begun = begin_enrolment(register, first)
    with pytest.raises(SignInFailed):
        enrol(register, second, begun.ticket, pyotp.TOTP(begun.secret).at(NOW))


def test_guesses_wait_longer_each_time_and_the_count_survives_a_restart(
    settings: Settings, register: StaffRegister, add: Add
) -> None:
    add("张经办", Role.CLERK)
    for _ in range(5):
        with pytest.raises(SignInFailed):
            come_in(register, "张经办", password="不是这个口令啊啊啊")
    again = open_register(settings, register.database)
    with pytest.raises(TooManyAttempts):
        come_in(again, "张经办")  # even the right password has to wait
    later = NOW + timedelta(seconds=2)
    with pytest.raises(SignInFailed):
        come_in(again, "张经办", later, password="不是这个口令啊啊啊")
    with pytest.raises(TooManyAttempts):
        come_in(again, "张经办", later + timedelta(seconds=1))
    assert come_in(again, "张经办", later + timedelta(seconds=3))


def test_guessing_elsewhere_does_not_keep_the_owner_out_for_long(register: StaffRegister, add: Add) -> None:
    add("张经办", Role.CLERK)
    now = NOW
    for at in range(80):  # a thief at many addresses
        now += timedelta(seconds=31)
        with pytest.raises(SignInFailed):
            sign_in(register, "张经办", "不是这个口令啊啊啊", address=f"203.0.113.{at}", client="", now=now)
    with pytest.raises(TooManyAttempts) as refused:
        come_in(register, "张经办", now)
    assert refused.value.data["seconds"] <= 31
    assert come_in(register, "张经办", now + timedelta(seconds=31))


def test_one_address_that_tries_many_names_is_slowed_down(register: StaffRegister, add: Add) -> None:
    for at in range(30):
        with pytest.raises(SignInFailed):
            come_in(register, f"某人{at}")
    with pytest.raises(TooManyAttempts):
        come_in(register, "另一人")


@pytest.mark.parametrize("state", ["locked", "left"])
def test_whoever_is_locked_or_has_left_neither_comes_in_nor_stays(
    register: StaffRegister, add: Add, state: str
) -> None:
    from records.people import accounts

    account = add("张经办", Role.CLERK)
    token = come_in(register, "张经办")
    with register.database.writing() as connection:
        accounts.change(connection, register.key, account.id, by="管理甲", at=NOW.isoformat(), state=state)
    with pytest.raises(AccountNotActive):
        actor_of(register, token, NOW)
    with pytest.raises(AccountNotActive):
        come_in(register, "张经办")


def test_nothing_is_a_session_that_is_none(register: StaffRegister) -> None:
    for token, refusal in (("", NotSignedIn), ("jds_abc_def", SessionEnded), ("jdt_abc_def", SessionEnded)):
        with pytest.raises(refusal):
            actor_of(register, token, NOW)


GUESSED_FIRST = (
    "短", "aaaaaaaaaaaaaa", "password123", "管理甲12345678", "jianding2026", "1qaz2wsx3edc", "x" * 300,
)  # fmt: skip


@pytest.mark.parametrize("password", GUESSED_FIRST)
def test_passwords_that_are_guessed_first_are_refused(
    settings: Settings, register: StaffRegister, password: str
) -> None:
    from services.passwords import hash_password

    with pytest.raises(WeakPassword):
        hash_password(register.key, "a", password, ("管理甲",))
