"""One process among several that record whole seasons: `python -m tests.records.writer URL KEYFILE FIRST COUNT DIE_AT`.

At case number DIE_AT (if any) it is killed after the last step was written and before it was committed.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from records.case.numbering import reserve_case_numbers
from records.case.recording import record
from records.case.reruns import Recorded
from records.ledger.keys import LedgerKeys
from records.store.database import Database
from states.case.facts import CaseFacts
from storage.key_files import load
from tests.records.making import CENTRE, compose, judged, season


def main(url: str, key_file: str, first: int, count: int, die_at: int) -> None:
    database = Database(url, LedgerKeys(load(Path(key_file))))
    for n in range(first, first + count):
        with database.writing() as connection:
            (number,) = reserve_case_numbers(connection, CENTRE, 2020, 1)
        facts = CaseFacts(number)
        for command in season(n):
            with database.writing() as connection:
                answer = record(connection, judged(connection, facts, command), compose)
                assert isinstance(answer, Recorded), answer
                facts = answer.facts
                if n == die_at and facts.certificate is not None and facts.certificate.number:
                    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:6]))
