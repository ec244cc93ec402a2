"""Real recordings of real judgements, with letters of one line."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import Connection, text

from records.case.claims import claim_of
from records.case.context import context_for
from records.case.recording import ComposedDocument, record
from records.case.reruns import Duplicate, Recorded, Superseded
from records.store.database import Database
from states.business_dates import SHANGHAI
from states.case import commands as c
from states.case.asking import asked_of
from states.case.facts import Candidate, CaseFacts
from states.case.judge import judge
from states.case.recording import Recording
from states.case.steps import Step
from states.policies import Policies
from states.reference.centres import Centre
from states.reference.identity import make_id_number
from states.words import ExamResult, Role

DAY = date(2020, 10, 12)
CENTRE = "430100"
OCCUPATION = "设备点检员"
NUMBERS = tuple(f"{CENTRE}2020{n:06d}" for n in range(1, 10))


class Plain:
    """Letters that hold their kind only; an announcement is shared by all of an exam."""

    def key(self, kind: str, facts: CaseFacts) -> str | None:
        return facts.exam_id if kind == "announcement" else None

    def serves(self, kind: str, data: bytes, facts: CaseFacts) -> bool:
        return True

    def __call__(
        self, kind: str, facts: CaseFacts, step: Step, centre: Centre, seq: int, policies: Policies, earlier: bytes
    ) -> ComposedDocument:
        return ComposedDocument(f"{centre.code}-{kind}-{seq}", f'{{"letter": "{kind}"}}'.encode())


compose = Plain()


def candidate(n: int) -> Candidate:
    return Candidate("张三", make_id_number("430102", date(1990, 1 + n // 1000, 1), n % 1000))


def announce(n: int, **changes: str) -> c.Announce:
    return c.Announce(
        id=changes.get("id", f"announce-{n}"), by="王芳", candidate=candidate(n), occupation=OCCUPATION, level=4,
        centre=CENTRE, exam="2020-10",
    )  # fmt: skip


def register(**changes: str) -> c.Register:
    return c.Register(id=changes.get("id", "register"), by="王芳", fee_fen=28_000)


def season(n: int) -> list[c.AnyCommand]:
    """From the announcement to the certificate."""
    return [
        announce(n),
        register(),
        c.HoldExam(id="exam", by="王芳", result=ExamResult.PASSED, session="S1", paper="GJTK-2020-0417"),
        c.Certify(id="certify", by="王芳"),
        c.Approve(id="approve", by="李强", role=Role.REVIEWER),
    ]


def judged(connection: Connection, facts: CaseFacts, *commands: c.AnyCommand, on: date = DAY) -> Recording:
    """What a workflow that holds `facts` would ask to be recorded."""
    asked = facts
    for command in commands:
        if isinstance(command, c.Announce | c.ImportCertificate):
            asked = CaseFacts(
                facts.number, candidate=command.candidate, occupation=command.occupation, level=command.level,
                centre=command.centre, exam_id=command.exam,
            )  # fmt: skip
    context = context_for(connection, claim_of(asked), asked_of(facts, commands, on))
    judgement = judge(facts, commands, context, on)
    at = datetime.combine(on, time(9), SHANGHAI)
    return Recording(
        number=facts.number, before=facts.revision, facts=judgement.facts, steps=judgement.steps, context=context, at=at
    )


def write(database: Database, recording: Recording) -> Recorded | Superseded | Duplicate:
    with database.writing() as connection:
        return record(connection, recording, compose)


def do(database: Database, facts: CaseFacts, *commands: c.AnyCommand, on: date = DAY) -> CaseFacts:
    """Judges and records `commands` one after the other; the facts they lead to."""
    for command in commands:
        with database.reading() as connection:
            recording = judged(connection, facts, command, on=on)
        answer = write(database, recording)
        assert isinstance(answer, Recorded)
        facts = answer.facts
    return facts


def certified(database: Database, n: int) -> CaseFacts:
    return do(database, CaseFacts(NUMBERS[n - 1]), *season(n))


def table(database: Database, name: str) -> list[tuple[object, ...]]:
    with database.reading() as connection:
        return sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))), key=str)
