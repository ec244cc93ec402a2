"""Acts of the office that wait for a second person, and an office's own register of centres"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def _string(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=False)


def _long(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    """Applies it."""
    op.create_table(
        "office_proposals",
        *map(_string, ("id", "at", "account", "by", "act", "subject")),
        *map(_long, ("command", "old", "new", "private")),
        *map(_string, ("seal", "status")),
        sa.Column("decided_at", sa.String(), nullable=True),
        *map(_string, ("decided_account", "decided_by")),
        _long("why"),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("status IN ('pending', 'approved', 'declined', 'withdrawn')", name="proposal_status_known"),
    )
    op.create_index("ix_office_proposals_status", "office_proposals", ["status", "at"])
    op.create_table(
        "centres",
        _string("code"),
        _long("columns"),
        sa.Column("closed_on", sa.Date(), nullable=True),
        _string("successor"),
        sa.PrimaryKeyConstraint("code"),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("centres")
    op.drop_table("office_proposals")
