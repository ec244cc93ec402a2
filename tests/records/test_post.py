"""Every letter that left on paper is in one day's batch, on both databases alike."""

from __future__ import annotations

from datetime import date, datetime

from alembic import command
from sqlalchemy import text

from records.post.day import batch, batches, close_day, printed, waiting_since
from records.post.outbox import PAPER, due, move
from records.store.database import Database, alembic_config
from tests.records.making import certified

LEFT = datetime.fromisoformat("2020-10-12T17:30:00+00:00")  # half past one in the night of the 13th, in Shanghai
DAY, NEXT = date(2020, 10, 13), date(2020, 10, 14)


def leave(database: Database, most: int) -> None:
    """Lets some of what waits leave on paper."""
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET path = 'x.pdf' WHERE path IS NULL")
        waiting = [parcel for parcel in due(connection, LEFT, 100) if parcel.channel == PAPER]
        for parcel in waiting[:most]:
            assert move(connection, parcel, "pending", "sending", at=LEFT, by="x")
            assert move(connection, parcel, "sending", "sent", at=LEFT, by="x")


def test_a_letter_is_in_one_batch_and_waits_until_that_is_made(database: Database) -> None:
    certified(database, 1)
    certified(database, 2)
    leave(database, 3)
    with database.writing() as connection:
        assert waiting_since(connection) == LEFT
        assert close_day(connection, DAY, "430200") == []
        assert close_day(connection, DAY) == [(DAY, "430100")]
        first = batch(connection, DAY, "430100")
        assert len(first) == 3
        assert waiting_since(connection) == LEFT  # killed here, it is made again:
        assert close_day(connection, NEXT) == [(DAY, "430100")]
        printed(connection, [parcel.id for parcel in first])
        assert waiting_since(connection) is None
        assert close_day(connection, NEXT) == []
    leave(database, 2)
    with database.writing() as connection:
        assert close_day(connection, NEXT) == [(NEXT, "430100")]
        assert batch(connection, DAY, "430100") == first
        assert len(batch(connection, NEXT, "430100")) == 2
        assert batches(connection, NEXT) == batches(connection, DAY, "430100") == ["430100"]
        assert batches(connection, DAY, "430200") == []


def test_what_left_before_there_were_batches_counts_as_printed_on_its_day(database: Database) -> None:
    certified(database, 1)
    leave(database, 1)
    with database.engine.connect() as connection:
        config = alembic_config(connection)
        command.downgrade(config, "0004")
        command.upgrade(config, "head")
        connection.commit()
    with database.reading() as connection:
        assert waiting_since(connection) is None
        assert len(batch(connection, DAY, "430100")) == 1
        unprinted = connection.execute(text("SELECT count(*) FROM deliveries WHERE NOT printed")).scalar_one()
        assert unprinted == connection.execute(text("SELECT count(*) - 1 FROM deliveries")).scalar_one()
