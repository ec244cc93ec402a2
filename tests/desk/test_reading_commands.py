"""Looking something up is quick, loads neither engine nor press, writes nothing and waits for nobody's lock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.caseload import announce
from tests.desk.people import SignedIn
from tests.desk.typed import environment, typed

READING = (("case", "list"), ("queue", "list"), ("catalog", "list"), ("case", "show"))
HEAVY = (
    "temporalio",
    "typst",
    "worker",
    "engine.wire.client",
    "engine.server",
    "letters.renderer",
    "workflows",
    "uvloop",
)


@pytest.fixture
def case(signed_in: SignedIn) -> str:
    """A case on the record of the installation."""
    from datetime import date

    return announce(signed_in.register.database, 1, date(2020, 11, 2))


def arguments(words: tuple[str, ...], case: str) -> tuple[str, ...]:
    return (*words, case) if words == ("case", "show") else words


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_no_engine_and_no_press_is_loaded(signed_in: SignedIn, case: str, words: tuple[str, ...]) -> None:
    program = (
        "import runpy, sys\n"
        "try: runpy.run_module('desk.cli', run_name='__main__')\n"
        f"finally: print('LOADED', *(m for m in {HEAVY!r} if m in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, *arguments(words, case)],
        env=environment(signed_in.data), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "LOADED"), done.stderr


def test_lists_are_read_while_another_process_holds_the_write_lock(signed_in: SignedIn, case: str) -> None:
    database = signed_in.data / "jianding.db"
    holder = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE');"
            "print('held', flush=True); sys.stdin.read()",
            str(database),
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        for words in READING:
            done = typed(signed_in.data, *arguments(words, case), "--json")
            assert done.code == 0, done.err
    finally:
        holder.communicate("")


def test_looking_at_a_place_that_has_no_record_makes_none(tmp_path: Path) -> None:
    done = typed(tmp_path / "data", "catalog", "list", "--json")
    assert (done.code, len(done.json)) == (0, 192)
    assert not [name for _, _, names in os.walk(tmp_path / "data") for name in names if name.endswith(".db")]
