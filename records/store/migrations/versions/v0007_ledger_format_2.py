"""Ledger format 2: rows under a key, letters' data and files in the chain, linked checkpoints, the office's ledger"""

import hashlib
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from states import crockford

revision = "0007"
down_revision = "0006"


def _ledger() -> "tuple[sa.Column[Any], ...]":
    return (
        sa.Column("format", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("key_id", sa.String(), nullable=False, server_default=""),
        sa.Column("checkpoint", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("mac", sa.String(), nullable=True),
    )


def _checkpoints() -> "tuple[sa.Column[Any], ...]":
    return (
        sa.Column("format", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("number", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("prev_hash", sa.String(), nullable=False, server_default=""),
        sa.Column("rows", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("filing_id", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("filings", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("filings_root", sa.String(), nullable=False, server_default=""),
        sa.Column("office_number", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("office_root", sa.String(), nullable=False, server_default=""),
    )


_FIRST_KEYS = (
    ("payload", "SELECT 1 FROM cases"),
    ("seal", "SELECT 1 FROM documents WHERE path IS NOT NULL UNION ALL SELECT 1 FROM checkpoints"),
)


def upgrade() -> None:
    """Applies it. What is on record stays as it is, and comes under a key when a program with one opens it."""
    for column in _ledger():
        op.add_column("ledger", column)
    for column in _checkpoints():
        op.add_column("checkpoints", column)
    op.execute("UPDATE checkpoints SET number = (SELECT count(*) FROM checkpoints AS c WHERE c.id <= checkpoints.id)")
    with op.batch_alter_table("checkpoints") as batch:
        batch.create_unique_constraint("checkpoint_number", ["number"])
    op.add_column("documents", sa.Column("check_code", sa.String(), nullable=True))
    op.add_column("documents", sa.Column("code", sa.String(), nullable=True))
    _keep_printed_codes()
    op.create_index("ix_documents_check_code", "documents", ["check_code"])
    _create_filings()
    _create_office_ledger()
    op.create_table(
        "needed_keys",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "key_id", "since")),
        sa.PrimaryKeyConstraint("kind", "key_id"),
    )
    for kind, there in _FIRST_KEYS:
        op.execute(f"INSERT INTO needed_keys (kind, key_id, since) SELECT '{kind}', '*', '' WHERE EXISTS ({there})")


def _keep_printed_codes() -> None:
    """The 校验码 of old letters was the beginning of the hash of their data: what is printed can be looked up."""
    connection, last = op.get_bind(), 0
    documents = sa.table("documents", sa.column("id"), sa.column("data"), sa.column("check_code"))
    page = sa.select(documents.c.id, documents.c.data).order_by(documents.c.id).limit(500)
    while rows := connection.execute(page.where(documents.c.id > last)).all():
        for id_, data in rows:
            change = sa.update(documents).where(documents.c.id == id_)
            connection.execute(change.values(check_code=_printed_code(data)))
        last = rows[-1][0]


def _printed_code(data: str) -> str:
    canonical = msgspec.json.encode(msgspec.json.decode(data), order="sorted")
    code = crockford.encode(hashlib.sha256(canonical).digest()[:10])
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _create_filings() -> None:
    texts = ("at", "data_sha256", "sha256", "data_hash", "template_version", "code", "key_id", "mac")
    op.create_table(
        "filings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_filings_document", "filings", ["document_id"])


def _create_office_ledger() -> None:
    texts = ("at", "account", "by", "role", "act", "subject", "centre", "reason")
    op.create_table(
        "office_ledger",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("detail", sa.Text(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("prev_hash", "key_id", "hash", "mac")),
        sa.PrimaryKeyConstraint("number"),
    )
    for column in ("account", "act"):
        op.create_index(f"ix_office_ledger_{column}", "office_ledger", [column])


def downgrade() -> None:
    """Takes it back."""
    for table in ("needed_keys", "office_ledger", "filings"):
        op.drop_table(table)
    op.drop_index("ix_documents_check_code", "documents")
    for column in ("code", "check_code"):
        op.drop_column("documents", column)
    with op.batch_alter_table("checkpoints") as batch:
        batch.drop_constraint("checkpoint_number", type_="unique")
    for column in (c.name for c in _checkpoints()):
        op.drop_column("checkpoints", column)
    for column in (c.name for c in _ledger()):
        op.drop_column("ledger", column)
