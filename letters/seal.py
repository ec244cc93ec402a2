"""The seal: a short signed code that says what a letter is, and that anybody with the public key can check.

It names the document, its date, its case and a prefix of the data hash; never a person (design §4).

    version 1 · flags 1 · date 3 (proleptic ordinal) · data hash 10 · length and number · length and case · Ed25519 64
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from letters.failures import SealNotGenuine
from letters.model import LetterData, data_hash
from states import crockford
from storage.key_files import KeyFile

VERSION = 1
HASH_BYTES = 10
_REHEARSAL = 1
_SIGNATURE = 64
_DOMAIN = b"jianding letter seal\0"  # a signature of ours over anything else is never a seal


class SealedFacts(msgspec.Struct, frozen=True):
    """What a genuine code says. `data_hash` is the first twenty hex digits of the letter's data hash."""

    number: str
    on: date
    case: str
    data_hash: str
    rehearsal: bool


class Signer:
    """Holds the private key. Ed25519 is deterministic: the same letter always gets the same code."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key: bytes = key.public_key().public_bytes_raw()

    @classmethod
    def fresh(cls) -> Signer:
        """A signer of this process alone, whose letters nobody will ever take for genuine."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def of(cls, held: KeyFile) -> Signer:
        """The signer of the newest key of a key file."""
        return cls(Ed25519PrivateKey.from_private_bytes(held.newest.secret))

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of anything that is not a letter, for instance a ledger checkpoint."""
        return self._key.sign(message)

    def code(self, data: LetterData, hash_hex: str = "") -> str:
        """The signed code of the letter that `data` makes. `hash_hex` is its data hash, if already known."""
        payload = _payload(data, hash_hex or data_hash(data))
        return crockford.encode(payload + self._key.sign(_DOMAIN + payload))


def verify_code(text: str, public_keys: Iterable[bytes]) -> SealedFacts:
    """What the code says, if one of `public_keys` (raw Ed25519, 32 bytes each) signed it. Raises SealNotGenuine.

    `text` may be the whole address a QR holds: only what follows its last slash counts.
    """
    try:
        whole = crockford.decode(text.strip().rpartition("/")[2])
        payload, signature = whole[:-_SIGNATURE], whole[-_SIGNATURE:]
        facts = _facts(payload)
    except (ValueError, IndexError) as error:
        raise SealNotGenuine("防伪码不完整或抄录有误") from error
    for key in public_keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, _DOMAIN + payload)
        except InvalidSignature:
            continue
        return facts
    raise SealNotGenuine("签名不是本中心所签")


def _payload(data: LetterData, hash_hex: str) -> bytes:
    number, case = data.number.encode("gb18030"), data.case.encode("gb18030")
    return b"".join(
        (
            bytes((VERSION, _REHEARSAL if data.rehearsal else 0)),
            data.on.toordinal().to_bytes(3, "big"),
            bytes.fromhex(hash_hex[: 2 * HASH_BYTES]),
            bytes((len(number),)),
            number,
            bytes((len(case),)),
            case,
        )
    )


def _facts(payload: bytes) -> SealedFacts:
    if len(payload) < 17 or payload[0] != VERSION:
        raise ValueError("unknown version")
    at = 5 + HASH_BYTES
    number = payload[at + 1 : at + 1 + payload[at]]
    rest = payload[at + 1 + len(number) :]
    case = rest[1:]
    if len(case) != rest[0]:
        raise ValueError("length")
    return SealedFacts(
        number=number.decode("gb18030"),
        on=date.fromordinal(int.from_bytes(payload[2:5], "big")),
        case=case.decode("gb18030"),
        data_hash=payload[5:at].hex(),
        rehearsal=bool(payload[1] & _REHEARSAL),
    )
