"""Who has a case in hand, for a while: so that two people do not work on the same one without knowing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, text

from records.case.tables import IN_HAND
from states.business_dates import SHANGHAI

HELD_FOR = timedelta(minutes=30)
_TAKE = text(
    "INSERT INTO in_hand (case_number, account, name, until) VALUES (:case, :account, :name, :until) "
    "ON CONFLICT (case_number) DO UPDATE SET account = excluded.account, name = excluded.name, until = excluded.until "
    "WHERE in_hand.account = excluded.account OR in_hand.until < :now"
)


class InHand(NamedTuple):
    """Somebody has the case in hand until then (an ISO instant in Asia/Shanghai)."""

    case: str
    account: str
    name: str
    until: str


def take(connection: Connection, case: str, account: str, name: str, now: datetime) -> bool:
    """Takes the case for half an hour, or keeps it for another; False where somebody else has it."""
    values = {"case": case, "account": account, "name": name, "until": _instant(now + HELD_FOR), "now": _instant(now)}
    return bool(connection.execute(_TAKE, values).rowcount)


def let_go(connection: Connection, case: str, account: str) -> None:
    """Lets go of a case that one has in hand; nobody lets go of another's."""
    connection.execute(delete(IN_HAND).where((IN_HAND.c.case_number == case) & (IN_HAND.c.account == account)))


def in_hand(connection: Connection, cases: Sequence[str], now: datetime) -> dict[str, InHand]:
    """Which of these cases somebody has in hand."""
    query = select(IN_HAND).where(IN_HAND.c.case_number.in_(cases) & (IN_HAND.c.until >= _instant(now)))
    held = (InHand(row.case_number, row.account, row.name, row.until) for row in connection.execute(query))
    return {one.case: one for one in held}


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
