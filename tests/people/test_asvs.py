"""docs/asvs.md: every requirement of its chapters once, and no reference that is dead."""

from __future__ import annotations

import re

from settings import PROJECT

_TEXT = (PROJECT / "docs" / "asvs.md").read_text(encoding="utf-8")
_ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in _TEXT.splitlines() if re.match(r"\| \d", line)
]
# How many requirements each section has, in the standard's own order.
SECTIONS = {
    6: (3, 12, 8, 6, 8, 4, 2, 4),
    7: (3, 4, 2, 5, 3, 2),
    8: (4, 4, 3, 2),
    11: (4, 5, 5, 4, 2, 2, 2),
    16: (1, 5, 4, 3, 4),
}
_STATUSES = {"met", "partly", "not met", "not applicable"}
_REFERENCE = re.compile(r"`([\w./-]+\.(?:py|md|j2))(?:::(\w+))?`")


def test_every_requirement_has_its_row_once_and_in_order() -> None:
    wanted = [
        f"{chapter}.{section}.{number}"
        for chapter, counts in SECTIONS.items()
        for section, count in enumerate(counts, start=1)
        for number in range(1, count + 1)
    ]
    assert [row[0] for row in _ROWS] == wanted


def test_every_row_says_how_it_stands_and_why() -> None:
    for number, status, where, shown in _ROWS:
        assert status in _STATUSES, number
        assert where, number
        assert bool(shown) or status != "met", f"{number} is said to be met, and nothing shows it"


def test_every_file_and_test_that_is_named_is_there() -> None:
    for path, name in _REFERENCE.findall(_TEXT):
        file = PROJECT / path
        assert file.is_file(), path
        assert not name or re.search(rf"def {name}\(", file.read_text(encoding="utf-8")), f"{path}::{name}"
