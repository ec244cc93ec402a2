"""Bulk runs and their items."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel


class RunRow(SQLModel, table=True):
    """One bulk run: a roster, a command on many cases, a moved date, a re-print. `plan` is what its items share."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'paused', 'cancelling', 'cancelled', 'done')", name="run_status_known"),
        Index("ix_runs_status", "status"),
        Index("ix_runs_digest", "digest"),
    )
    id: str = Field(primary_key=True)
    kind: str
    title: str
    by: str
    at: str
    status: str
    digest: str
    plan: str = Field(sa_type=Text)
    selected: int
    finished_at: str | None


class RunItemRow(SQLModel, table=True):
    """One selected item of a run; its one status is what makes every total add up."""

    __tablename__ = "run_items"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'done', 'skipped', 'failed')", name="run_item_status_known"),
        Index("ix_run_items_status", "run_id", "status", "position"),
    )
    run_id: str = Field(primary_key=True, foreign_key="runs.id")
    position: int = Field(primary_key=True)
    label: str
    case_number: str
    work: str = Field(sa_type=Text)
    tried: bool
    status: str
    error: str
    message: str = Field(sa_type=Text)
