"""Passwords: which ones are accepted, how they are kept, and how one is compared."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from records.people.seals import peppered
from states.office.refusals import WeakPassword

SHORTEST, LONGEST = 10, 256
LEAST_SCORE = 3
"""Of zxcvbn's 0 to 4: safe from a thief of the database who has the key, too."""
OWN_WORDS = ("jianding", "鉴定", "职业技能鉴定", "职业资格", "湖南", "人社")
"""An office's own words, beside the account's: a password made of these alone is guessed first."""
_LOOKED_AT = 72  # characters that the estimate reads: what comes after makes a password no weaker
_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """What a name without an account is compared with: it takes as long, so that names are not told apart by time."""
    return _hasher.hash("nobody")


def hash_password(key: bytes, account: str, password: str, known: tuple[str, ...]) -> str:
    """What is kept of a new password. `known`: the account's own words (name, staff number). Raises WeakPassword."""
    _check(password, known)
    return _hasher.hash(peppered(key, account, _normal(password)))


def matches(key: bytes, account: str, password: str, kept: str) -> bool:
    """Whether `password` is the account's; takes as long for an account that has none, or is not there."""
    try:
        return _hasher.verify(kept or _nobody(), peppered(key, account, _normal(password)))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """One way of writing each character, as input methods differ; nothing is cut off and no case is changed."""
    return unicodedata.normalize("NFKC", password)


def _check(password: str, known: tuple[str, ...]) -> None:
    """Of any composition, long enough, and not among the first guesses: no rules about kinds of characters."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise WeakPassword(why=f"至少 {SHORTEST} 个字符；几个不相干的词连起来既长又好记")
    if len(plain) > LONGEST:
        raise WeakPassword(why=f"至多 {LONGEST} 个字符")
    from zxcvbn import zxcvbn  # thirty thousand common passwords: a fifth of a second, needed only here

    words = [word for word in (*known, *OWN_WORDS) if word]
    if zxcvbn(plain[:_LOOKED_AT], user_inputs=words)["score"] < LEAST_SCORE:
        raise WeakPassword(why="太容易猜到（常见口令、键盘顺序、本人或本单位的名称）；请用几个不相干的词连起来")
