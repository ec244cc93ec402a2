"""Refunds that wait for the bank, whatever state their case is in; who proposed what is pending"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Applies it."""
    op.add_column("cases", sa.Column("refund_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("pending_by", sa.String(), nullable=True))
    op.execute("UPDATE cases SET refund_open = (state = 'refunding')")
    op.create_index("ix_cases_refund_open", "cases", ["refund_open"])


def downgrade() -> None:
    """Takes it back."""
    op.drop_index("ix_cases_refund_open", "cases")
    op.drop_column("cases", "pending_by")
    op.drop_column("cases", "refund_open")
