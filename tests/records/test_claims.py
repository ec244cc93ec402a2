"""A second case of the same person is known before anything is written, however name and number were typed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from records.case.claims import claim_of
from records.case.context import Claim, context_for
from records.store.database import Database
from states.case import commands as c
from states.case.facts import CaseFacts
from states.refusals import DuplicateCase
from tests.records.making import CENTRE, DAY, NUMBERS, OCCUPATION, announce, candidate, do, judged

ID_NUMBER = candidate(1).id_number
FULL_WIDTH = ID_NUMBER.translate({ord(digit): ord(digit) - ord("0") + ord("０") for digit in "0123456789"})


def _announced_without_exam(database: Database) -> None:
    command = c.Announce(id="a", by="王芳", candidate=candidate(1), occupation=OCCUPATION, level=4, centre=CENTRE)
    do(database, CaseFacts(NUMBERS[0]), command)


@pytest.mark.parametrize(
    ("occupation", "id_number"),
    [(OCCUPATION, ID_NUMBER), (f" {OCCUPATION}", ID_NUMBER), (OCCUPATION, FULL_WIDTH), (OCCUPATION, f" {ID_NUMBER} ")],
)
def test_a_duplicate_is_known_however_it_is_typed(database: Database, occupation: str, id_number: str) -> None:
    do(database, CaseFacts(NUMBERS[0]), announce(1))
    with database.reading() as connection:
        claim = Claim(NUMBERS[1], occupation, CENTRE, id_number, 4, "2020-10")
        assert context_for(connection, claim).duplicate == NUMBERS[0]


def test_an_old_certificate_does_not_make_its_holder_a_duplicate(database: Database) -> None:
    """Whoever holds a certificate from before and sits an exam has two cases, and both may be corrected."""
    _announced_without_exam(database)
    command = c.ImportCertificate(
        id="i", by="王芳", candidate=candidate(1), occupation=OCCUPATION, level=4, centre=CENTRE,
        certificate_no="2018010000400123", issued_on=DAY,
    )  # fmt: skip
    with database.reading() as connection:
        claim = Claim(NUMBERS[1], OCCUPATION, CENTRE, ID_NUMBER, 4, command.certificate_no)
        assert context_for(connection, claim).duplicate == ""
    from records.case.recording import (
        record,  # the context of an import is asked with its number, as the submitter does
    )
    from states.case.judge import judge
    from states.case.recording import Recording
    from tests.records.making import compose, judged

    with database.reading() as connection:
        context = context_for(connection, claim)
        at = judged(connection, CaseFacts(NUMBERS[2]), announce(3)).at
    judgement = judge(CaseFacts(NUMBERS[1]), [command], context, DAY)
    with database.writing() as connection:
        recording = Recording(
            number=NUMBERS[1], before=0, facts=judgement.facts, steps=judgement.steps, context=context, at=at
        )
        record(connection, recording, compose)
    with database.reading() as connection:
        assert context_for(connection, claim_of(judgement.facts)).duplicate == ""


def test_one_candidate_at_several_levels_at_once_is_several_cases(database: Database) -> None:
    """Person, occupation, level and exam make a case: two levels are two, the same level twice is not."""
    third = replace(announce(1), id="level-3", level=3)
    do(database, CaseFacts(NUMBERS[0]), announce(1))
    do(database, CaseFacts(NUMBERS[1]), third)
    with database.reading() as connection:
        recording = judged(connection, CaseFacts(NUMBERS[2]), replace(third, id="again", exam="2020-11"))
        assert recording.facts.level == 3
        with pytest.raises(DuplicateCase):
            judged(connection, CaseFacts(NUMBERS[2]), replace(third, id="again"))
