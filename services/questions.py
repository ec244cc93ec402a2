"""How often strangers may ask: per address, and per thing that is asked about, for all processes together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from records.public.counts import count, forget_before
from records.store.database import Database
from states.office.refusals import TooManyAttempts


class Allowance(NamedTuple):
    """`most` questions in `seconds`, of `kind`, by or about `subject`."""

    kind: str
    subject: str
    most: int
    seconds: int


def of_address(address: str) -> tuple[Allowance, Allowance]:
    """What one address may ask: a burst, and a day's worth."""
    return Allowance("address", address, 20, 60), Allowance("address-day", address, 500, 86_400)


def about(what: str) -> Allowance:
    """How often anybody may ask about one certificate: enough for people, too little for guessing a name."""
    return Allowance("target", what, 10, 3_600)


def asked(database: Database, allowances: Sequence[Allowance], now: datetime) -> None:
    """Counts a question. Raises TooManyAttempts with the seconds until the next one is answered."""
    seconds = int(now.timestamp())
    with database.writing() as connection:
        forget_before(connection, seconds - 2 * 86_400)
        for one in allowances:
            window = seconds - seconds % one.seconds
            if count(connection, _hashed(one), window) > one.most:
                connection.commit()  # a question that is refused counts too
                raise TooManyAttempts(seconds=window + one.seconds - seconds)


def _hashed(one: Allowance) -> str:
    return hashlib.sha256(f"{one.kind} {one.subject}".encode()).hexdigest()
