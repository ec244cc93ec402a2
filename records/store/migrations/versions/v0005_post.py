"""The day's post: which day's batch a letter on paper belongs to, and whether that has been printed"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_UNPRINTED = sa.text("status = 'sent' AND channel = 'folder' AND NOT printed")
_LEFT_ON = {
    "sqlite": "date(changed_at, '+8 hours')",
    "postgresql": "(CAST(changed_at AS timestamptz) AT TIME ZONE 'Asia/Shanghai')::date",
}


def upgrade() -> None:
    """Applies it. What left on paper before has been printed by hand, on the day on which it left."""
    # Not in a batch, which would make the table anew: others refer to it.
    op.add_column("deliveries", sa.Column("post_day", sa.Date(), nullable=True))
    op.add_column("deliveries", sa.Column("printed", sa.Boolean(), nullable=False, server_default=sa.false()))
    deliveries = sa.table("deliveries", *map(sa.column, ("status", "channel", "post_day", "printed")))
    left_on: sa.ColumnElement[str] = sa.literal_column(_LEFT_ON[op.get_bind().dialect.name])
    left = (deliveries.c.status == "sent") & (deliveries.c.channel == "folder")
    op.execute(deliveries.update().where(left).values(post_day=left_on, printed=sa.true()))
    op.create_index("ix_deliveries_post_day", "deliveries", ["post_day"])
    op.create_index(
        "ix_deliveries_unprinted",
        "deliveries",
        ["changed_at"],
        sqlite_where=_UNPRINTED,
        postgresql_where=_UNPRINTED,
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_index("ix_deliveries_unprinted", "deliveries")
    op.drop_index("ix_deliveries_post_day", "deliveries")
    for column in ("printed", "post_day"):
        op.drop_column("deliveries", column)
