"""Every table of an installation, known to SQLModel once this is imported: for migrations and tests."""

from __future__ import annotations

from sqlmodel import SQLModel

from records.case import tables as case
from records.ledger import tables as ledger
from records.office import exams
from records.office import tables as office
from records.people import tables as people
from records.post import tables as post
from records.public import tables as public
from records.runs import tables as runs
from records.webhooks import tables as webhooks

SUBJECTS = (case, exams, ledger, office, people, post, public, runs, webhooks)
metadata = SQLModel.metadata
