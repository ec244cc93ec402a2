"""docs/states.md, made from the tables and nothing else."""

from __future__ import annotations

import inspect

from letters.kinds import kind_of
from states.case.commands import COMMAND_NAMES, COMMANDS
from states.case.diagram import mermaid
from states.case.table import ROWS, SENDERS, Row
from states.policies import SOURCES, Policies
from states.refusals import REFUSALS


def states_page() -> str:
    """The page of states, commands, letters, refusals and policies, in Markdown with a Mermaid diagram."""
    return "\n".join(
        [
            "# States, commands and letters",
            "",
            "Made by `python -m desk.docs > docs/states.md` from the tables in `states/`; a test compares them.",
            "",
            "```mermaid",
            mermaid().rstrip(),
            "```",
            "",
            *_table("Who sends what", ("command", "中文", "roles"), _senders()),
            *_table("What leads where", ("command", "from", "to", "if", "two people", "letters", "clause"), _rows()),
            *_table("How it says no", ("refusal", "when", "clause"), _refusals()),
            *_table("What an office sets", ("policy", "default", "source"), _policies()),
        ]
    )


def _table(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(cells)} |" for cells in (columns, ("---",) * len(columns), *rows)]
    return [f"## {title}", "", *lines, ""]


def _senders() -> list[tuple[str, ...]]:
    return [(name, COMMAND_NAMES[name], ", ".join(role.value for role in SENDERS[name])) for name in COMMANDS]


def _rows() -> list[tuple[str, ...]]:
    return [_row(row) for row in ROWS if row.command not in ("approve", "decline")]


def _row(row: Row) -> tuple[str, ...]:
    conditions = ", ".join(guard for guard in (row.given, row.when) if guard != "always")
    letters = "、".join(f"{kind_of(kind.value).title} ({kind.value})" for kind in row.letters)
    name = f"{row.command}: {row.event}" if row.event else row.command
    dest = row.dest.value if row.dest else "stays"
    two = "" if row.two == "never" else f"{row.two}: {', '.join(role.value for role in row.approvers)}"
    return name, ", ".join(state.value for state in row.sources), dest, conditions, two, letters, row.clause


def _refusals() -> list[tuple[str, ...]]:
    return [(name, inspect.getdoc(refusal) or "", refusal.clause) for name, refusal in REFUSALS.items()]


def _policies() -> list[tuple[str, ...]]:
    plain = Policies()
    return [(name, str(getattr(plain, name)), source) for name, source in SOURCES.items()]


if __name__ == "__main__":
    print(states_page(), end="")
