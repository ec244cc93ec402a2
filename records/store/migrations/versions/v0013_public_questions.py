"""Public questions: how often each was asked, and skill-level numbers found by an index"""

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Applies it. The numbers of cases on record are read out of their facts once."""
    op.create_table(
        "question_counts",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "window"),
    )
    op.add_column("cases", sa.Column("skill_level_no", sa.String(), nullable=True))
    op.create_index("ix_cases_skill_level_no", "cases", ["skill_level_no"])
    connection = op.get_bind()
    change = sa.text("UPDATE cases SET skill_level_no = :held WHERE number = :number")
    for number, facts in connection.execute(sa.text("SELECT number, facts FROM cases WHERE state = 'converted'")).all():
        held = msgspec.json.decode(facts).get("skill_level") or {}
        connection.execute(change, {"held": held.get("number"), "number": number})


def downgrade() -> None:
    """Takes it back."""
    op.drop_index("ix_cases_skill_level_no", "cases")
    op.drop_column("cases", "skill_level_no")
    op.drop_table("question_counts")
