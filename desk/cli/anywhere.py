"""`--as NAME` wherever it is written: people add it at the end of the command they have just typed."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

_OPTION = "--as"


class AnywhereAs(TyperGroup):
    """The command line, with its one common option taken out of wherever it stands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts the option in front, where click looks for it."""
        return super().parse_args(ctx, hoisted(args))


def hoisted(args: list[str]) -> list[str]:
    """`args` with every `--as NAME` and `--as=NAME` first; what follows `--` is left alone."""
    front: list[str] = []
    rest: list[str] = []
    left = iter(args)
    for arg in left:
        if arg == "--":
            rest += [arg, *left]
        elif arg == _OPTION:
            front += [arg, *([value] if (value := next(left, None)) is not None else [])]
        elif arg.startswith(f"{_OPTION}="):
            front.append(arg)
        else:
            rest.append(arg)
    return front + rest
