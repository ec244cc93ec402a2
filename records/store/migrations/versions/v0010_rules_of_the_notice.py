"""The revised rules: revoked cases, refunds that exclude vocational certificates only, bank draws, exam sessions"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_BEFORE = (
    "announced", "registered", "choosing", "examined", "failed", "certified", "refunding", "refunded", "converting",
    "converted", "reissued", "attested",
)  # fmt: skip


def _states(*states: str) -> str:
    return "state IN (" + ", ".join(f"'{state}'" for state in states) + ")"


def _checked(state_check: str, money_check: str) -> None:
    """SQLite cannot change a check: the table is made anew, and forgets all it had."""
    with op.batch_alter_table("cases", recreate="auto") as cases:
        if op.get_bind().dialect.name == "postgresql":
            cases.drop_constraint("case_state_known", type_="check")
            cases.drop_constraint("never_refund_and_certificate", type_="check")
        else:
            money = "fee_fen >= 0 AND refund_fen >= 0 AND refund_fen <= fee_fen"
            cases.create_check_constraint("case_money_sound", money)
            cases.create_check_constraint("case_level_known", "level BETWEEN 1 AND 5")
        cases.create_check_constraint("case_state_known", state_check)
        cases.create_check_constraint("never_refund_and_certificate", money_check)


def upgrade() -> None:
    """Applies it."""
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("ending", sa.String(), nullable=False, server_default=""))
    exclusive = "refund_fen = 0 OR certificate_no IS NULL OR length(certificate_no) = 22"
    _checked(_states("new", *_BEFORE, "revoked", "closed"), exclusive)
    with op.batch_alter_table("occupations") as occupations:
        occupations.add_column(sa.Column("source", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("redates") as redates:
        redates.alter_column("new_date", existing_type=sa.Date(), nullable=True)
    op.create_table(
        "bank_draws",
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("occupation", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("draw", sa.String(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("paper", "occupation", "level"),
    )
    op.create_table(
        "exam_sessions",
        sa.Column("centre", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "code"),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("exam_sessions")
    op.drop_table("bank_draws")
    with op.batch_alter_table("occupations") as occupations:
        occupations.drop_column("source")
    _checked(_states("new", *_BEFORE, "closed"), "state <> 'refunded' OR certificate_no IS NULL")
    with op.batch_alter_table("cases") as cases:
        cases.drop_column("ending")
