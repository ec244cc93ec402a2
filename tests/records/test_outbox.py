"""The outbox, queues and forecasts ask both databases the same questions and get the same answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from records.case.documents import document, letters_of
from records.case.queues import TITLES, queue
from records.case.selecting import choose
from records.office.forecasts import Foretold, compare, keep, latest
from records.post.outbox import (
    by_status,
    due,
    left_sending,
    listed,
    move,
    move_all,
    next_due,
    parcels_of,
    still_sending,
)
from records.store.database import Database
from states.words import Role
from tests.records.making import DAY, certified

LATER = datetime(2020, 10, 12, 2, tzinfo=UTC)


def test_a_letter_goes_its_way_and_only_once(database: Database) -> None:
    certified(database, 1)
    with database.writing() as connection:
        assert due(connection, LATER, 10) == []  # no PDF is filed yet
        first = next_due(connection)
        assert first == datetime(2020, 10, 12, 1, 10, tzinfo=UTC)  # nine o'clock in Shanghai, and ten minutes
        connection.exec_driver_sql("UPDATE documents SET path = 'x.pdf'")
        assert due(connection, first - timedelta(seconds=1), 10) == []
        parcel, *others = due(connection, first, 10)
        assert move(connection, parcel, "pending", "sending", at=LATER, by="x")
        assert not move(connection, parcel, "pending", "sending", at=LATER, by="y")
        assert still_sending(connection)
        assert left_sending(connection, LATER) == []
        assert [p.id for p in left_sending(connection, LATER + timedelta(seconds=1))] == [parcel.id]
        assert move(connection, parcel, "sending", "sent", at=LATER, by="x")
        assert parcels_of(connection, [parcel.id])[0].attempts == 1
        assert by_status(connection) == {"sent": 1, "pending": len(others)}
        assert [row["id"] for row in listed(connection, status="sent", limit=9)] == [parcel.id]


def test_a_page_of_letters_goes_its_way_at_once(database: Database) -> None:
    certified(database, 1)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET path = 'x.pdf'")
        page = [parcel._replace(channel="folder") for parcel in due(connection, LATER, 10)]
        withdrawn, *others = page
        assert move(connection, withdrawn, "pending", "failed", at=LATER, by="x", reason="撤回")
        assert move_all(connection, page, "pending", "sending", at=LATER, by="y") == others
        assert move_all(connection, page, "pending", "sending", at=LATER, by="z") == []
        assert move_all(connection, others, "sending", "sent", at=LATER, by="y") == others
        assert move_all(connection, [], "sending", "sent", at=LATER, by="y") == []
        assert by_status(connection) == {"failed": 1, "sent": len(others)}
        assert {parcel.attempts for parcel in parcels_of(connection, [p.id for p in others])} == {1}
        told = connection.exec_driver_sql("SELECT source, dest, by FROM delivery_events ORDER BY id").all()
        assert [tuple(row) for row in told] == [
            ("pending", "failed", "x"),
            *[("pending", "sending", "y")] * len(others),
            *[("sending", "sent", "y")] * len(others),
        ]


def test_the_other_questions(database: Database) -> None:
    facts = certified(database, 1)
    with database.writing() as connection:
        for name in TITLES:
            for role in (Role.CLERK, Role.REVIEWER, Role.SUPERVISOR):
                found = queue(connection, name, today=DAY, role=role, by=("王芳",))
                assert (found["count"], found["cases"]) == (0, [])
        assert choose(connection, {"state": ["certified"], "level": ["4"], "escalated": ["false"]}) == [facts.number]
        assert choose(connection, {"exit_date": ["2020-01-01"]}) == []
        ((id_, case),) = letters_of(connection, kind="certificate", centre="430100", first=DAY, last=DAY)
        kept = document(connection, id_)
        assert kept is not None and (case, kept.kind) == (facts.number, "certificate")
        keep(connection, date(2020, 12, 31), LATER, {"cases": 1}, [Foretold(facts.number, facts.revision, "exit", "x")])
        told = compare(connection, latest(connection, date(2020, 12, 31)))
        assert [told[key] for key in ("cases", "as_forecast", "outstanding")] == [1, 0, 1]
