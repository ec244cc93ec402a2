"""Which letters go into one envelope: one a person and address across all cases, and what an address must have."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from letters.post_sheets import Addressed
from records.post.outbox import Parcel
from services.rosters.escaping import guarded

_POSTCODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")
_LEAST = 6  # characters; nothing shorter leads anybody to a door
_COLUMNS = ("序号", "收件人", "联系电话", "邮编", "地址", "文书份数", "文号", "案件编号")


class Envelope(NamedTuple):
    """The letters of one person to one address, in the order they are put in; `seq` counts the centre's envelopes."""

    seq: int
    parcels: tuple[Parcel, ...]

    @property
    def addressed(self) -> Addressed:
        """What stands on it."""
        first = self.parcels[0]
        postcode, address = divided(first.address)
        cases = tuple(dict.fromkeys(parcel.case for parcel in self.parcels))
        return Addressed(self.seq, first.name, postcode, address, cases, tuple(p.number for p in self.parcels))


def usable(address: str) -> bool:
    """Whether a letter can be sent there: long enough, and with some Chinese or Latin letters in it."""
    plain = divided(address)[1]
    return len(plain) >= _LEAST and any(sign.isalpha() for sign in plain)


def divided(address: str) -> tuple[str, str]:
    """Postcode and the rest: six digits that stand alone in front, at the end or after 邮编; else no postcode."""
    text = address.strip()
    found = _POSTCODE.search(text)
    if not found or not (found.start() == 0 or found.end() == len(text) or "邮编" in text[: found.start()][-4:]):
        return "", text
    rest = text[: found.start()] + text[found.end() :]
    return found[1], re.sub(r"[（(]?邮(政)?编(码)?[:：]?\s*[）)]?", "", rest).strip(" ，,")


def enveloped(parcels: Iterable[Parcel], first: int = 1) -> list[Envelope]:
    """Letters put into envelopes, numbered from `first`, in order of address, person and letter."""
    ordered = sorted(parcels, key=lambda p: (p.address, p.name, p.person, p.id))
    groups = groupby(ordered, key=lambda p: (p.address, p.name, p.person))
    return [Envelope(seq, tuple(theirs)) for seq, (_, theirs) in enumerate(groups, start=first)]


def register(envelopes: Sequence[Envelope]) -> bytes:
    """The list that the post office takes for registered letters and EMS: CSV for Excel, no cell of it a formula."""
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(_COLUMNS)
    for envelope in envelopes:
        one = envelope.addressed
        cells = (
            one.name, envelope.parcels[0].phone, one.postcode, one.address, str(len(one.letters)),
            "、".join(one.letters), "、".join(one.cases),
        )  # fmt: skip
        sheet.writerow((one.seq, *map(guarded, cells)))
    return text.getvalue().encode("utf-8-sig")
