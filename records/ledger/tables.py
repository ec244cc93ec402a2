"""The ledger is the history: never updated, never deleted; checkpoints sign its heads."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class LedgerRow(SQLModel, table=True):
    """One revision of one case, chained to the one before. Never updated, never deleted."""

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


class CheckpointRow(SQLModel, table=True):
    """A signature over the heads of all cases up to one ledger row."""

    __tablename__ = "checkpoints"
    id: int | None = Field(default=None, primary_key=True)
    at: str
    ledger_id: int
    cases: int
    root: str
    public_key: str
    signature: str


LEDGER: Any = LedgerRow.metadata.tables["ledger"]
