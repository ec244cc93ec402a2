"""What stands between the database and its people: keyed hashes, under a key that the database does not hold.

Whoever can write the database, but has not the key, can neither make a session, nor give an account another's
password, nor a role: the row's seal would not fit.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_encode = msgspec.json.Encoder(order="deterministic").encode
SEALED = ("id", "name", "folded", "staff_number", "state", "all_centres", "password_hash", "totp_secret")
_NONCE = 12


class SealBroken(Exception):
    """What was read is not what was written under this key."""


def keyed(key: bytes, purpose: str, *parts: str) -> str:
    """HMAC-SHA256 in hexadecimal over `parts`, of use for `purpose` alone."""
    return hmac.new(key, _encode((purpose, *parts)), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Whether two hashes are equal, in a time that does not tell how far."""
    return hmac.compare_digest(left, right)


class NewToken(NamedTuple):
    """A token nobody can guess: `whole` is what its holder shows, `id` where its row is found."""

    whole: str
    id: str


def new_token(prefix: str) -> NewToken:
    """A new one: `prefix`, the id of its row, 256 random bits."""
    id_ = secrets.token_hex(8)
    return NewToken(f"{prefix}{id_}_{secrets.token_urlsafe(32)}", id_)


def id_in(token: str, prefix: str) -> str:
    """The id that a token names."""
    return token.removeprefix(prefix).partition("_")[0]


def peppered(key: bytes, account: str, password: str) -> str:
    """What is given to Argon2 for `password`: bound to its account, and to the key."""
    return keyed(key, "password", account, password)


def account_seal(key: bytes, row: Any, roles: Iterable[str], centres: Iterable[str]) -> str:
    """The seal of an account's row with its roles and centres."""
    columns = [str(row[name]) if name != "all_centres" else str(bool(row[name])) for name in SEALED]
    return keyed(key, "account", *columns, ",".join(sorted(roles)), ",".join(sorted(centres)))


def seal_secret(key: bytes, account: str, secret: str) -> str:
    """`secret` encrypted for its account."""
    nonce = secrets.token_bytes(_NONCE)
    return b64encode(nonce + _cipher(key).encrypt(nonce, secret.encode(), account.encode())).decode()


def open_secret(key: bytes, account: str, sealed: str) -> str:
    """What `seal_secret` encrypted. Raises SealBroken."""
    whole = b64decode(sealed)
    try:
        return _cipher(key).decrypt(whole[:_NONCE], whole[_NONCE:], account.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken(account) from error


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(hmac.new(key, b"secrets", hashlib.sha256).digest())
