"""What Typst markup a wording may hold: text, and our own commands with bracketed text. No program, ever.

The text is read as Typst reads it, sign by sign: a backslash takes the sign behind it with it, so that two of them
before a command hide nothing; and a bracket that is followed by a method or by arguments goes on being program.
"""

from __future__ import annotations

import re

from letters.commands import COMMANDS

_TOKEN = re.compile(
    r"\\(?:u\{[^}]*\}|.)|#(?P<command>[\w-]*)(?P<follower>.?)|(?P<program>[$`]|/[/*])|\](?P<call>\.(?=[^\W\d])|\()",
    re.DOTALL,
)
_OURS = COMMANDS | {"box"}  # what our own filters write around a date or an amount


def forbidden(markup: str, *, drafted: bool = False) -> str:
    """The first thing in `markup` that no wording may hold, empty if there is none.

    `drafted`: with the data and our own filters' markup filled in, as it goes to Typst.
    """
    known = _OURS if drafted else COMMANDS
    for token in _TOKEN.finditer(markup):
        command, follower = token["command"], token["follower"]
        if command is not None and (command not in known or follower != "["):
            return f"#{command}{follower}"
        if token["program"] or token["call"]:
            return token[0]
    return ""
