"""The page of states is the tables."""

from __future__ import annotations

from desk.docs import states_page
from settings import PROJECT


def test_the_page_of_states_says_what_the_tables_say() -> None:
    assert (PROJECT / "docs" / "states.md").read_text(encoding="utf-8") == states_page()
