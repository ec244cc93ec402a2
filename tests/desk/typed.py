"""The command line as people type it: a process of its own, in a data directory of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from settings import PROJECT


class Typed(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The caller's environment without its own installation, and with this one."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("JIANDING_")}
    return {**clean, "JIANDING_DATA_DIR": str(data), "PYTHONPATH": str(PROJECT), **settings}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "desk.cli", *arguments]


def typed(data: Path, *arguments: str, before: str = "", typing: str = "", **settings: str) -> Typed:
    """Types `./run ARGUMENTS`, and then `typing`.

    `before` is Python that runs in its process first, to take something away from it.
    """
    program = [sys.executable, "-P", "-c", f"{before}\nimport runpy; runpy.run_module('desk.cli', run_name='__main__')"]
    done = subprocess.run(
        [*program, *arguments] if before else command(*arguments),
        env=environment(data, **settings), input=typing, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return Typed(done.returncode, done.stdout, done.stderr)
