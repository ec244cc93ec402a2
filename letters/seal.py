"""The seal: a short signed code that says what a letter is, and that anybody with the public key can check.

It names the kind of document, its number, date and case and the whole hash of its data; never a person (design §4).

    version 2 · flags 1 · kind 1 · date 3 (proleptic ordinal) · data hash 32 · case 7 · number · Ed25519 64

Version 1, on letters printed before, named no kind and ten bytes of the hash:

    version 1 · flags 1 · date 3 · data hash 10 · length and number · length and case · Ed25519 64
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

VERSION = 2
_REHEARSAL = 1
_HEAD, _CASE = 6, 7  # bytes before the hash; of a case number, which has sixteen digits
_OLD_HASH = 10
_SIGNATURE = 64
_DOMAIN = b"jianding letter seal\0"  # a signature of ours over anything else is never a seal


# A code is printed for decades: what stands for a kind never changes, a new kind goes to the end.
KIND_CODES: tuple[str, ...] = (
    "announcement", "registration_receipt", "exit_notice", "choice_reminder", "choice_confirmation", "refund_notice",
    "exam_result", "certificate_collection", "certificate", "conversion_notice", "reissue_notice",
    "certificate_information_letter", "closure_notice", "data_audit_form", "admission_ticket", "exam_arrangement",
    "reinstatement_notice", "rejection_notice", "postponement_notice", "revocation_notice", "exchange_notice",
)  # fmt: skip


class SealedFacts(msgspec.Struct, frozen=True):
    """What a genuine code says. `data_hash` is the letter's data hash, its first twenty digits in a code of version 1,
    which names no `kind` either. A letter about nobody in particular has an empty `case`.
    """

    kind: str
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
    raise SealNotGenuine("签名不是本中心所签", complete=True)


def _payload(data: LetterData, hash_hex: str) -> bytes:
    return b"".join(
        (
            bytes((VERSION, _REHEARSAL if data.rehearsal else 0, KIND_CODES.index(data.kind))),
            data.on.toordinal().to_bytes(3, "big"),
            bytes.fromhex(hash_hex),
            int(data.case or 0).to_bytes(_CASE, "big"),
            data.number.encode("gb18030"),
        )
    )


def _facts(payload: bytes) -> SealedFacts:
    """What a payload says, whoever signed it. Raises ValueError or IndexError."""
    return _READERS[payload[0]](payload) if payload[0] in _READERS else _unknown(payload)


def _unknown(payload: bytes) -> SealedFacts:
    raise ValueError(f"unknown version {payload[0]}")


def _facts_2(payload: bytes) -> SealedFacts:
    at = _HEAD + 32
    if len(payload) < at + _CASE:
        raise ValueError("length")
    case = int.from_bytes(payload[at : at + _CASE], "big")
    return SealedFacts(
        kind=KIND_CODES[payload[2]],
        number=payload[at + _CASE :].decode("gb18030"),
        on=date.fromordinal(int.from_bytes(payload[3:_HEAD], "big")),
        case=f"{case:016d}" if case else "",
        data_hash=payload[_HEAD:at].hex(),
        rehearsal=bool(payload[1] & _REHEARSAL),
    )


def _facts_1(payload: bytes) -> SealedFacts:
    at = 5 + _OLD_HASH
    number = payload[at + 1 : at + 1 + payload[at]]
    rest = payload[at + 1 + len(number) :]
    case = rest[1:]
    if len(case) != rest[0]:
        raise ValueError("length")
    return SealedFacts(
        kind="",
        number=number.decode("gb18030"),
        on=date.fromordinal(int.from_bytes(payload[2:5], "big")),
        case=case.decode("gb18030"),
        data_hash=payload[5:at].hex(),
        rehearsal=bool(payload[1] & _REHEARSAL),
    )


_READERS = {1: _facts_1, 2: _facts_2}
