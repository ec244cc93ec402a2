"""The help of every command, argument and option is in the operators' language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from desk.cli.__main__ import app

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_OWN = {"help", "json"}


def commands(group: Any, name: str = "run") -> Iterator[tuple[str, Any]]:
    """Every command under `group`, by what people type."""
    context = group.make_context("run", [], resilient_parsing=True)
    for one in group.list_commands(context):
        command = group.get_command(context, one)
        if hasattr(command, "list_commands"):
            yield from commands(command, f"{name} {one}")
        else:
            yield f"{name} {one}", command


EVERY = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", sorted(EVERY))
def test_help_is_in_chinese(name: str) -> None:
    command = EVERY[name]
    if command.hidden:
        return
    assert _CHINESE.search(command.help or ""), f"{name}: {command.help}"
    for parameter in command.params:
        told = getattr(parameter, "help", None) or ""
        assert parameter.name in _OWN or _CHINESE.search(told), f"{name}: {parameter.name}"
