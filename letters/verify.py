"""Reads the seal back out of a PDF. Whether those are the very bytes we filed is the desk's question, by SHA-256."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable

import msgspec
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from letters.failures import SealMissing
from letters.seal import SealedFacts, verify_code


class VerifiedLetter(msgspec.Struct, frozen=True):
    """A PDF whose seal is genuine: what the seal says, and the file's own SHA-256 to compare with the register."""

    facts: SealedFacts
    code: str
    sha256: str


def verify_pdf(pdf: bytes, public_keys: Iterable[bytes]) -> VerifiedLetter:
    """Checks the code in the document's keywords. Raises SealMissing if there is none, SealNotGenuine if it is false.

    A genuine code can be copied into another file: a letter is ours only if `sha256` is in the register too.
    """
    code = _keywords(pdf)
    return VerifiedLetter(verify_code(code, public_keys), code, hashlib.sha256(pdf).hexdigest())


def _keywords(pdf: bytes) -> str:
    try:
        metadata = PdfReader(io.BytesIO(pdf)).metadata
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError) as error:
        raise SealMissing from error
    code = metadata.get("/Keywords") if metadata is not None else None
    if not code:
        raise SealMissing
    return str(code)
