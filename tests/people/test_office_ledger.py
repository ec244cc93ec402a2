"""What stands in the office's ledger and in the program's log of who came, went, and was refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from records.ledger.office import RecordedAct, acts
from services.acts import perform
from services.people import StaffRegister
from services.sessions import actor_of, sign_out
from services.signing_in import reauthenticate, sign_in
from states.office import commands as c
from states.office.people import Account
from states.office.refusals import ActNotAllowed, SignInFailed
from states.words import Role
from tests.people.conftest import NOW, PASSWORD

Add = Callable[..., Account]


def written(register: StaffRegister) -> list[RecordedAct]:
    """Oldest first."""
    with register.database.reading() as connection:
        return acts(connection, limit=100)[::-1]


def test_every_way_in_and_out_is_on_record(register: StaffRegister, add: Add) -> None:
    account = add("张经办", Role.CLERK)
    here = {"address": "10.0.0.8", "client": "test"}
    for name in ("张经办", "没有此人"):
        with pytest.raises(SignInFailed):
            sign_in(register, name, "不是这个口令啊啊啊", now=NOW, **here)
    token = sign_in(register, "张经办", PASSWORD, now=NOW, **here).token
    token = reauthenticate(register, token, PASSWORD, address="10.0.0.8", now=NOW + timedelta(minutes=1)).token
    sign_out(register, token, NOW + timedelta(minutes=2))
    sign_out(register, token, NOW + timedelta(minutes=3))  # it is over already
    told = [(one.act, one.account) for one in written(register)][1:]
    ways = ("sign_in_failed", "sign_in", "reauthenticate", "sign_out")
    assert told == [(act, account.id) for act in ways]  # a name that is nobody's may be a password: it is not kept
    assert all("不是这个口令" not in str(one) and PASSWORD not in str(one) for one in written(register))


def test_a_refused_act_leaves_a_line_in_the_log(
    register: StaffRegister, add: Add, caplog: pytest.LogCaptureFixture
) -> None:
    account = add("张经办", Role.CLERK)
    actor = actor_of(register, sign_in(register, "张经办", PASSWORD, address="x", client="", now=NOW).token, NOW)
    before = len(written(register))
    with pytest.raises(ActNotAllowed):
        perform(register, actor, c.LockOperator(account=account.id), NOW)
    assert f"lock_operator refused to account {account.id}: ActNotAllowed" in caplog.text
    assert "张经办" not in caplog.text
    assert len(written(register)) == before
