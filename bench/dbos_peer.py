"""The same case on DBOS, as its users would write it: a durable workflow that receives its commands, a step for each.

Rules and record are ours (`states.judge`, `records.record`, the same database schema), so what is compared is the
engine: DBOS on SQLite in one process, against Temporal, its server and our workers. No letters are set.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import msgspec
from dbos import DBOS, DBOSConfig

from bench.people import DRAWN, lifecycle
from records.case.context import Claim, case_facts, context_for
from records.case.recording import record
from records.ledger.keys import LedgerKeys
from records.office.exams import enter_draws
from records.office.world import seed
from records.store.committer import Committer
from records.store.database import Database
from services.composing import Composer
from states.business_dates import SHANGHAI, business_date
from states.case.asking import asked_of
from states.case.commands import Announce, AnyCommand
from states.case.facts import CaseFacts
from states.case.judge import judge
from states.case.recording import Recording
from states.case.seconding import decode_command
from states.reference.catalog import annex_2020

_COMMANDS = 5
_PATIENCE_SECONDS = 300.0


class Peer:
    """One DBOS application with a database of its own in `folder`."""

    def __init__(self, folder: Path, polling_seconds: float) -> None:
        self.database = Database(f"sqlite:///{folder / 'record.db'}", LedgerKeys.fresh())
        self.database.migrate()
        with self.database.writing() as connection:
            seed(connection, annex_2020())
            enter_draws(connection, DRAWN, by="考务", at=datetime.now(SHANGHAI))
        self.committer = Committer(self.database)
        config: DBOSConfig = {
            "name": "bench",
            "system_database_url": f"sqlite:///{folder / 'dbos.db'}",
            "log_level": "ERROR",
            "enable_otlp": False,
            "notification_listener_polling_interval_sec": polling_seconds,
        }
        DBOS(config=config)
        compose = Composer(rehearsal=False)

        @DBOS.step()
        def apply(number: str, command: str) -> int:
            """Judges and records one command."""
            sent, at = decode_command(command), datetime.now(SHANGHAI)
            with self.database.reading() as connection:
                facts = case_facts(connection, number) or CaseFacts(number=number)
                asked = asked_of(facts, [sent], business_date(at))
                context = context_for(connection, _claim(number, facts, sent), asked)
            judgement = judge(facts, [sent], context, business_date(at))
            recording = Recording(
                number=number,
                before=facts.revision,
                facts=judgement.facts,
                steps=judgement.steps,
                context=context,
                at=at,
            )
            self.committer.submit(lambda connection: record(connection, recording, compose)).result()
            return judgement.facts.revision

        @DBOS.workflow()
        def case(number: str) -> int:
            """Five commands, one after the other, each answered."""
            revision = 0
            for n in range(_COMMANDS):
                command = DBOS.recv("commands", timeout_seconds=_PATIENCE_SECONDS)
                revision = apply(number, command)
                DBOS.set_event(f"answer-{n}", revision)
            return revision

        self.case = case
        DBOS.launch()

    def live(self, number: str) -> None:
        """One candidate's five commands, each sent when the one before has been answered."""
        handle = DBOS.start_workflow(self.case, number)
        for n, sent in enumerate(lifecycle()):
            DBOS.send(handle.workflow_id, msgspec.json.encode(sent).decode(), "commands")
            if DBOS.get_event(handle.workflow_id, f"answer-{n}", timeout_seconds=_PATIENCE_SECONDS) != n + 1:
                raise RuntimeError("a command was not recorded")


def _claim(number: str, facts: CaseFacts, sent: AnyCommand) -> Claim:
    if isinstance(sent, Announce):
        return Claim(number, sent.occupation, sent.centre, sent.candidate.id_number, sent.level, sent.exam)
    person = facts.candidate.id_number if facts.candidate else ""
    return Claim(number, facts.occupation, facts.centre, person, facts.level, facts.exam_id)


def main(folder: str, cases: str, in_flight: str, polling_seconds: str) -> None:
    """Runs rounds as they are asked for on stdin, one line each; answers the rate of each as JSON on stdout."""
    peer, serial = Peer(Path(folder), float(polling_seconds)), 0
    with ThreadPoolExecutor(int(in_flight)) as lanes:
        for _ in sys.stdin:
            numbers = [f"4301002026{serial + n:06d}" for n in range(int(cases))]
            serial += len(numbers)
            began = time.perf_counter()
            list(lanes.map(peer.live, numbers))
            print(json.dumps(len(numbers) / (time.perf_counter() - began)), flush=True)
    DBOS.destroy()


if __name__ == "__main__":
    main(*sys.argv[1:])
