"""Acts on the register of people."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from records.people import accounts, sessions
from records.people.terms import put_sign_in_policies, sign_in_policies
from services.acting.changes import changed
from services.acting.doing import Change, Doing, Way, Ways
from services.passwords import hash_password, matches
from services.people import held, new_account
from services.second_factor import enrolled
from services.service_tokens import make_token
from states.office import commands as c
from states.office.people import ACCOUNT_STATE_NAMES, Account, AccountState
from states.office.refusals import AccountNotActive, BadAccount, LastAdministrator, NoChange, SignInFailed, UnknownToken
from states.words import Role


def _add(doing: Doing, command: c.AddOperator) -> Change:
    connection, key, by = doing.connection, doing.key, doing.actor.name
    id_ = new_account(
        connection, key, name=command.name, staff_number=command.staff_number, password=doing.private.password,
        by=by, now=doing.now,
    )  # fmt: skip
    accounts.set_centres(connection, key, id_, command.centres, by=by, at=doing.at)
    person = _person(doing, id_)
    new = {"account": id_, "name": person.name, "staff_number": command.staff_number, "centres": _list(person.centres)}
    return Change(person.name, None, new, person)


def _give_roles(doing: Doing, command: c.GiveRoles) -> Change:
    person = _staff(doing, command.account)
    if Role.CALENDAR in command.roles:
        raise BadAccount(why="日历不是人员的角色")
    if Role.ADMINISTRATOR not in command.roles:
        _keep_one_administrator(doing.connection, person)
    old, new = sorted(person.roles), sorted(set(command.roles))
    _unless_same(person, old, new)
    accounts.set_roles(doing.connection, doing.key, person.id, new, by=doing.actor.name, at=doing.at)
    return Change(person.name, {"roles": old}, {"roles": new}, _person(doing, person.id))


def _set_centres(doing: Doing, command: c.SetCentres) -> Change:
    person = _staff(doing, command.account)
    old, new = _list(person.centres), None if command.centres is None else sorted(set(command.centres))
    _unless_same(person, old, new)
    accounts.set_centres(doing.connection, doing.key, person.id, new, by=doing.actor.name, at=doing.at)
    return Change(person.name, {"centres": old}, {"centres": new}, _person(doing, person.id))


def _lock(doing: Doing, command: c.LockOperator) -> Change:
    return _move(doing, command.account, (AccountState.ACTIVE,), AccountState.LOCKED, "账户已锁定")


def _unlock(doing: Doing, command: c.UnlockOperator) -> Change:
    return _move(doing, command.account, (AccountState.LOCKED,), AccountState.ACTIVE, "")


def _leave(doing: Doing, command: c.LeaveOperator) -> Change:
    return _move(doing, command.account, (AccountState.ACTIVE, AccountState.LOCKED), AccountState.LEFT, "已离职")


def _move(doing: Doing, account: str, sources: tuple[AccountState, ...], dest: AccountState, ending: str) -> Change:
    person = _person(doing, account)
    if person.state not in sources:
        raise NoChange(subject=person.name)
    if dest is not AccountState.ACTIVE:
        _keep_one_administrator(doing.connection, person)
        sessions.end(doing.connection, doing.at, ending, account=person.id)
    accounts.change(doing.connection, doing.key, person.id, by=doing.actor.name, at=doing.at, state=dest.value)
    return Change(person.name, {"state": person.state}, {"state": dest}, _person(doing, person.id))


def _reset(doing: Doing, command: c.ResetOperator) -> Change:
    """Also for an account whose seal is broken: it is sealed anew without roles, which are to be given again."""
    connection, key = doing.connection, doing.key
    broken = accounts.broken(connection, key, command.account)
    if broken:
        accounts.strip(connection, key, command.account, by=doing.actor.name, at=doing.at)
    person = _staff(doing, command.account)
    kept = hash_password(key, person.id, doing.private.password, (person.name, person.staff_number))
    columns = {"password_hash": kept, "totp_secret": ""}
    accounts.change(connection, key, person.id, by=doing.actor.name, at=doing.at, **columns)
    sessions.end(connection, doing.at, "口令已重置", account=person.id)
    old = {"second_factor": person.second_factor, "altered": broken}
    return Change(person.name, old, {"second_factor": False}, _person(doing, person.id))


def _change_password(doing: Doing, _: c.ChangePassword) -> Change:
    key, actor = doing.key, doing.actor
    person = held(doing.connection, key, account=actor.account)
    if not matches(key, actor.account, doing.private.password, person.password_hash):
        raise SignInFailed
    known = (person.account.name, person.account.staff_number)
    kept = hash_password(key, actor.account, doing.private.new_password, known)
    accounts.change(doing.connection, key, actor.account, by=actor.name, at=doing.at, password_hash=kept)
    sessions.end(doing.connection, doing.at, "口令已修改", account=actor.account, but=actor.session)
    return Change(actor.name, None, None)


def _enrol(doing: Doing, _: c.EnrolSecondFactor) -> Change:
    actor, private = doing.actor, doing.private
    columns = enrolled(doing.key, actor.account, private.ticket, private.code, doing.now)
    accounts.change(doing.connection, doing.key, actor.account, by=actor.name, at=doing.at, **columns._asdict())
    sessions.end(doing.connection, doing.at, "动态码已设置", account=actor.account, but=actor.session)
    return Change(actor.name, None, {"second_factor": True})


def _create_token(doing: Doing, command: c.CreateToken) -> Change:
    made = make_token(
        doing.connection, doing.key, _person(doing, doing.actor.account), name=command.name, scopes=command.scopes,
        centres=command.centres, days=command.days, by=doing.actor.name, now=doing.now,
    )  # fmt: skip
    new = {"token": made.id, "scopes": sorted(command.scopes), "centres": command.centres, "until": made.expires_at}
    return Change(command.name, None, new, made)


def _revoke_token(doing: Doing, command: c.RevokeToken) -> Change:
    found = {token.id: token for token in sessions.list_tokens(doing.connection)}.get(command.token)
    mine = found is not None and found.account_id == doing.actor.account
    if found is None or not (mine or Role.ADMINISTRATOR in doing.actor.roles):
        raise UnknownToken(token=command.token)
    if not sessions.revoke_token(doing.connection, found.id, doing.actor.name, doing.at):
        raise NoChange(subject=command.token)
    return Change(found.name, {"token": found.id, "revoked": False}, {"token": found.id, "revoked": True})


def _end_sessions(doing: Doing, command: c.EndSessions) -> Change:
    person = _person(doing, command.account)
    ended = sessions.end(doing.connection, doing.at, "管理员已结束", account=person.id)
    return Change(person.name, {"sessions": ended}, {"sessions": 0}, ended)


def _set_sign_in(doing: Doing, command: c.SetSignIn) -> Change:
    before = sign_in_policies(doing.connection, doing.key)
    after = changed(before, command.changes)
    put_sign_in_policies(doing.connection, doing.key, after)
    return Change("登录规定", msgspec.to_builtins(before), msgspec.to_builtins(after), after)


def _person(doing: Doing, account: str) -> Account:
    return held(doing.connection, doing.key, account=account).account


def _staff(doing: Doing, account: str) -> Account:
    """Somebody who has not left: whoever has is given nothing any more."""
    person = _person(doing, account)
    if person.state is AccountState.LEFT:
        raise AccountNotActive(name=person.name, state_name=ACCOUNT_STATE_NAMES[person.state])
    return person


def _keep_one_administrator(connection: Connection, person: Account) -> None:
    admin = Role.ADMINISTRATOR in person.roles and person.state is AccountState.ACTIVE
    if admin and accounts.count_administrators(connection) == 1:
        raise LastAdministrator(name=person.name)


def _unless_same(person: Account, old: object, new: object) -> None:
    if old == new:
        raise NoChange(subject=person.name)


def _list(centres: frozenset[str] | None) -> list[str] | None:
    return None if centres is None else sorted(centres)


PEOPLE: Ways = {
    c.AddOperator: Way(_add),
    c.GiveRoles: Way(_give_roles),
    c.SetCentres: Way(_set_centres),
    c.LockOperator: Way(_lock),
    c.UnlockOperator: Way(_unlock),
    c.LeaveOperator: Way(_leave),
    c.ResetOperator: Way(_reset),
    c.ChangePassword: Way(_change_password),
    c.EnrolSecondFactor: Way(_enrol),
    c.CreateToken: Way(_create_token),
    c.RevokeToken: Way(_revoke_token),
    c.EndSessions: Way(_end_sessions),
    c.SetSignIn: Way(_set_sign_in),
}
