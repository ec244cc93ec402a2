"""A certificate number drawn is one that nobody bears, whoever gave out numbers of the series before us."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from records.case.numbering import NumbersExhausted, certificate_number
from records.store.database import Database
from states.case import commands as c
from states.case.facts import CaseFacts
from states.reference.centres import centres
from states.words import Role
from tests.records.making import CENTRE, DAY, NUMBERS, OCCUPATION, candidate, certified, do, table

CENTRE_ENTRY = centres()[CENTRE]
PREFIX = f"20{CENTRE_ENTRY.area}{CENTRE_ENTRY.city}{CENTRE_ENTRY.body_type}{CENTRE_ENTRY.body_serial}4"


def _import(database: Database, n: int, serial: int) -> None:
    command = c.ImportCertificate(
        id="import", by="王芳", candidate=candidate(n), occupation=OCCUPATION, level=4, centre=CENTRE,
        certificate_no=f"{PREFIX}{serial:05d}", issued_on=DAY,
    )  # fmt: skip
    second = c.Approve(id="second", by="李强", role=Role.REVIEWER)
    do(database, CaseFacts(NUMBERS[n - 1]), command, second)


def test_numbers_that_an_archive_already_holds_are_passed_over(database: Database) -> None:
    _import(database, 2, 1)
    _import(database, 3, 2)
    _import(database, 4, 4)
    drawn = [certified(database, n).certificate_no for n in (1, 5)]
    assert drawn == [f"{PREFIX}00003", f"{PREFIX}00005"]


def test_the_last_number_of_a_series_is_drawn_and_no_other_after_it(database: Database) -> None:
    with database.writing() as connection:
        first = certificate_number(connection, CENTRE_ENTRY, 2020, 4)
        connection.execute(text("UPDATE counters SET last = 99998"))
    with database.writing() as connection:
        assert certificate_number(connection, CENTRE_ENTRY, 2020, 4) == first[:-5] + "99999"
    before = table(database, "counters")
    with pytest.raises(NumbersExhausted), database.writing() as connection:
        certificate_number(connection, CENTRE_ENTRY, 2020, 4)
    assert table(database, "counters") == before
