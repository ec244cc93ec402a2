"""Who proposed what was pending before that was a column"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_WAITING = sa.text("SELECT number, facts FROM cases WHERE pending IS NOT NULL AND pending_by IS NULL")
_PUT = sa.text("UPDATE cases SET pending_by = :by WHERE number = :number")


def upgrade() -> None:
    """Applies it."""
    connection = op.get_bind()
    for number, facts in connection.execute(_WAITING).all():
        pending = json.loads(facts).get("pending") or {}
        connection.execute(_PUT, {"number": number, "by": pending.get("account") or pending.get("by")})


def downgrade() -> None:
    """Nothing to take back."""
