"""A file is whole or not there, whoever else writes it and whatever becomes of its writer."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from settings import PROJECT
from storage.atomic_write import atomic_write, sweep_parts


def test_two_writers_of_one_file_never_tear_it(tmp_path: Path) -> None:
    letter = tmp_path / "letter.pdf"
    contents = [bytes([n]) * 200_000 for n in range(8)]
    with ThreadPoolExecutor(8) as writers:
        for _ in range(5):
            list(writers.map(lambda content: atomic_write(letter, content, synced=False), contents))
            assert letter.read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["letter.pdf"]


def test_a_letter_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    atomic_write(tmp_path / "letters" / "a.pdf", b"x")
    assert (tmp_path / "letters" / "a.pdf").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "letters").stat().st_mode & 0o777 == 0o700


_FULL = f"""
import resource, signal, sys
from pathlib import Path
from storage.atomic_write import atomic_write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, {resource.RLIM_INFINITY}))
try:
    atomic_write(Path(sys.argv[1]), b"n" * 5000)
except OSError:
    sys.exit(7)
"""


def test_a_full_disk_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    letter = tmp_path / "letter.pdf"
    atomic_write(letter, b"old")
    assert subprocess.run([sys.executable, "-c", _FULL, str(letter)], cwd=PROJECT).returncode == 7
    assert letter.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.pdf"]


@pytest.mark.parametrize(("age", "left"), [(7200, []), (60, [".a.pdf.0123.part"])])
def test_drafts_of_the_dead_are_swept_and_those_under_way_left(tmp_path: Path, age: int, left: list[str]) -> None:
    draft = tmp_path / "kind" / ".a.pdf.0123.part"
    draft.parent.mkdir()
    draft.write_bytes(b"half")
    os.utime(draft, (time.time() - age,) * 2)
    sweep_parts(tmp_path)
    assert [path.name for path in draft.parent.iterdir()] == left
