"""Finding a case by what somebody has in hand: a name, a document, a case or certificate number. Each by an index."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import Connection, and_, or_

from records.case.listing import CasePage, newest, within
from records.case.tables import CASES, DOCUMENTS

_LAST = "\U0010ffff"
_SHORTEST_NUMBER = 6


def search(
    connection: Connection, text: str, centres: frozenset[str] | None, *, limit: int, after: str = ""
) -> CasePage:
    """The cases that `text` may mean, newest first: the whole of a number, or the beginning of a name."""
    wanted = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not wanted:
        return CasePage((), None)
    return newest(connection, and_(_meant(connection, wanted), within(centres)), limit=limit, after=after)


def _meant(connection: Connection, wanted: str) -> Any:
    if not any(sign.isdigit() for sign in wanted):
        return _begins(connection, wanted)
    letters = CASES.c.number.in_(
        DOCUMENTS.select().with_only_columns(DOCUMENTS.c.case_number).where(DOCUMENTS.c.number == wanted)
    )
    exact = [CASES.c.number == wanted, CASES.c.id_number == wanted, CASES.c.certificate_no == wanted, letters]
    if wanted.isdigit() and len(wanted) >= _SHORTEST_NUMBER:
        exact.append(and_(CASES.c.number >= wanted, CASES.c.number < wanted + _LAST))
    return or_(*exact)


def _begins(connection: Connection, wanted: str) -> Any:
    """Names that begin so. PostgreSQL has an index for patterns; SQLite compares bytes, where a range does the same."""
    if connection.dialect.name == "postgresql":
        return CASES.c.name.startswith(wanted, autoescape=True)
    return and_(CASES.c.name >= wanted, CASES.c.name < wanted + _LAST)
