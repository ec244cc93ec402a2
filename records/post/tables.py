"""Letters on their way, and who moved them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

_UNPRINTED = text("status = 'sent' AND channel = 'folder' AND NOT printed")


class DeliveryRow(SQLModel, table=True):
    """The outbox: one row a letter that is to leave, at most once."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'sending', 'sent', 'failed', 'uncertain', 'returned')", name="delivery_status_known"
        ),
        UniqueConstraint("case_number", "revision", "ordinal", name="delivery_place"),
        Index("ix_deliveries_due", "status", "not_before"),
        Index("ix_deliveries_post_day", "post_day"),
        Index("ix_deliveries_unprinted", "changed_at", sqlite_where=_UNPRINTED, postgresql_where=_UNPRINTED),
    )
    id: int | None = Field(default=None, primary_key=True)
    case_number: str
    revision: int
    ordinal: int
    channel: str
    status: str = "pending"
    message_id: str = Field(unique=True)
    not_before: str
    attempts: int = 0
    changed_at: str = ""
    detail: str = Field(default="", sa_type=Text)
    post_day: date | None = None
    printed: bool = False


class DeliveryEventRow(SQLModel, table=True):
    """Who or what moved a letter from one status to another, when and why."""

    __tablename__ = "delivery_events"
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(index=True, foreign_key="deliveries.id")
    at: str
    by: str
    source: str
    dest: str
    reason: str = Field(sa_type=Text)


DELIVERIES: Any = DeliveryRow.metadata.tables["deliveries"]
