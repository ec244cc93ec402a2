"""What an office decides: calendar, policies, holds, holidays, forecasts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel


class OccupationRow(SQLModel, table=True):
    """The exit calendar in force, one row an occupation, in annex order."""

    __tablename__ = "occupations"
    occupation: str = Field(primary_key=True)
    position: int
    item: int
    qualification: str
    departments: str
    batch: str
    exit_date: date | None
    source: str = ""


class RedateRow(SQLModel, table=True):
    """Who moved which exit date, from what to what, and why."""

    __tablename__ = "redates"
    id: int | None = Field(default=None, primary_key=True)
    at: str
    by: str
    reason: str
    occupation: str
    old_date: date | None
    new_date: date | None


class SettingRow(SQLModel, table=True):
    """What an office sets for itself: policies, as JSON; and `world`, a counter that grows with every change."""

    __tablename__ = "settings"
    name: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)


class HoldRow(SQLModel, table=True):
    """A supervisor's hold on issuing certificates, by centre, occupation or case."""

    __tablename__ = "holds"
    __table_args__ = (CheckConstraint("scope IN ('centre', 'occupation', 'case')", name="hold_scope_known"),)
    id: int | None = Field(default=None, primary_key=True)
    scope: str
    value: str = Field(index=True)
    reason: str
    by: str
    at: str
    released_by: str | None = None
    released_at: str | None = None


class HolidayRow(SQLModel, table=True):
    """What an office knows of a day that the published calendar does not: a holiday, or a make-up working day."""

    __tablename__ = "holidays"
    day: date = Field(primary_key=True)
    workday: bool
    name: str
    by: str
    at: str


class ForecastRow(SQLModel, table=True):
    """What a rehearsal of the live caseload foretold for a day; `summary` is what was said then, as JSON."""

    __tablename__ = "forecasts"
    id: int | None = Field(default=None, primary_key=True)
    on_date: date
    at: str
    summary: str = Field(sa_type=Text)


class ForecastCaseRow(SQLModel, table=True):
    """One case that something was foretold for: from which revision, the trigger (or empty), the letters."""

    __tablename__ = "forecast_cases"
    forecast_id: int = Field(primary_key=True, foreign_key="forecasts.id")
    case_number: str = Field(primary_key=True)
    revision: int
    trigger: str
    letters: str


class OfficeProposalRow(SQLModel, table=True):
    """An act of the office that waits for its second person, or waited."""

    __tablename__ = "office_proposals"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'approved', 'declined', 'withdrawn')", name="proposal_status_known"),
        Index("ix_office_proposals_status", "status", "at"),
    )
    id: str = Field(primary_key=True)
    at: str
    account: str
    by: str
    act: str
    subject: str
    command: str = Field(sa_type=Text)
    old: str = Field(sa_type=Text)
    new: str = Field(sa_type=Text)
    private: str = Field(sa_type=Text)
    seal: str
    status: str = "pending"
    decided_at: str | None = None
    decided_account: str = ""
    decided_by: str = ""
    why: str = Field(default="", sa_type=Text)


class CentreRow(SQLModel, table=True):
    """A centre as the office has it now, its columns as JSON; `closed_on` once it takes no further case."""

    __tablename__ = "centres"
    code: str = Field(primary_key=True)
    columns: str = Field(sa_type=Text)
    closed_on: date | None = None
    successor: str = ""
