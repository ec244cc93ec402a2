"""How often something was asked lately."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class QuestionCountRow(SQLModel, table=True):
    """One subject (a hash: no address is kept) in one window of time, which begins at `window` (Unix seconds)."""

    __tablename__ = "question_counts"
    subject: str = Field(primary_key=True)
    window: int = Field(primary_key=True, sa_type=BigInteger)
    count: int


QUESTION_COUNTS: Any = QuestionCountRow.metadata.tables["question_counts"]
