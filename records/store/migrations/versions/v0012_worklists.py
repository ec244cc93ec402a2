"""Worklists: names found by an index, cases in somebody's hand"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Applies it."""
    op.create_index("ix_cases_name", "cases", ["name"], postgresql_ops={"name": "text_pattern_ops"})
    op.create_table(
        "in_hand",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("case_number", "account", "name", "until")),
        sa.PrimaryKeyConstraint("case_number"),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("in_hand")
    op.drop_index("ix_cases_name", "cases")
