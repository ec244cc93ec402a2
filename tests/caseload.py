"""A caseload on record without an engine: real judgements, really recorded, in a database of the test's own."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from records.case.claims import claim_of
from records.case.context import Claim, case_facts, context_for
from records.case.recording import record
from records.case.reruns import Recorded
from records.ledger.keys import LedgerKeys
from records.office.exams import NewDraw, enter_draws
from records.office.world import seed
from records.store.database import Database
from services.command_input import command_from
from services.composing import Composer
from states.business_dates import SHANGHAI
from states.case.asking import asked_of
from states.case.commands import Announce, AnyCommand, ImportCertificate
from states.case.facts import CaseFacts
from states.case.judge import judge
from states.case.recording import Recording
from states.reference.catalog import annex_2020
from states.reference.identity import make_id_number

CLERK, REVIEWER, FINANCE = "经办甲", "复核乙", "财务丙"
PLAN = {"organisation": "长沙某技师学院", "name": "电工2019级", "intake": date(2019, 9, 1)}
STUDENT = {"cohort": "plan_student", "plan": PLAN}
PAPERS = ("GJTK-2020-0417", "GJTK-2021-0033", "GJTK-2026-0001")


def database_at(folder: Path) -> Database:
    """A migrated SQLite database with the annex of 2020 in force."""
    database = Database(f"sqlite:///{folder / 'cases.db'}", LedgerKeys.fresh())
    database.migrate()
    with database.writing() as connection:
        seed(connection, annex_2020())
    draw_papers(database)
    return database


def draw_papers(database: Database) -> None:
    """Puts the papers of the tests on record: without a draw there is no result."""
    with database.writing() as connection:
        drawn = [NewDraw(paper) for paper in PAPERS]
        enter_draws(connection, drawn, by=CLERK, at=datetime(2020, 9, 1, tzinfo=SHANGHAI))


def send(database: Database, number: str, sent: AnyCommand, day: date, *, rehearsal: bool = True) -> CaseFacts:
    """What the submitter and the workflow do together, in one transaction."""
    with database.writing() as connection:
        facts = case_facts(connection, number)
        if facts is None:
            assert isinstance(sent, Announce | ImportCertificate)
            claim = Claim(number, sent.occupation, sent.centre, sent.candidate.id_number, sent.level, "")
        else:
            claim = claim_of(facts)
        context = context_for(connection, claim, asked_of(facts, [sent], day))
        before = facts or CaseFacts(number=number)
        judgement = judge(before, [sent], context, day)
        at = datetime.combine(day, time(9), SHANGHAI)
        recording = Recording(
            number=number, before=before.revision, facts=judgement.facts, steps=judgement.steps, context=context, at=at
        )
        answer = record(connection, recording, Composer(rehearsal=rehearsal))
    assert isinstance(answer, Recorded)
    return answer.facts


def person(n: int) -> dict[str, Any]:
    """What opens the case of the `n`-th made-up candidate."""
    id_number = make_id_number("430102", date(1990, 1, 1), n)
    return {"name": f"考生{n}", "id_number": id_number, "occupation": "电工", "level": 4, "centre": "430100"}


def announce(database: Database, n: int, day: date, *, rehearsal: bool = True, **more: Any) -> str:
    """Opens the case of the `n`-th made-up candidate; its number."""
    number = f"4301002020{n:06d}"
    send(database, number, command_from("announce", {**person(n), **more}, by=CLERK), day, rehearsal=rehearsal)
    return number


def register(database: Database, number: str, day: date, fee_fen: int = 10_000, *, rehearsal: bool = True) -> None:
    """Registers the candidate for `fee_fen`."""
    send(database, number, command_from("register", {"fee_fen": fee_fen}, by=CLERK), day, rehearsal=rehearsal)
