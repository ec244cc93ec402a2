"""What a letter is made from, and what comes out of the renderer."""

from __future__ import annotations

import hashlib
from datetime import date

import msgspec


class LetterData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a template may say. Money is integer fen, dates are business dates in Asia/Shanghai.

    A letter that is addressed to nobody in particular (the announcement) has an empty case, name and id number.
    """

    kind: str
    number: str
    clause: str
    on: date
    case: str
    centre_code: str
    centre_name: str
    centre_address: str
    centre_phone: str
    centre_hotline: str
    name: str
    id_number: str
    address: str = ""
    occupation: str
    qualification: str
    level: int
    cohort: str = ""
    exam: str = ""
    session: str = ""
    paper: str = ""
    result: str = ""
    fee_fen: int = 0
    refund_fen: int = 0
    exit_date: date | None = None
    choice_deadline: date | None = None
    choice: str = ""
    evidence: str = ""
    reason: str = ""
    certificate_no: str = ""
    certificate_issued_on: date | None = None
    instrument: str = "vocational"
    organisation: str = ""
    skill_level_no: str = ""
    rehearsal: bool = False


class Letter(msgspec.Struct, frozen=True):
    """A letter as it is filed: the bytes, the three hashes that say what they are and what they were made from, and
    the signed code in its QR (empty in a preview).
    """

    pdf: bytes
    sha256: str
    data_hash: str
    template_version: str
    code: str = ""


_canonical = msgspec.json.Encoder(order="sorted")


def data_hash(data: LetterData) -> str:
    """The hex SHA-256 of `data` as canonical JSON: sorted keys, defaults left out, UTF-8."""
    return hashlib.sha256(_canonical.encode(data)).hexdigest()
