"""The case row is the read model; its letters and numbers belong to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from states.words import State

_STATES = ", ".join(f"'{state.value}'" for state in State)


class CaseRow(SQLModel, table=True):
    """One case as it stands; `facts` is the whole truth, the columns are for queues and lists."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="case_state_known"),
        CheckConstraint("fee_fen >= 0 AND refund_fen >= 0 AND refund_fen <= fee_fen", name="case_money_sound"),
        CheckConstraint("level BETWEEN 1 AND 5", name="case_level_known"),
        CheckConstraint(
            "refund_fen = 0 OR certificate_no IS NULL OR length(certificate_no) = 22",  # a skill-level number
            name="never_refund_and_certificate",
        ),
        Index("ix_cases_occupation_state", "occupation", "state"),
        Index("ix_cases_centre_state", "centre", "state"),
        Index("ix_cases_refund_open", "refund_open"),
        Index("ix_cases_name", "name", postgresql_ops={"name": "text_pattern_ops"}),
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
    skill_level_no: str | None = Field(index=True)
    pending: str | None = Field(index=True)
    pending_by: str | None
    escalated: bool
    refund_open: bool
    refund_failure: str
    next_wake_on: date | None = Field(index=True)
    settled_on: date | None
    ending: str
    person_key: str | None = Field(unique=True)
    head_hash: str
    facts: str = Field(sa_type=Text)


class DocumentRow(SQLModel, table=True):
    """One letter: number, data and 校验码 from the first moment; its PDF (path, sha256) and code once it is set."""

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
    check_code: str | None = Field(index=True)
    code: str | None


class CounterRow(SQLModel, table=True):
    """The last number drawn in a scope; it rolls back with the transaction that drew it, so there is no hole."""

    __tablename__ = "counters"
    scope: str = Field(primary_key=True)
    last: int


class InHandRow(SQLModel, table=True):
    """Who has a case in hand, until when; whoever comes later than that may take it."""

    __tablename__ = "in_hand"
    case_number: str = Field(primary_key=True)
    account: str
    name: str
    until: str


CASES: Any = CaseRow.metadata.tables["cases"]
DOCUMENTS: Any = DocumentRow.metadata.tables["documents"]
IN_HAND: Any = InHandRow.metadata.tables["in_hand"]
