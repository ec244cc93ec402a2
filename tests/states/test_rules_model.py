"""`judge` against the naive model of the same rules, command by command, over random seasons of one case.

`python -m tests.states.steps --steps 200000` plays as many as one likes.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.states.naive_model import NaiveCase
from tests.states.seasons import ALL, LIKELY, compare, season

BLOCK = 120  # seasons
REFUSALS_THAT_SEASONS_MEET = {
    "AlreadyRefunded",
    "ChoiceNotOpen",
    "DuplicateCase",
    "EvidenceMissing",
    "FeeNotReceived",
    "InvalidCertificateNumber",
    "InvalidField",
    "IssuanceHeld",
    "NotEligible",
    "NotInCatalog",
    "OffsiteNotApproved",
    "PaperNotFromBank",
    "ProposalPending",
    "RegistrationClosed",
    "ResitPeriodOver",
    "RoleNotAllowed",
    "SamePerson",
    "SessionNotOnRecord",
    "WrongState",
}


@pytest.mark.parametrize("block", range(5))
def test_judge_agrees_with_the_naive_model(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        compare(seed)


def test_the_seasons_come_to_every_state_command_and_refusal() -> None:
    states, done, refused = set(), Counter[str](), Counter[str]()
    for seed in range(4000):
        for (world, command), model in season(random.Random(seed)):
            said = model.send(world, command)
            states.add(model.case["state"])
            refused[said] += 1
            done[command["do"]] += not said
    assert states == set(LIKELY)
    assert [do for do in ALL if done[do] < 5] == []
    assert set(refused) - {""} == REFUSALS_THAT_SEASONS_MEET


def test_a_model_that_refuses_leaves_its_case_alone() -> None:
    for seed in range(300):
        for (world, command), model in season(random.Random(seed)):
            before = model.seen(), dict(model.case)
            if model.send(world, command):
                assert (model.seen(), model.case) == before


def test_the_naive_case_begins_with_nothing() -> None:
    assert NaiveCase().seen() == ("new", None, 0, False, (False, False))
