"""The second factor: six digits every thirty seconds (RFC 6238), each good for one sign-in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import pyotp
from sqlalchemy import Connection

from records.people import accounts
from records.people.accounts import Held
from records.people.seals import SealBroken, open_secret, seal_secret
from services.people import StaffRegister
from states.office.people import Actor
from states.office.refusals import SignInFailed

_STEP_SECONDS = 30
_NEIGHBOURS = (0, -1, 1)  # a clock may be half a minute off


class Enrolment(NamedTuple):
    """A second factor about to be set up: the secret for the authenticator, as an address too; `ticket` comes back."""

    secret: str
    uri: str
    ticket: str


class Enrolled(NamedTuple):
    """The columns of an account whose second factor is set up."""

    totp_secret: str
    totp_last_step: int


def begin_enrolment(register: StaffRegister, actor: Actor) -> Enrolment:
    """A new secret for `actor`; nothing is in force until EnrolSecondFactor is performed with a code made from it."""
    secret = pyotp.random_base32()
    uri = pyotp.TOTP(secret).provisioning_uri(name=actor.name, issuer_name="Jianding 鉴定")
    return Enrolment(secret, uri, seal_secret(register.key, actor.account, secret))


def enrolled(key: bytes, account: str, ticket: str, code: str, now: datetime) -> Enrolled:
    """What the account is to hold, if `code` is made from the secret of `ticket`. Raises SignInFailed."""
    try:
        secret = open_secret(key, account, ticket)
    except SealBroken as broken:
        raise SignInFailed from broken
    step = _step_of(secret, code, now)
    if step is None:
        raise SignInFailed
    return Enrolled(seal_secret(key, account, secret), step)


def take_code(connection: Connection, key: bytes, person: Held, code: str, now: datetime) -> bool:
    """Whether `code` is right, and was not used before; from now on it is used."""
    secret = open_secret(key, person.account.id, person.totp_secret)
    step = _step_of(secret, code, now)
    return step is not None and accounts.use_step(connection, person.account.id, step)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of time whose code this is."""
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // _STEP_SECONDS
    tidy = "".join(code.split())
    for step in (current + near for near in _NEIGHBOURS):
        if pyotp.utils.strings_equal(tidy, totp.generate_otp(step)):
            return step
    return None
