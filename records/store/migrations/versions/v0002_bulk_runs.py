"""Bulk runs, and the ledger by command id: whether a row of a roster has been done before"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Applies it."""
    op.create_table(
        "runs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("selected", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'paused', 'cancelling', 'cancelled', 'done')", name="run_status_known"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_runs_status", "runs", ["status"])
    op.create_index("ix_runs_digest", "runs", ["digest"])
    op.create_table(
        "run_items",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("tried", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('pending', 'done', 'skipped', 'failed')", name="run_item_status_known"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"]),
        sa.PrimaryKeyConstraint("run_id", "position"),
    )
    op.create_index("ix_run_items_status", "run_items", ["run_id", "status", "position"])
    op.create_index("ix_ledger_command", "ledger", ["command_id"])


def downgrade() -> None:
    """Takes it back."""
    op.drop_index("ix_ledger_command", "ledger")
    op.drop_table("run_items")
    op.drop_table("runs")
