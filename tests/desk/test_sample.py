"""The demonstration's roster: made up, repeatable, and holding everything the season can bring."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.sample import FREE, LOST, PLACES, RARE, SEASON_BEGINS, WEIGHTS, Story, sample_candidates
from states.reference.catalog import ACCESS, annex_2020
from states.reference.centres import centres
from states.reference.eligibility import WORKING_AGE, age_on
from states.reference.identity import check_id_number
from states.reference.numbers import CertificateNumber
from states.words import Cohort

SEEDS = st.integers(0, 10_000)


def batch(occupation: str) -> str:
    found = annex_2020().find(occupation)
    assert found is not None
    return found.batch


@given(st.integers(0, 80), SEEDS)
@settings(max_examples=20)
def test_the_same_seed_gives_the_same_roster(n: int, seed: int) -> None:
    roster = sample_candidates(n, seed)
    assert len(roster) == n
    assert roster == sample_candidates(n, seed)


def test_another_seed_gives_another_roster() -> None:
    assert sample_candidates(60, 1) != sample_candidates(60, 2)


@given(SEEDS)
@settings(max_examples=20)
def test_sixty_cases_hold_everything(seed: int) -> None:
    roster = sample_candidates(60, seed)
    assert {case.story for case in roster} == set(Story)
    assert {case.cohort for case in roster} == set(Cohort)
    assert {batch(case.occupation) for case in roster} == {"1", "2", ACCESS}
    assert set(RARE) <= set("".join(case.name for case in roster))
    sides = {(row.item, row.batch) for case in roster if (row := annex_2020().find(case.occupation))}
    assert {(item, side) for item in (8, 21, 38, 52, 58, 66) for side in ("1", "2")} <= sides


@given(SEEDS)
@settings(max_examples=20)
def test_every_case_could_be_accepted(seed: int) -> None:
    for case in sample_candidates(100, seed):
        birth = check_id_number(case.id_number, SEASON_BEGINS).birth
        assert age_on(birth, case.issued_on or SEASON_BEGINS) >= WORKING_AGE
        assert case.centre in centres()
        assert case.level in range(1, 6)
        assert (case.fee_fen == 0) == (case.story in FREE)
        assert (batch(case.occupation) == ACCESS) == (case.story is Story.ACCESS)
        assert (case.cohort is not Cohort.NONE) == (case.story is Story.PROTECTED)


@given(SEEDS)
@settings(max_examples=20)
def test_a_lost_certificate_is_an_old_one_of_its_centre_and_level(seed: int) -> None:
    for case in sample_candidates(100, seed):
        assert (case.issued_on is not None) == bool(case.certificate_no) == (case.story in LOST) == (case.exam == "")
        if case.issued_on is not None:
            number, centre = CertificateNumber.parse(case.certificate_no), centres()[case.centre]
            assert (number.year, number.level) == (case.issued_on.year % 100, case.level)
            assert (number.area, number.city, number.body_serial) == (centre.area, centre.city, centre.body_serial)
            assert date(2015, 1, 1) <= case.issued_on < SEASON_BEGINS


def test_no_person_and_no_certificate_occurs_twice() -> None:
    roster = sample_candidates(5_000, 7)
    numbers = [case.certificate_no for case in roster if case.certificate_no]
    assert len({case.id_number for case in roster}) == len(roster)
    assert len(set(numbers)) == len(numbers)


def test_every_story_has_a_weight_and_every_centre_a_place() -> None:
    assert set(WEIGHTS) == set(Story)
    assert set(PLACES) == set(centres())


def test_a_negative_number_of_cases_is_refused() -> None:
    with pytest.raises(ValueError, match="不能为负"):
        sample_candidates(-1, 0)
