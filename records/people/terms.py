"""The terms of signing in that are in force: sealed, since whoever loosens them opens the door."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from records.office.settings import put_setting, setting
from records.people.seals import keyed, same
from states.office.people import SignInPolicies

_NAME = "sign_in"


class _Sealed(msgspec.Struct, frozen=True):
    terms: SignInPolicies
    seal: str


def sign_in_policies(connection: Connection, key: bytes) -> SignInPolicies:
    """What an office has set; the defaults, which are strict, where nobody set any or somebody without the key did."""
    held = _written(connection)
    return held.terms if held and same(held.seal, _seal(key, held.terms)) else SignInPolicies()


def written_policies(connection: Connection) -> SignInPolicies:
    """What is written, its seal unchecked: to be looked at, never to be gone by."""
    held = _written(connection)
    return held.terms if held else SignInPolicies()


def put_sign_in_policies(connection: Connection, key: bytes, terms: SignInPolicies) -> None:
    """Puts these terms in force."""
    put_setting(connection, _NAME, msgspec.json.encode(_Sealed(terms, _seal(key, terms))).decode())


def _written(connection: Connection) -> _Sealed | None:
    value = setting(connection, _NAME)
    try:
        return msgspec.json.decode(value, type=_Sealed) if value else None
    except msgspec.MsgspecError:
        return None


def _seal(key: bytes, terms: SignInPolicies) -> str:
    return keyed(key, "sign-in", msgspec.json.encode(terms).decode())
