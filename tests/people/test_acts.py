"""Acts done, proposed, approved, declined, and what stands in the office ledger afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from records.office.world import policies
from records.people import accounts
from services.acting.doing import Private
from services.acts import Waiting, approve, decline, pending, perform
from services.office_ledger import Done
from services.people import StaffRegister, find_person, instant
from services.sessions import actor_of
from services.signing_in import sign_in
from states.office import commands as c
from states.office.people import Account, Actor, Scope
from states.office.refusals import (
    AccountNotActive,
    AlreadyDecided,
    BadCentre,
    BadPolicy,
    LastAdministrator,
    NoChange,
    SessionEnded,
    StaleProposal,
    UnknownProposal,
    UnknownSubject,
)
from states.refusals import SamePerson
from states.words import Role
from tests.people.conftest import NOW, PASSWORD

Add = Callable[..., Account]


def actor(register: StaffRegister, name: str) -> Actor:
    account = find_person(register, name)
    return Actor(account.id, account.name, account.roles, account.centres, "session", NOW)


def test_one_administrator_acts_alone_and_a_second_is_asked_from_then_on(register: StaffRegister, add: Add) -> None:
    first, clerk = actor(register, "管理甲"), add("张经办", Role.CLERK)
    done = perform(register, first, c.GiveRoles(account=clerk.id, roles=(Role.CLERK, Role.ADMINISTRATOR)), NOW)
    assert isinstance(done, Done)
    second = actor(register, "张经办")
    waiting = perform(
        register, second, c.GiveRoles(account=first.account, roles=(Role.ADMINISTRATOR, Role.REVIEWER)), NOW
    )
    assert isinstance(waiting, Waiting)
    assert find_person(register, "管理甲").roles == {Role.ADMINISTRATOR}
    with pytest.raises(SamePerson):
        approve(register, second, waiting.proposal, waiting.seal, NOW)
    (shown,) = pending(register, first)
    assert (shown.old, shown.new) == ({"roles": ["administrator"]}, {"roles": ["administrator", "reviewer"]})
    assert approve(register, first, shown.proposal, shown.seal, NOW).new == shown.new
    assert find_person(register, "管理甲").roles == {Role.ADMINISTRATOR, Role.REVIEWER}
    with pytest.raises(AlreadyDecided):
        approve(register, first, shown.proposal, shown.seal, NOW)


def test_an_approval_counts_only_for_what_was_shown(register: StaffRegister, add: Add) -> None:
    add("管理乙", Role.ADMINISTRATOR)
    first, second = actor(register, "管理甲"), actor(register, "管理乙")
    waiting = perform(register, first, c.SetPolicies(changes={"choice_days": "45"}), NOW)
    assert isinstance(waiting, Waiting)
    other = perform(register, first, c.SetPolicies(changes={"choice_days": "60"}), NOW)
    assert isinstance(other, Waiting)
    with pytest.raises(StaleProposal):
        approve(register, second, waiting.proposal, other.seal, NOW)
    approve(register, second, other.proposal, other.seal, NOW)
    with pytest.raises(StaleProposal):  # it would now change 60 to 45, and 30 to 45 was shown
        approve(register, second, waiting.proposal, waiting.seal, NOW)
    with register.database.reading() as connection:
        assert policies(connection).choice_days == 60


def test_a_proposal_that_somebody_wrote_into_the_database_does_not_exist(register: StaffRegister, add: Add) -> None:
    from sqlalchemy import text

    add("管理乙", Role.ADMINISTRATOR)
    waiting = perform(register, actor(register, "管理甲"), c.SetPolicies(changes={"choice_days": "45"}), NOW)
    assert isinstance(waiting, Waiting)
    with register.database.writing() as connection:
        connection.execute(text("UPDATE office_proposals SET command = replace(command, '45', '90')"))
    with pytest.raises(UnknownProposal):
        approve(register, actor(register, "管理乙"), waiting.proposal, waiting.seal, NOW)


@pytest.mark.parametrize("state", ["locked", "left"])
def test_whoever_has_left_neither_approves_nor_has_anything_approved(
    register: StaffRegister, add: Add, state: str
) -> None:
    other = add("管理乙", Role.ADMINISTRATOR)
    first, second = actor(register, "管理甲"), actor(register, "管理乙")
    mine = perform(register, first, c.SetPolicies(changes={"choice_days": "45"}), NOW)
    theirs = perform(register, second, c.SetPolicies(changes={"choice_days": "60"}), NOW)
    assert isinstance(mine, Waiting) and isinstance(theirs, Waiting)
    with register.database.writing() as connection:
        accounts.change(connection, register.key, other.id, by="", at=instant(NOW), state=state)
    for who, what in ((second, mine), (first, theirs)):
        with pytest.raises(AccountNotActive):
            approve(register, who, what.proposal, what.seal, NOW)


def test_what_was_proposed_may_be_declined_or_taken_back(register: StaffRegister, add: Add) -> None:
    add("管理乙", Role.ADMINISTRATOR)
    first, second = actor(register, "管理甲"), actor(register, "管理乙")
    for who in (first, second):
        waiting = perform(register, first, c.SetPolicies(changes={"choice_days": "45"}), NOW)
        assert isinstance(waiting, Waiting)
        decline(register, who, waiting.proposal, "再议", NOW)
        with pytest.raises(AlreadyDecided):
            approve(register, second, waiting.proposal, waiting.seal, NOW)
    assert pending(register, first) == []


def test_locking_the_other_administrator_is_no_way_to_act_alone(register: StaffRegister, add: Add) -> None:
    other = add("管理乙", Role.ADMINISTRATOR)
    first = actor(register, "管理甲")
    perform(register, first, c.LockOperator(account=other.id), NOW)
    assert isinstance(perform(register, first, c.SetPolicies(changes={"choice_days": "45"}), NOW), Waiting)


def test_the_last_administrator_stays(register: StaffRegister) -> None:
    first = actor(register, "管理甲")
    for command in (
        c.GiveRoles(account=first.account, roles=(Role.CLERK,)),
        c.LockOperator(account=first.account),
        c.LeaveOperator(account=first.account),
    ):
        with pytest.raises(LastAdministrator):
            perform(register, first, command, NOW)


def test_a_person_is_added_without_roles_and_signs_in_once_they_are_given(register: StaffRegister) -> None:
    first = actor(register, "管理甲")
    added = perform(register, first, c.AddOperator(name="张经办", centres=("430100",)), NOW, Private(password=PASSWORD))
    assert isinstance(added, Done)
    perform(register, first, c.GiveRoles(account=added.result.id, roles=(Role.CLERK,)), NOW)
    session = sign_in(register, "张经办", PASSWORD, address="10.0.0.8", client="", now=NOW)
    assert (session.actor.roles, session.actor.centres) == ({Role.CLERK}, {"430100"})


def test_locking_resetting_and_leaving_end_every_session(register: StaffRegister, add: Add) -> None:
    first, clerk = actor(register, "管理甲"), add("张经办", Role.CLERK)
    for command, private in (
        (c.ResetOperator(account=clerk.id), Private(password=PASSWORD + "新")),
        (c.EndSessions(account=clerk.id), Private()),
    ):
        password = PASSWORD if isinstance(command, c.ResetOperator) else PASSWORD + "新"
        token = sign_in(register, "张经办", password, address="10.0.0.8", client="", now=NOW).token
        perform(register, first, command, NOW, private)
        with pytest.raises(SessionEnded):
            actor_of(register, token, NOW)


def test_a_reset_mends_an_altered_account_and_leaves_it_nothing(register: StaffRegister, add: Add) -> None:
    from sqlalchemy import text

    clerk = add("张经办", Role.CLERK)
    with register.database.writing() as connection:
        connection.execute(text("INSERT INTO account_roles VALUES (:id, 'finance')"), {"id": clerk.id})
    reset = c.ResetOperator(account=clerk.id)
    perform(register, actor(register, "管理甲"), reset, NOW, Private(password=PASSWORD + "新"))
    mended = find_person(register, "张经办")
    assert (mended.roles, mended.centres) == (frozenset(), frozenset())


def test_a_reset_by_two_keeps_the_password_from_the_ledger(register: StaffRegister, add: Add) -> None:
    clerk, _ = add("张经办", Role.CLERK), add("管理乙", Role.ADMINISTRATOR)
    reset = c.ResetOperator(account=clerk.id)
    waiting = perform(register, actor(register, "管理甲"), reset, NOW, Private(password="新的口令啊 很长很长"))
    assert isinstance(waiting, Waiting)
    approve(register, actor(register, "管理乙"), waiting.proposal, waiting.seal, NOW)
    assert sign_in(register, "张经办", "新的口令啊 很长很长", address="10.0.0.8", client="", now=NOW)
    dump = "".join(str(row) for table in ("office_proposals", "accounts") for row in rows(register, table))
    assert "新的口令" not in dump


def rows(register: StaffRegister, table: str) -> list[object]:
    from sqlalchemy import text

    with register.database.reading() as connection:
        return list(connection.execute(text(f"SELECT * FROM {table}")))


def test_one_changes_ones_own_password_and_keeps_only_this_session(register: StaffRegister, add: Add) -> None:
    add("张经办", Role.CLERK)
    here, there = (
        sign_in(register, "张经办", PASSWORD, address="10.0.0.8", client="", now=NOW).token for _ in range(2)
    )
    mine = actor_of(register, here, NOW)
    perform(register, mine, c.ChangePassword(), NOW, Private(password=PASSWORD, new_password="新的口令啊 很长很长"))
    assert actor_of(register, here, NOW)
    with pytest.raises(SessionEnded):
        actor_of(register, there, NOW)
    assert sign_in(register, "张经办", "新的口令啊 很长很长", address="10.0.0.8", client="", now=NOW)


def test_a_token_acts_for_its_owner_until_it_is_revoked(register: StaffRegister, add: Add) -> None:
    add("张经办", Role.CLERK)
    owner = actor(register, "张经办")
    made = perform(register, owner, c.CreateToken(name="打印", scopes=(Scope.POST,), days=30), NOW)
    assert isinstance(made, Done)
    assert actor_of(register, made.result.token, NOW).scopes == {Scope.POST}
    with pytest.raises(SessionEnded, match="过期"):
        actor_of(register, made.result.token, NOW + timedelta(days=31))
    perform(register, owner, c.RevokeToken(token=made.result.id), NOW)
    with pytest.raises(SessionEnded, match="撤销"):
        actor_of(register, made.result.token, NOW)


def test_policies_and_days_are_changed_with_old_and_new(register: StaffRegister) -> None:
    first = actor(register, "管理甲")
    done = perform(register, first, c.SetPolicies(changes={"choice_days": "45", "reminders": "10，3"}), NOW)
    assert isinstance(done, Done)
    assert (done.old["choice_days"], done.new) == (30, {"choice_days": 45, "reminders": (10, 3)})
    for wrong in ({"choice_days": "0"}, {"nothing": "1"}, {"exceptions": "{}"}, {"choice_days": "很多"}):
        with pytest.raises(BadPolicy):
            perform(register, first, c.SetPolicies(changes=wrong), NOW)
    with pytest.raises(NoChange):
        perform(register, first, c.SetPolicies(changes={"choice_days": "45"}), NOW)
    day = date(2027, 2, 6)
    perform(register, first, c.SetHoliday(day=day, workday=True, name="调休"), NOW)
    cleared = perform(register, first, c.ClearHoliday(day=day), NOW)
    assert isinstance(cleared, Done)
    assert cleared.old == {"workday": True, "name": "调休"}
    with pytest.raises(UnknownSubject):
        perform(register, first, c.ClearHoliday(day=day), NOW)


def test_centres_are_added_changed_and_closed(register: StaffRegister) -> None:
    from records.office.centres import registered
    from states.reference.centres import centres

    first, shipped = actor(register, "管理甲"), len(centres())
    columns = {
        "short": "浏鉴", "name": "浏阳市职业技能鉴定所", "address": "湖南省浏阳市示例路1号", "phone": "0731-80000051",
        "hotline": "0731-80000059", "area": "18", "city": "01", "body_type": "2", "body_serial": "001",
    }  # fmt: skip
    columns |= {"organisation": "浏阳市技能人才评价协会"}
    perform(register, first, c.AddCentre(code="430181", columns=columns), NOW)
    with pytest.raises(BadCentre):
        perform(register, first, c.AddCentre(code="430181", columns=columns), NOW)
    with pytest.raises(BadCentre, match="相同"):
        perform(register, first, c.AddCentre(code="430182", columns=columns), NOW)
    with pytest.raises(BadCentre, match="body_type"):
        perform(register, first, c.ChangeCentre(code="430181", columns={"body_type": "5"}), NOW)
    changed = perform(register, first, c.ChangeCentre(code="430181", columns={"phone": "0731-80000052"}), NOW)
    assert isinstance(changed, Done)
    assert changed.new == {"phone": "0731-80000052"}
    with pytest.raises(BadCentre):
        perform(register, first, c.CloseCentre(code="430181", successor="430181"), NOW)
    perform(register, first, c.CloseCentre(code="430181", successor="430100"), NOW)
    with register.database.reading() as connection:
        held = registered(connection)
    assert len(held) == shipped + 1
    assert (held["430181"].closed_on, held["430181"].successor) == (NOW.date(), "430100")
