"""Passwords: which ones are accepted, how they are kept, and how one is compared."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from records.people.seals import peppered
from states.office.names import folded
from states.office.refusals import WeakPassword

SHORTEST, LONGEST = 10, 256
_DIFFERENT = 5
# The first guesses of every cracking list that are long enough to pass; an office's own words are added per account.
_LIST = """
1234567890 0123456789 0987654321 1234567891 12345678910 123456789a a123456789 1qaz2wsx3edc 1q2w3e4r5t
1q2w3e4r5t6y qwertyuiop qwerty12345 qwerty123456 asdfghjkl; password12 password123 password1234 password12345
p@ssw0rd123 passw0rd123 administrator admin12345 admin123456 adminadmin iloveyou123 woaini1314 woaini1314520
5201314520 letmein123 welcome123 changeme123 abcdefghij abcd123456 abc1234567 aa12345678 qq123456789 zxcvbnm123
1029384756 9876543210 147258369a 1357924680 dragon12345 sunshine123 football123 princess123 computer123
internet123
"""
_GUESSED_FIRST = frozenset(_LIST.split())
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
    return unicodedata.normalize("NFKC", password)


def _check(password: str, known: tuple[str, ...]) -> None:
    plain = _normal(password).casefold()
    if len(plain) < SHORTEST:
        raise WeakPassword(why=f"至少 {SHORTEST} 个字符；几个不相干的词连起来既长又好记")
    if len(plain) > LONGEST:
        raise WeakPassword(why=f"至多 {LONGEST} 个字符")
    if len(set(plain)) < _DIFFERENT or plain in _GUESSED_FIRST:
        raise WeakPassword(why="太常见，会被最先猜到")
    for word in (*known, "jianding", "职业技能鉴定"):
        if word and folded(word) in folded(plain) and len(folded(plain).replace(folded(word), "")) < SHORTEST - 1:
            raise WeakPassword(why=f"不能只是“{word}”加几个字符")
