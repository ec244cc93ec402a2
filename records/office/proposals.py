"""Acts that wait for their second person, sealed, so that what is approved is what was proposed."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from records.office.tables import OfficeProposalRow
from records.people.seals import keyed, same

_PROPOSALS: Any = OfficeProposalRow.metadata.tables["office_proposals"]


class Proposed(NamedTuple):
    """An act that somebody proposed. `command`, `old` and `new` are JSON, `private` is encrypted.

    `status` is pending until it is decided.
    """

    id: str
    at: str
    account: str
    by: str
    act: str
    subject: str
    command: str
    old: str
    new: str
    private: str
    seal: str
    status: str = "pending"
    decided_at: str | None = None
    decided_account: str = ""
    decided_by: str = ""
    why: str = ""


_COLUMNS = [_PROPOSALS.c[name] for name in Proposed._fields]


def proposal_seal(key: bytes, proposed: Proposed) -> str:
    """The seal of what was proposed: by whom, what, and what it changes."""
    return keyed(key, "proposal", *proposed[:10])


def add(connection: Connection, proposed: Proposed) -> None:
    """A new proposal."""
    connection.execute(insert(_PROPOSALS).values(**proposed._asdict()))


def proposal(connection: Connection, key: bytes, id_: str) -> Proposed | None:
    """The proposal `id_`; None also where its row was altered by somebody without the key."""
    row = connection.execute(select(*_COLUMNS).where(_PROPOSALS.c.id == id_)).one_or_none()
    if row is None:
        return None
    found = Proposed(*row)
    return found if same(found.seal, proposal_seal(key, found)) else None


def pending(connection: Connection) -> list[Proposed]:
    """What waits, oldest first."""
    query = select(*_COLUMNS).where(_PROPOSALS.c.status == "pending").order_by(_PROPOSALS.c.at, _PROPOSALS.c.id)
    return [Proposed(*row) for row in connection.execute(query)]


def decide(connection: Connection, id_: str, status: str, *, account: str, by: str, at: str, why: str = "") -> bool:
    """Ends a proposal; whether it was still pending. Of two who decide at once, one does."""
    open_ = (_PROPOSALS.c.id == id_) & (_PROPOSALS.c.status == "pending")
    values = {"status": status, "decided_account": account, "decided_by": by, "decided_at": at, "why": why}
    return bool(connection.execute(update(_PROPOSALS).where(open_).values(**values)).rowcount)
