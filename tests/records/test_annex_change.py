"""Another annex may not take the exit away from a case that is under way."""

from __future__ import annotations

from datetime import date

from records.case.claims import claim_of
from records.case.context import context_for
from records.office.world import catalog_in_force, replace_catalog
from records.store.database import Database
from states.case.facts import CaseFacts
from states.reference.catalog import Catalog, annex_2020
from tests.records.making import NUMBERS, OCCUPATION, announce, do

WITHOUT = Catalog(tuple(row for row in annex_2020().occupations if row.occupation != OCCUPATION))


def test_an_occupation_that_a_case_is_about_stays_with_its_date(database: Database) -> None:
    facts = do(database, CaseFacts(NUMBERS[0]), announce(1))
    with database.reading() as connection:
        before = context_for(connection, claim_of(facts))
    with database.writing() as connection:
        assert replace_catalog(connection, WITHOUT) == [OCCUPATION]
    with database.reading() as connection:
        assert context_for(connection, claim_of(facts)) == before
        names = [row.occupation for row in catalog_in_force(connection).occupations]
    assert names == [*(row.occupation for row in WITHOUT.occupations), OCCUPATION]


def test_an_occupation_that_no_case_is_about_goes(database: Database) -> None:
    with database.writing() as connection:
        assert replace_catalog(connection, WITHOUT) == []
    with database.reading() as connection:
        assert catalog_in_force(connection).occupations == WITHOUT.occupations


def test_what_the_new_annex_says_of_an_occupation_counts(database: Database) -> None:
    do(database, CaseFacts(NUMBERS[0]), announce(1))
    exit_date = annex_2020().redated(to=date(2021, 6, 30), occupation=OCCUPATION)
    with database.writing() as connection:
        assert replace_catalog(connection, exit_date) == []
    with database.reading() as connection:
        assert catalog_in_force(connection).occupations == exit_date.occupations
