from __future__ import annotations

from datetime import date, timedelta

from records.case.reruns import Duplicate, Recorded, Superseded
from records.office.world import redate
from records.store.database import Database
from states.case import commands as c
from states.case.facts import CaseFacts
from states.words import State
from tests.records.making import (
    CENTRE,
    DAY,
    NUMBERS,
    OCCUPATION,
    announce,
    candidate,
    certified,
    do,
    judged,
    register,
    table,
    write,
)  # fmt: skip

TABLES = ("cases", "ledger", "documents", "deliveries", "counters")


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    return {name: table(database, name) for name in TABLES}


def test_a_repeated_recording_answers_the_same_and_writes_nothing(database: Database) -> None:
    with database.reading() as connection:
        recording = judged(connection, CaseFacts(NUMBERS[0]), announce(1), register())
    first = write(database, recording)
    before = everything(database)
    second = write(database, recording)
    assert isinstance(first, Recorded)
    assert first.documents
    assert second == first._replace(repeated=True)
    assert everything(database) == before


def test_a_certificate_number_survives_the_repetition(database: Database) -> None:
    number = certified(database, 1).certificate_no
    assert number
    assert number.endswith("00001")
    assert len(number) == 16


def test_a_revision_taken_by_another_command_supersedes(database: Database) -> None:
    announced = do(database, CaseFacts(NUMBERS[0]), announce(1))
    with database.reading() as connection:
        late = judged(connection, announced, c.Withdraw(id="withdraw", by="王芳"))
    registered = do(database, announced, register())
    before = everything(database)
    answer = write(database, late)
    assert isinstance(answer, Superseded)
    assert answer.facts == registered
    assert everything(database) == before


def test_the_same_command_under_another_id_is_another_command(database: Database) -> None:
    announced = do(database, CaseFacts(NUMBERS[0]), announce(1))
    with database.reading() as connection:
        twin = judged(connection, announced, register(id="another"))
    do(database, announced, register())
    assert isinstance(write(database, twin), Superseded)


def test_an_exit_that_was_moved_meanwhile_is_not_recorded(database: Database) -> None:
    registered = do(database, CaseFacts(NUMBERS[0]), announce(1), register())
    assert registered.exit_date is not None
    later = registered.exit_date + timedelta(days=90)
    with database.reading() as connection:
        exit_ = judged(connection, registered, on=registered.exit_date)
    assert [step.dest for step in exit_.steps] == [State.CHOOSING]
    with database.writing() as connection:
        redate(connection, to=later, at=exit_.at, by="赵敏", occupation=OCCUPATION)
    before = everything(database)
    answer = write(database, exit_)
    assert isinstance(answer, Superseded)
    assert (answer.facts, answer.context.exit_date) == (registered, later)
    assert everything(database) == before


def test_an_exit_that_was_not_moved_is_recorded(database: Database) -> None:
    registered = do(database, CaseFacts(NUMBERS[0]), announce(1), register())
    assert registered.exit_date is not None
    with database.reading() as connection:
        exit_ = judged(connection, registered, on=registered.exit_date)
    assert isinstance(write(database, exit_), Recorded)


def test_a_person_announced_elsewhere_meanwhile_is_a_duplicate(database: Database) -> None:
    with database.reading() as connection:
        second = judged(connection, CaseFacts(NUMBERS[1]), announce(1))
    do(database, CaseFacts(NUMBERS[0]), announce(1))
    before = everything(database)
    assert write(database, second) == Duplicate(NUMBERS[0])
    assert everything(database) == before


def test_whoever_withdrew_may_be_announced_anew(database: Database) -> None:
    do(database, CaseFacts(NUMBERS[0]), announce(1), c.Withdraw(id="withdraw", by="王芳"))
    assert do(database, CaseFacts(NUMBERS[1]), announce(1)).state is State.ANNOUNCED


def test_a_certificate_on_record_is_a_duplicate(database: Database) -> None:
    def imported(n: int) -> c.ImportCertificate:
        return c.ImportCertificate(
            id="import", by="王芳", candidate=candidate(n), occupation=OCCUPATION, level=4, centre=CENTRE,
            certificate_no="1918010000400123", issued_on=date(2019, 5, 6),
        )  # fmt: skip

    do(database, CaseFacts(NUMBERS[0]), imported(1), on=DAY)
    with database.reading() as connection:
        second = judged(connection, CaseFacts(NUMBERS[1]), imported(2))
    assert write(database, second) == Duplicate(NUMBERS[0])
