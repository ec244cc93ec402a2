"""The tester's own book: what was asked, what was answered, what was killed. On the disk before anything is sent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import msgspec


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. `what`: asked, answered or killed."""

    what: str
    case: str = ""
    command: str = ""
    id: str = ""
    revision: int = 0
    victim: str = ""
    in_flight: int = 0


class Asked(NamedTuple):
    """A command that was sent at least once: to which case, what, and under which id."""

    case: str
    command: str
    id: str


class Book:
    """A JSON-lines file that is only appended to."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        self.asked: dict[str, Asked] = {}
        self.answered: dict[str, int] = {}
        self.killed: list[str] = []

    @property
    def in_flight(self) -> int:
        """Commands that were sent and have no answer yet."""
        return len(self.asked) - len(self.answered)

    def ask(self, *some: Asked) -> None:
        """Before they are sent."""
        self.asked.update({one.id: one for one in some})
        self._write(*(Line("asked", one.case, one.command, one.id) for one in some))

    def answer(self, id_: str, revision: int) -> None:
        """Its receipt has come."""
        self.answered[id_] = revision
        self._write(Line("answered", id=id_, revision=revision))

    def kill(self, victim: str) -> None:
        """It was killed while work was under way."""
        self.killed.append(victim)
        self._write(Line("killed", victim=victim, in_flight=self.in_flight))

    def close(self) -> None:
        """Nothing more is written."""
        self._file.close()

    def _write(self, *lines: Line) -> None:
        self._file.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        self._file.flush()
        os.fsync(self._file.fileno())
