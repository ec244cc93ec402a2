"""How the desk speaks: one JSON value on stdout, or tables for people; progress and troubles on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

people = Console()
aside = Console(stderr=True)

AS_JSON = typer.Option(False, "--json", help="只在标准输出打印 JSON")


def say_json(value: Any) -> None:
    """Prints one JSON value on stdout, nothing else."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Prints a table for people."""
    shown = Table(title=title)
    for column in columns:
        shown.add_column(column, overflow="fold", no_wrap=column == "案件")
    for row in rows:
        shown.add_row(*("" if cell is None else str(cell) for cell in row))
    people.print(shown)


def fail(message: str, *, code: int = 1, as_json: bool = False, **data: Any) -> NoReturn:
    """Ends the command: `message` on stderr, with --json also `{"error", "message", …}` on stdout."""
    if as_json:
        say_json({"error": data.pop("error", "Failed"), "message": message, **data})
    aside.print(message, style="red", markup=False)
    raise typer.Exit(code)


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr; the callable takes what is done now, how much is done, and of how much."""
    with Progress(console=aside, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def told(what: str, done: int, total: int) -> None:
            bar.update(task, description=f"{title} {what}", completed=done, total=total)

        yield told
