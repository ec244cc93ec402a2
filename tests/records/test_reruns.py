"""What runs again must come to what the record holds: over midnight, and long after the case forgot a command."""

from __future__ import annotations

from datetime import timedelta

from records.case.reruns import Recorded, Superseded
from records.store.database import Database
from states.case import commands as c
from states.case.facts import CaseFacts
from states.case.judge import MOST_SEEN, judge
from tests.records.making import DAY, NUMBERS, announce, do, judged, season, table, write

NEXT_DAY = DAY + timedelta(days=1)


def _correct(id_: str, phone: str) -> c.Correct:
    return c.Correct(id=id_, by="王芳", phone=phone)


def test_a_rerun_judged_after_midnight_gets_the_facts_that_were_recorded(database: Database) -> None:
    *earlier, approve = season(1)
    facts = do(database, CaseFacts(NUMBERS[0]), *earlier)
    with database.reading() as connection:
        before_midnight = judged(connection, facts, approve, on=DAY)
        after_midnight = judged(connection, facts, approve, on=NEXT_DAY)
    first = write(database, before_midnight)
    again = write(database, after_midnight)
    assert isinstance(first, Recorded)
    assert isinstance(again, Superseded)
    assert again.facts == first.facts
    assert judge(first.facts, [approve], again.context, NEXT_DAY).steps == ()


def test_a_rerun_on_the_same_day_is_a_repetition_with_its_certificate(database: Database) -> None:
    *earlier, approve = season(1)
    facts = do(database, CaseFacts(NUMBERS[0]), *earlier)
    with database.reading() as connection:
        recording = judged(connection, facts, approve)
    first, again = write(database, recording), write(database, recording)
    assert isinstance(first, Recorded)
    assert again == first._replace(repeated=True)


def test_a_command_that_the_case_has_forgotten_is_not_done_twice(database: Database) -> None:
    old = _correct("old", "0")
    facts = do(database, CaseFacts(NUMBERS[0]), announce(1), old)
    for n in range(MOST_SEEN):
        facts = do(database, facts, _correct(f"later-{n}", str(n + 1)))
    assert old.id not in facts.seen
    with database.reading() as connection:
        resent = judged(connection, facts, old, _correct("new", "99"))
    before = table(database, "ledger")
    answer = write(database, resent)
    assert isinstance(answer, Superseded)
    assert answer.facts is not None
    assert table(database, "ledger") == before
    judgement = judge(answer.facts, [old, _correct("new", "99")], answer.context, DAY)
    assert [step.command.id for step in judgement.steps] == ["new"]


def test_a_new_command_on_an_old_case_is_recorded(database: Database) -> None:
    facts = do(database, CaseFacts(NUMBERS[0]), announce(1))
    facts = do(database, facts, *(_correct(f"id-{n}", str(n)) for n in range(MOST_SEEN + 2)))
    assert facts.revision == MOST_SEEN + 3
