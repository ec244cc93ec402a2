"""What is kept. The case row is the read model, the ledger is the history, documents and deliveries are the post."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from states.words import State

_UNPRINTED = text("status = 'sent' AND channel = 'folder' AND NOT printed")
_STATES = ", ".join(f"'{state.value}'" for state in State)


class CaseRow(SQLModel, table=True):
    """One case as it stands; `facts` is the whole truth, the columns are for queues and lists."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="case_state_known"),
        CheckConstraint("fee_fen >= 0 AND refund_fen >= 0 AND refund_fen <= fee_fen", name="case_money_sound"),
        CheckConstraint("level BETWEEN 1 AND 5", name="case_level_known"),
        CheckConstraint("state <> 'refunded' OR certificate_no IS NULL", name="never_refund_and_certificate"),
        Index("ix_cases_occupation_state", "occupation", "state"),
        Index("ix_cases_centre_state", "centre", "state"),
    )
    number: str = Field(primary_key=True)
    state: str
    revision: int
    centre: str
    name: str
    id_number: str = Field(index=True)
    occupation: str
    level: int
    exam_id: str
    cohort: str
    exit_date: date | None
    fee_fen: int
    refund_fen: int
    certificate_no: str | None = Field(unique=True)
    pending: str | None = Field(index=True)
    escalated: bool
    refund_failure: str
    next_wake_on: date | None = Field(index=True)
    settled_on: date | None
    person_key: str | None = Field(unique=True)
    head_hash: str
    facts: str = Field(sa_type=Text)


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


class DocumentRow(SQLModel, table=True):
    """One letter: its number and data from the first moment, its PDF (path, sha256) once it is set."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("case_number", "revision", "ordinal", name="document_place"),
        Index("ix_documents_shared", "shared_key"),
        Index("ix_documents_unset", "path"),
    )
    id: int | None = Field(default=None, primary_key=True)
    case_number: str = Field(index=True)
    revision: int
    ordinal: int
    kind: str
    number: str = Field(index=True)
    on_date: date
    data: str = Field(sa_type=Text)
    shared_key: str | None
    path: str | None
    sha256: str | None
    data_hash: str | None
    template_version: str | None


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


class CounterRow(SQLModel, table=True):
    """The last number drawn in a scope; it rolls back with the transaction that drew it, so there is no hole."""

    __tablename__ = "counters"
    scope: str = Field(primary_key=True)
    last: int


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


class RedateRow(SQLModel, table=True):
    """Who moved which exit date, from what to what, and why."""

    __tablename__ = "redates"
    id: int | None = Field(default=None, primary_key=True)
    at: str
    by: str
    reason: str
    occupation: str
    old_date: date | None
    new_date: date


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


metadata = SQLModel.metadata
