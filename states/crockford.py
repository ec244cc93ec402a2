"""Crockford's base 32: upper-case, without I, L, O and U, fit for the alphanumeric segment of a QR code."""

from __future__ import annotations

import base64

_RFC = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ALPHABET = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO = bytes.maketrans(_RFC, ALPHABET)
_FROM = bytes.maketrans(ALPHABET, _RFC)
_MISREAD = str.maketrans("ILOilo", "110110", "- \t\r\n")


def encode(data: bytes) -> str:
    """`data` as Crockford base 32, without padding."""
    return base64.b32encode(data).rstrip(b"=").translate(_TO).decode()


def decode(text: str) -> bytes:
    """The bytes of `text`; hyphens and spaces are skipped, I, L and O are forgiven. Raises ValueError."""
    plain = text.translate(_MISREAD).upper().encode("ascii").translate(_FROM)
    data = base64.b32decode(plain + b"=" * (-len(plain) % 8))
    if encode(data).encode().translate(_FROM) != plain:  # spare bits must be nought: one text for one code
        raise ValueError("not canonical")
    return data
