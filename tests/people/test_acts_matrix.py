"""Every act × role × centres × state of account × freshness × kind of token, from the table of acts itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from records.people import accounts
from records.post.outbox import listed
from records.store.database import Database
from services import passwords
from services.acts import permitted
from services.people import StaffRegister, initialise, instant, new_account, open_register
from settings import Settings
from states.office import commands as c
from states.office.acts import ACTS, EVENTS, Reach
from states.office.people import AccountState, Actor, Scope
from states.office.refusals import (
    AccountNotActive,
    ActNotAllowed,
    OfficeWide,
    OutsideScope,
    ReauthenticationNeeded,
    UnknownSubject,
)
from states.refusals import Refusal
from states.words import Role
from tests.caseload import announce, database_at
from tests.people.conftest import NOW, PASSWORD

HERE, THERE = "430100", "430200"
CENTRES: tuple[frozenset[str] | None, ...] = (None, frozenset({HERE}), frozenset({THERE}), frozenset())


class Office(NamedTuple):
    register: StaffRegister
    accounts: dict[tuple[Role, AccountState], str]
    samples: dict[str, c.OfficeCommand]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One account for each role and state, a case of one centre with a letter, and a run about it."""
    folder = tmp_path_factory.mktemp("office")
    settings, database = Settings(data_dir=folder / "data"), database_at(folder)
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    initialise(settings, database, name="管理甲", password=PASSWORD, now=NOW)
    register = open_register(settings, database)
    made = {pair: _account(register, *pair) for pair in product(tuple(Role)[:5], AccountState)}
    yield Office(register, made, _samples(database, next(iter(made.values()))))
    database.close()


def _account(register: StaffRegister, role: Role, state: AccountState) -> str:
    with register.database.writing() as connection:
        key, name = register.key, f"{role.value}-{state.value}"
        id_ = new_account(connection, key, name=name, staff_number="", password=PASSWORD, by="", now=NOW)
        accounts.set_roles(connection, key, id_, [role], by="", at=instant(NOW))
        accounts.change(connection, key, id_, by="", at=instant(NOW), state=state.value)
    return id_


def _samples(database: Database, account: str) -> dict[str, c.OfficeCommand]:
    """One of each act; those that concern a centre concern the one called HERE."""
    case = announce(database, 1, date(2020, 9, 1), cohort="none")
    with database.writing() as connection:
        (letter, *_) = [row["id"] for row in listed(connection, limit=10)] or [_letter(connection, case)]
        connection.execute(text("INSERT INTO runs (id, kind, title, \"by\", at, status, selected, digest, plan) "
                                "VALUES ('run', 'command', '批量', '', '', 'running', 1, '', '{}')"))  # fmt: skip
        connection.execute(text("INSERT INTO run_items (run_id, position, label, case_number, work, tried, status, "
                                "error, message) VALUES ('run', 0, '', :case, '', false, 'pending', '', '')"),
                           {"case": case})  # fmt: skip
    day = date(2027, 2, 6)
    every: list[c.OfficeCommand] = [
        c.AddOperator(name="新人"),
        c.GiveRoles(account=account, roles=(Role.CLERK,)),
        c.SetCentres(account=account, centres=(HERE,)),
        c.LockOperator(account=account),
        c.UnlockOperator(account=account),
        c.LeaveOperator(account=account),
        c.ResetOperator(account=account),
        c.ChangePassword(),
        c.EnrolSecondFactor(),
        c.CreateToken(name="打印", scopes=(Scope.READ,), days=30),
        c.RevokeToken(token="没有"),
        c.EndSessions(account=account),
        c.SetSignIn(changes={"idle_minutes": "20"}),
        c.SetPolicies(changes={"choice_days": "45"}),
        c.SetHoliday(day=day, workday=False),
        c.ClearHoliday(day=day),
        c.LoadCatalog(csv="", totals=""),
        c.Redate(to=day, batch="2"),
        c.PlaceHold(scope="centre", value=HERE, reason="抽查"),
        c.ReleaseHold(scope="case", value=case),
        c.AddCentre(code="430900", columns={}),
        c.ChangeCentre(code=HERE, columns={}),
        c.CloseCentre(code=HERE),
        c.WithholdLetter(letter=letter, reason="误发"),
        c.RetryLetters(letters=(letter,)),
        c.MarkReturned(letter=letter),
        c.PrintPost(day=day, centre=HERE),
        c.BeginRun(run="run", title="批量", items=1, centres=(HERE,)),
        c.MoveRun(run="run", to="paused"),
        c.Export(what="台账", chosen="", rows=1, centres=(HERE,)),
        c.Unmask(case=case, reason="核对"),
        c.RotateKey(kind="seal"),
        c.RetireKey(kind="seal", key_id="old"),
        c.AddDraws(draws=(c.DrawEntry("GJTK-2020-0001"),)),
        c.AddSession(centre=HERE, session="S-1"),
        c.LoadStanding(csv=""),
    ]
    return {c.act_name(one): one for one in every}


def _letter(connection, case: str) -> int:
    """A letter of the case on its way: what is announced is published, not mailed."""
    columns = (
        "id, case_number, revision, ordinal, channel, status, message_id, not_before, attempts, changed_at, detail"
    )
    connection.execute(text(f"INSERT INTO deliveries ({columns}, printed) SELECT 1, case_number, revision, ordinal, "
                            "'folder', 'pending', 'm1', '', 0, '', '', false FROM documents LIMIT 1"))  # fmt: skip
    return 1


def test_there_is_a_sample_of_every_act(office: Office) -> None:
    assert set(office.samples) == set(ACTS) - EVENTS


def _expected(name: str, role: Role, centres: frozenset[str] | None, state: AccountState, kind: str) -> type | None:
    """What the table says, read the slow way; in the order in which a refusal comes."""
    act = ACTS[name]
    if state is not AccountState.ACTIVE:
        return AccountNotActive
    if act.reach is not Reach.OWN and role not in act.roles:
        return ActNotAllowed
    if act.reach is Reach.OFFICE and centres is not None:
        return OfficeWide
    if kind == "other token":
        return OutsideScope
    if act.fresh and kind != "fresh":
        return ReauthenticationNeeded
    if act.reach is Reach.CENTRE and centres is not None and HERE not in centres:
        return UnknownSubject
    return None


def _actor(
    office: Office, name: str, role: Role, centres: frozenset[str] | None, state: AccountState, kind: str
) -> Actor:
    at = {"fresh": NOW, "stale": NOW - timedelta(minutes=16)}.get(kind)
    others = frozenset(Scope) - {ACTS[name].scope}
    scopes = {"right token": frozenset({ACTS[name].scope}), "other token": others}.get(kind)
    return Actor(office.accounts[role, state], role.value, frozenset({role}), centres, "s", at, scopes)


@pytest.mark.parametrize("name", sorted(set(ACTS) - EVENTS))
def test_every_act_by_everybody(office: Office, name: str) -> None:
    roles, kinds = tuple(Role)[:5], ("fresh", "stale", "right token", "other token")
    with office.register.database.reading() as connection:
        for role, centres, state, kind in product(roles, CENTRES, AccountState, kinds):
            actor = _actor(office, name, role, centres, state, kind)
            try:
                permitted(connection, office.register.key, actor, office.samples[name], NOW)
                found: type | None = None
            except Refusal as refusal:
                found = type(refusal)
            assert found is _expected(name, role, centres, state, kind), (role, centres, state, kind)


@pytest.mark.parametrize("name", sorted(name for name, act in ACTS.items() if act.reach is Reach.CENTRE))
def test_another_centres_thing_is_told_like_one_that_is_not_there(office: Office, name: str) -> None:
    """Only where the act names a thing; a centre of one's own choosing is named by whoever asks."""
    missing = {
        "withhold_letter": c.WithholdLetter(letter=999_999),
        "retry_letters": c.RetryLetters(letters=(999_999,)),
        "mark_returned": c.MarkReturned(letter=999_999),
        "move_run": c.MoveRun(run="nothing", to="paused"),
        "unmask": c.Unmask(case="4301002020999999"),
        "release_hold": c.ReleaseHold(scope="case", value="4301002020999999"),
    }
    if name not in missing:
        assert office.samples[name].__struct_fields__.count("centre") or name in ("place_hold", "begin_run", "export")
        return
    role = ACTS[name].roles[0]
    actor = _actor(office, name, role, frozenset({THERE}), AccountState.ACTIVE, "fresh")
    told = []
    for command in (missing[name], office.samples[name]):
        with office.register.database.reading() as connection, pytest.raises(UnknownSubject) as refused:
            permitted(connection, office.register.key, actor, command, NOW)
        told.append(str(refused.value).replace(str(refused.value.data["subject"]), ""))
    assert told[0] == told[1]
