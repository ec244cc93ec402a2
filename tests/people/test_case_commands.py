"""Every case command × role × centre, from the rules' own table of senders: who may even try."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from records.store.database import Database
from services.cases import FRESH, as_shown, authored, reach, reached
from services.command_input import INTERNAL
from states.case.commands import COMMANDS, Approve
from states.case.facts import hash_of
from states.case.seconding import check_role
from states.case.table import SENDERS
from states.office.people import Actor, Scope
from states.office.refusals import NoRole, OutsideScope, ReauthenticationNeeded, UnknownCase
from states.refusals import CentreNotQualified, InvalidField, RoleNotAllowed, SamePerson, StaleApproval
from states.words import Role
from tests.caseload import announce, database_at, person, register, send
from tests.people.conftest import NOW

DAY, HERE, THERE = date(2020, 9, 1), "430100", "430200"
FIELDS = {
    "announce": person(1),
    "import_certificate": {**person(1), "certificate_no": "1918010000400123", "issued_on": "2019-06-18"},
    "register": {"fee_fen": 100},
    "hold_exam": {"session": "S-1"},
    "settle_refund": {"bank_ref": "B-1"},
    "convert": {"organisation": "某协会", "number": "S000043000000000000000001"},
    "change_choice": {"choice": "continue_exam"},
    "postpone": {"exam_on": "2020-12-01"},
    "transfer_centre": {"centre": THERE},
}
PEOPLE = sorted(set(COMMANDS) - INTERNAL)


def somebody(*roles: Role, centres: frozenset[str] | None = None, account: str = "a", **more: object) -> Actor:
    return Actor(account, f"人员{account}", frozenset(roles), centres, "s", NOW)


def by(actor: Actor, command: str) -> object:
    return authored(actor, command, FIELDS.get(command, {}), now=NOW, fresh_minutes=15)


@pytest.mark.parametrize(("command", "role"), list(product(PEOPLE, tuple(Role)[:5])))
def test_a_command_carries_its_sender_in_a_role_that_the_rules_then_judge(command: str, role: Role) -> None:
    sent = by(somebody(role), command)
    assert (sent.by, sent.account, sent.role) == ("人员a", "a", role)  # type: ignore[attr-defined]
    if role in SENDERS[command]:
        check_role(sent)  # type: ignore[arg-type]
    else:
        with pytest.raises(RoleNotAllowed):
            check_role(sent)  # type: ignore[arg-type]


@pytest.mark.parametrize("command", PEOPLE)
def test_of_several_roles_the_one_that_carries_the_command_is_taken(command: str) -> None:
    check_role(by(somebody(*tuple(Role)[:5]), command))  # type: ignore[arg-type]


@pytest.mark.parametrize("command", PEOPLE)
def test_an_account_without_a_role_sends_nothing(command: str) -> None:
    with pytest.raises(NoRole):
        by(somebody(), command)


@pytest.mark.parametrize("command", PEOPLE)
def test_the_calendars_role_is_nobodys(command: str) -> None:
    assert by(somebody(*tuple(Role)[:5]), command).role is not Role.CALENDAR  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", PEOPLE)
def test_issuing_and_money_ask_for_a_password_given_just_now(command: str) -> None:
    stale = somebody(*SENDERS[command])
    later = NOW + timedelta(minutes=16)
    if command in FRESH:
        with pytest.raises(ReauthenticationNeeded):
            authored(stale, command, FIELDS.get(command, {}), now=later, fresh_minutes=15)
    else:
        assert authored(stale, command, FIELDS.get(command, {}), now=later, fresh_minutes=15)


@pytest.mark.parametrize("command", PEOPLE)
def test_a_token_that_is_for_something_else_sends_no_command(command: str) -> None:
    program = Actor("a", "人员a", frozenset(SENDERS[command]), None, "t", None, frozenset({Scope.READ, Scope.POST}))
    with pytest.raises(OutsideScope):
        by(program, command)


@pytest.mark.parametrize("command", ["announce", "import_certificate"])
def test_a_case_is_opened_only_at_a_centre_within_reach(command: str) -> None:
    assert by(somebody(Role.CLERK, centres=frozenset({HERE})), command)
    for centres in (frozenset({THERE}), frozenset[str]()):
        with pytest.raises(CentreNotQualified):
            by(somebody(Role.CLERK, centres=centres), command)


@pytest.mark.parametrize("field", ["by", "role", "account"])
def test_nobody_says_of_themselves_who_they_are(field: str) -> None:
    with pytest.raises(InvalidField, match="login"):
        authored(somebody(Role.CLERK), "withdraw", {field: "x"}, now=NOW, fresh_minutes=15)


@pytest.fixture
def cases(tmp_path: Path) -> Database:
    return database_at(tmp_path)


def test_another_centres_case_is_told_like_one_that_is_not_there(cases: Database) -> None:
    number = announce(cases, 1, DAY)
    stranger, clerk = somebody(Role.CLERK, centres=frozenset({THERE})), somebody(Role.CLERK, centres=frozenset({HERE}))
    with cases.reading() as connection:
        assert reached(connection, clerk, number).number == number
        assert reach(connection, clerk, [number]) == [number]
        assert reach(connection, stranger, [number]) == []
        told = []
        for asked in (number, "4301002020999999"):
            with pytest.raises(UnknownCase) as refused:
                reached(connection, stranger, asked)
            told.append(refused.value.message.replace(asked, ""))
    assert told[0] == told[1]


def proposed(cases: Database) -> str:
    """A case with money on it, whose withdrawal waits for a second person."""
    number, today = announce(cases, 1, DAY), DAY
    register(cases, number, today)
    send(cases, number, by(somebody(Role.CLERK, Role.REVIEWER), "withdraw"), today)  # type: ignore[arg-type]
    return number


def approval(cases: Database, actor: Actor, number: str) -> Approve:
    with cases.reading() as connection:
        sent = as_shown(by(actor, "approve"), reached(connection, actor, number))  # type: ignore[arg-type]
    assert isinstance(sent, Approve)
    return sent


def test_one_account_is_one_person_whatever_it_is_called(cases: Database) -> None:
    """The name was changed in between; the account is the same."""
    number = proposed(cases)
    renamed = Actor("a", "另一个名字", frozenset({Role.REVIEWER}), None, "s", NOW)
    with pytest.raises(SamePerson):
        send(cases, number, approval(cases, renamed, number), DAY)
    other = somebody(Role.REVIEWER, account="b")
    assert send(cases, number, approval(cases, other, number), DAY).state == "refunding"


def test_an_approval_is_of_what_was_shown_and_of_nothing_that_came_after(cases: Database) -> None:
    number = proposed(cases)
    second = somebody(Role.REVIEWER, account="b")
    shown = approval(cases, second, number)
    address = authored(somebody(Role.CLERK, account="c"), "correct", {"address": "改了"}, now=NOW, fresh_minutes=15)
    facts = send(cases, number, address, DAY)
    assert (shown.seen_revision, shown.seen_hash) != (facts.revision, hash_of(facts))
    with pytest.raises(StaleApproval):
        send(cases, number, shown, DAY)
    assert send(cases, number, approval(cases, second, number), DAY).state == "refunding"


def test_what_was_shown_may_be_named_in_the_command(cases: Database) -> None:
    number = proposed(cases)
    actor = somebody(Role.REVIEWER, account="b")
    with cases.reading() as connection:
        facts = reached(connection, actor, number)
    named = {"revision": str(facts.revision), "facts": "0" * 64}
    sent = as_shown(authored(actor, "approve", named, now=NOW, fresh_minutes=15), facts)
    with pytest.raises(StaleApproval):
        send(cases, number, sent, DAY)
