"""The ledger is the history: never updated, never deleted; checkpoints sign its heads."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class Row(Protocol):
    """Whatever gives a row's columns by their names."""

    def __getitem__(self, name: str, /) -> Any:
        """The value of a column."""


class LedgerRow(SQLModel, table=True):
    """One revision of one case, chained to the one before. Never updated, never deleted.

    `mac` is null only between the migration from format 1 and the first opening with a key.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("case_number", "revision", name="ledger_revision"),
        Index("ix_ledger_command", "command_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    case_number: str
    revision: int
    command_id: str
    at: str
    on_date: date
    by: str
    role: str
    command: str
    trigger: str | None
    source: str
    dest: str
    order_json: str = Field(sa_type=Text)
    documents: str = Field(sa_type=Text)
    facts_hash: str
    prev_hash: str
    hash: str
    format: int
    key_id: str
    checkpoint: int
    mac: str | None


class FilingRow(SQLModel, table=True):
    """That a letter was set from exactly this data to exactly these bytes; an old letter's data alone where `sha256`
    is empty. Never updated, never deleted.
    """

    __tablename__ = "filings"
    __table_args__ = (Index("ix_filings_document", "document_id"),)
    id: int | None = Field(default=None, primary_key=True)
    document_id: int
    at: str
    data_sha256: str
    sha256: str
    data_hash: str
    template_version: str
    code: str
    key_id: str
    mac: str


class OfficeRow(SQLModel, table=True):
    """One act of the office, chained to the one before: who, when, what, why, old and new. Never updated or deleted."""

    __tablename__ = "office_ledger"
    __table_args__ = (
        Index("ix_office_ledger_account", "account"),
        Index("ix_office_ledger_act", "act"),
    )
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str
    account: str
    by: str
    role: str
    act: str
    subject: str
    centre: str
    reason: str
    detail: str = Field(sa_type=Text)
    prev_hash: str
    key_id: str
    hash: str
    mac: str


class CheckpointRow(SQLModel, table=True):
    """A signature over everything recorded since the checkpoint before it, which it names.

    Format 1 signed the heads of all cases up to `ledger_id`, with `root` over them, and named no other checkpoint.
    """

    __tablename__ = "checkpoints"
    __table_args__ = (UniqueConstraint("number", name="checkpoint_number"),)
    id: int | None = Field(default=None, primary_key=True)
    at: str
    ledger_id: int
    cases: int
    root: str
    public_key: str
    signature: str
    format: int
    number: int
    prev_hash: str
    rows: int
    filing_id: int
    filings: int
    filings_root: str
    office_number: int
    office_root: str


class NeededKeyRow(SQLModel, table=True):
    """That something on record needs a key: of which kind, under which name (`*`: whichever was there before)."""

    __tablename__ = "needed_keys"
    kind: str = Field(primary_key=True)
    key_id: str = Field(primary_key=True)
    since: str


LEDGER: Any = LedgerRow.metadata.tables["ledger"]
FILINGS: Any = FilingRow.metadata.tables["filings"]
OFFICE: Any = OfficeRow.metadata.tables["office_ledger"]
CHECKPOINTS: Any = CheckpointRow.metadata.tables["checkpoints"]
NEEDED_KEYS: Any = NeededKeyRow.metadata.tables["needed_keys"]
