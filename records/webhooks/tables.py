"""Subscriptions and attempts. The events themselves are the ledger's rows: nothing is queued twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel


class WebhookRow(SQLModel, table=True):
    """One subscription. `position` is the ledger id up to which its receiver has been told.

    `centres`: codes joined by commas, None for all. `failures` counts attempts since the last success; `next_at` is
    when the next may be made (an ISO instant in UTC), None for at once. The secret is derived, never stored.
    """

    __tablename__ = "webhooks"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'paused', 'failing', 'removed')", name="webhook_state_known"),
    )
    id: str = Field(primary_key=True)
    url: str = Field(sa_type=Text)
    centres: str | None
    state: str
    position: int
    failures: int
    next_at: str | None
    last_error: str
    created_by: str
    created_at: str


class WebhookAttemptRow(SQLModel, table=True):
    """One request that was made: for which ledger row, with which answer. `status` 0: none came."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (Index("ix_webhook_attempts", "webhook_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    webhook_id: str = Field(foreign_key="webhooks.id")
    ledger_id: int
    at: str
    status: int
    error: str


WEBHOOKS: Any = WebhookRow.metadata.tables["webhooks"]
ATTEMPTS: Any = WebhookAttemptRow.metadata.tables["webhook_attempts"]
