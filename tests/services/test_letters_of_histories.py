"""Rule 10 of design §3 over whole random histories: every letter says what happened, and promises only what holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from letters.grounds import GROUNDS
from letters.model import LetterData
from services.composing import Composer
from states.case.steps import Step
from states.reference.centres import centres
from states.words import DocumentKind, State
from tests.states.histories import History, Turn, history, turn
from tests.states.seasons import Move
from tests.states.seasons_wire import as_context

COMPOSE = Composer(rehearsal=True)
NUMBER = "2018010000400077"
SEASONS = range(1500)


def letters_of(one: Turn) -> list[tuple[Step, str, LetterData]]:
    """What the steps of one command would send, composed as the record composes it."""
    policies = as_context(one.move.world).policies
    made: list[tuple[Step, str, LetterData]] = []
    for step in one.steps:
        facts = step.facts
        if step.allocate and facts.certificate:  # the record draws the number inside its own transaction
            facts = replace(facts, certificate=replace(facts.certificate, number=NUMBER))
        centre = centres()[facts.centre]
        made += [(step, kind, COMPOSE.letter(kind, facts, step, centre, 7, policies)) for kind in step.letters]
    return made


@pytest.fixture(scope="module")
def seasons() -> list[History]:
    return [history(seed, 16, daily=True) for seed in SEASONS]


def test_every_letter_has_a_clause_of_what_happened(seasons: list[History]) -> None:
    kinds = set()
    for turns in seasons:
        for one in turns:
            for _, kind, data in letters_of(one):
                kinds.add(kind)
                if kind == DocumentKind.CERTIFICATE:
                    continue  # on the nation's own stock nothing of ours is printed
                assert data.clause and data.clause in GROUNDS[kind].values(), (kind, data)
                addressed = kind == DocumentKind.ANNOUNCEMENT or getattr(data, "name", "")
                assert data.number and data.centre_name and addressed, (kind, data)
    assert len(kinds) > 12, kinds


def test_what_a_confirmation_says_of_changing_holds(seasons: list[History]) -> None:
    """Every day that a letter names for objecting is a day on which another choice is taken."""
    promised = 0
    for turns in seasons:
        for n, one in enumerate(turns):
            for step, kind, data in letters_of(one):
                until = getattr(data, "objection_until", None)
                settled = step is one.steps[-1] and step.facts.pending is None
                if kind != DocumentKind.CHOICE_CONFIRMATION or until is None or not settled:
                    continue
                promised += 1
                other = "request_refund" if step.facts.choice.answer == "continue_exam" else "continue_exam"
                changed = {"do": "change_choice", "role": "clerk", "by": "甲", "choice": other, "fee": "refund"}
                last = Move({**one.move.world, "today": until}, changed)
                said = turn(one.after, last)
                assert said.refusal is None, (turns[: n + 1], said.refusal)
                late = Move({**one.move.world, "today": until + timedelta(days=1)}, changed)
                assert turn(one.after, late).refusal is not None
    assert promised > 5


def test_no_candidate_is_sent_an_announcement_after_the_exit(seasons: list[History]) -> None:
    for turns in seasons:
        for one in turns:
            exit_date = one.move.world["exit_date"]
            if exit_date is not None and one.move.world["today"] >= exit_date:
                assert not any(kind == DocumentKind.ANNOUNCEMENT for _, kind, _ in letters_of(one))


def test_an_exit_notice_goes_only_to_whom_is_asked(seasons: list[History]) -> None:
    for turns in seasons:
        for one in turns:
            for step, kind, _ in letters_of(one):
                if kind == DocumentKind.EXIT_NOTICE:
                    assert step.dest is State.CHOOSING and step.facts.choice.deadline is not None
