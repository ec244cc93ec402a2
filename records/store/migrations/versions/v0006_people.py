"""The register of people: accounts with roles and centres, sessions, service tokens, failed sign-ins"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _text(name: str, *, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=null)


def upgrade() -> None:
    """Applies it."""
    op.create_table(
        "accounts",
        *map(_text, ("id", "name", "folded", "staff_number", "state")),
        sa.Column("all_centres", sa.Boolean(), nullable=False),
        *map(_text, ("password_hash", "totp_secret")),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        *map(_text, ("created_at", "created_by", "changed_at", "changed_by", "seal")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("folded"),
        sa.CheckConstraint("state IN ('active', 'locked', 'left')", name="account_state_known"),
    )
    for table, column in (("account_roles", "role"), ("account_centres", "centre")):
        op.create_table(
            table,
            *map(_text, ("account_id", column)),
            sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
            sa.PrimaryKeyConstraint("account_id", column),
        )
    op.create_table(
        "sessions",
        *map(_text, ("id", "account_id", "token_hash", "created_at", "seen_at", "authenticated_at")),
        *map(_text, ("address", "client")),
        _text("ended_at", null=True),
        _text("ended_why"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_table(
        "service_tokens",
        *map(_text, ("id", "account_id", "name", "token_hash", "scopes")),
        _text("centres", null=True),
        *map(_text, ("created_at", "created_by", "expires_at")),
        _text("revoked_at", null=True),
        *map(_text, ("revoked_by", "used_at")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_service_tokens_account_id", "service_tokens", ["account_id"])
    op.create_table(
        "sign_in_failures",
        _text("subject"),
        sa.Column("failures", sa.Integer(), nullable=False),
        _text("last_at"),
        sa.PrimaryKeyConstraint("subject"),
    )


def downgrade() -> None:
    """Takes it back."""
    for table in ("sign_in_failures", "service_tokens", "sessions", "account_centres", "account_roles", "accounts"):
        op.drop_table(table)
