"""How the desk speaks: one JSON value on stdout, or tables for people; progress and troubles on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

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
    aside.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


def confirm(what: str, *, yes: bool, as_json: bool) -> None:
    """Asks before money or many cases move, unless --yes; a script is told to say so."""
    if yes:
        return
    if as_json:
        fail(f"{what}；请加 --yes 确认，或先用 --dry-run 查看", code=2, as_json=True, error="NotConfirmed")
    typer.confirm(f"{what}，确定？", abort=True, err=True)


class _Rate(ProgressColumn):
    """How much is done a second."""

    def render(self, task: Task) -> Text:
        """Empty until there is something to divide."""
        return Text(f"{task.speed:.0f}/秒" if task.speed else "")


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar with rate and time left on stderr; the callable takes what is done now, how much, and of how much.

    Where stderr is no terminal it stays silent.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=aside, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def told(what: str, done: int, total: int) -> None:
            bar.update(task, description=f"{title} {what}", completed=done, total=total)

        yield told
