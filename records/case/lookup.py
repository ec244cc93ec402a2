"""A letter found again from what is printed on it, and what became of it since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from records.case.tables import DOCUMENTS
from records.ledger.filings import vouched_file
from records.ledger.tables import LEDGER
from records.ledger.trusted import check_documents
from records.post.tables import DELIVERIES

WITHDRAWN = "撤回："
"""How the reason of a letter begins that was taken back before it left."""


class Found(NamedTuple):
    """A letter on record. `data` is its LetterData as JSON; `believed`: the ledger's key vouches for it as it stands.

    `file_sha256` is the key's word for its file, None while it has none. `withheld`: it was taken back before it left.
    """

    kind: str
    number: str
    on: Any
    case: str
    data: bytes
    file_sha256: str | None
    believed: bool
    withheld: bool
    since: tuple[str, ...]
    """The triggers of its case that followed it, oldest first."""
    followed: bool
    """Whether its case had another letter of the same kind afterwards."""


def by_check_code(connection: Connection, code: str) -> Found | None:
    """The letter with this 校验码; of a shared one whichever row was first."""
    return _first(connection, DOCUMENTS.c.check_code == code)


def by_number(connection: Connection, number: str, case: str) -> Found | None:
    """The letter with this number, of this case; of anybody's where the letter is nobody's in particular."""
    where = DOCUMENTS.c.number == number
    return _first(connection, where & (DOCUMENTS.c.case_number == case) if case else where)


def _first(connection: Connection, where: Any) -> Found | None:
    row = connection.execute(select(DOCUMENTS).where(where).order_by(DOCUMENTS.c.id).limit(1)).mappings().one_or_none()
    return _found(connection, row) if row else None


def _found(connection: Connection, row: Any) -> Found:
    vouched = vouched_file(connection, row["id"])
    shared = row["shared_key"] is not None
    return Found(
        kind=row["kind"],
        number=row["number"],
        on=row["on_date"],
        case=row["case_number"],
        data=row["data"].encode(),
        file_sha256=vouched,
        believed=bool(check_documents(connection, [row])) and vouched == row["sha256"],
        withheld=_withheld(connection, row),
        since=() if shared else _since(connection, row),
        followed=not shared and _followed(connection, row),
    )


def _withheld(connection: Connection, row: Any) -> bool:
    d = DELIVERIES.c
    place = (d.case_number == row["case_number"]) & (d.revision == row["revision"]) & (d.ordinal == row["ordinal"])
    query = select(d.id).where(place & d.detail.startswith(WITHDRAWN) & (d.status == "failed"))
    return connection.execute(query).first() is not None


def _since(connection: Connection, row: Any) -> tuple[str, ...]:
    where = (LEDGER.c.case_number == row["case_number"]) & (LEDGER.c.revision > row["revision"])
    query = select(LEDGER.c.trigger).where(where & LEDGER.c.trigger.is_not(None)).order_by(LEDGER.c.revision)
    triggers: Sequence[str] = connection.execute(query).scalars().all()
    return tuple(triggers)


def _followed(connection: Connection, row: Any) -> bool:
    where = (DOCUMENTS.c.case_number == row["case_number"]) & (DOCUMENTS.c.kind == row["kind"])
    query = select(DOCUMENTS.c.id).where(where & (DOCUMENTS.c.revision > row["revision"])).limit(1)
    return connection.execute(query).first() is not None
