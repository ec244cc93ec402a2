"""Whom each kind of letter is for, and so how it leaves: mailed, published, kept, or printed on the bank's stock."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from states.words import DocumentKind as K


class Audience(StrEnum):
    """`candidate`: sent to the person, by e-mail or post. `public`: published, mailed to nobody. `office`: stays in the
    file. `stock`: printed on certificate paper of the ministry (套打), never e-mailed.
    """

    CANDIDATE = "candidate"
    PUBLIC = "public"
    OFFICE = "office"
    STOCK = "stock"


_OTHERS: Mapping[str, Audience] = {
    K.ANNOUNCEMENT: Audience.PUBLIC,
    K.DATA_AUDIT_FORM: Audience.OFFICE,
    K.CERTIFICATE: Audience.STOCK,
}


def audience_of(kind: str) -> Audience:
    """The audience of `kind`: the candidate, unless the table says otherwise."""
    return _OTHERS.get(kind, Audience.CANDIDATE)
