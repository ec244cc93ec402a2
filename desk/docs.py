"""docs/states.md, made from the tables and nothing else."""

from __future__ import annotations

from letters.kinds import kind_of
from states.case.commands import COMMAND_NAMES
from states.case.letters import LETTERS
from states.case.roles import SENDERS
from states.case.table import mermaid


def states_page() -> str:
    """The page of states, commands and letters, in Markdown with a Mermaid diagram."""
    senders = [
        f"| {name} | {COMMAND_NAMES[name]} | {', '.join(role.value for role in roles)} |"
        for name, roles in SENDERS.items()
    ]
    letters = [
        f"| {trigger.value} | {dest.value} | {'、'.join(f'{kind_of(kind).title} ({kind.value})' for kind in kinds)} |"
        for (trigger, dest), kinds in LETTERS.items()
    ]
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
            "## Who sends what",
            "",
            "| command | 中文 | roles |",
            "|---|---|---|",
            *senders,
            "",
            "## Which letters a step produces",
            "",
            "| trigger | leads to | letters |",
            "|---|---|---|",
            *letters,
            "",
        ]
    )


if __name__ == "__main__":
    print(states_page(), end="")
