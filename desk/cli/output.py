"""How the desk speaks: one JSON value on stdout, or tables for people; progress and troubles on stderr.

What is printed is text: nothing in it is markup, and what would move the cursor or turn the writing is shown, not sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from states.refusals import REFUSALS

if TYPE_CHECKING:
    from rich.progress import Task

AS_JSON = typer.Option(False, "--json", help="只在标准输出打印 JSON")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_UNSEEN_IN_JSON = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_UNBROKEN = 24  # characters of a number, date or code that is never broken over lines


class Terminal(Console):
    """A console that prints text as it is."""

    def print(self, *objects: Any, **options: Any) -> None:
        """As rich prints, but for texts: their markup is not looked at, their control characters are shown."""
        shown = (visible(one) if isinstance(one, str) else one for one in objects)
        super().print(*shown, **{**options, "markup": False, "emoji": False, "highlight": False})


people = Terminal()
aside = Terminal(stderr=True)


def visible(text: str) -> str:
    """`text` with every sign that acts instead of being seen, such as ESC or a bidi control, as its escape."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign == "\n" or unicodedata.category(sign) not in _UNSEEN else f"\\u{ord(sign):04x}" for sign in text
    )


def say_json(value: Any) -> None:
    """Prints one JSON value on stdout, nothing else; unseen signs are escaped, as JSON allows."""
    said = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    typer.echo(_UNSEEN_IN_JSON.sub(lambda sign: f"\\u{ord(sign[0]):04x}", said))


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Prints a table for people. Columns that say nothing are left out; numbers, dates and codes stay in one piece."""
    cells = [["" if cell is None else visible(str(cell)).replace("\n", " ") for cell in row] for row in rows]
    kept = [at for at in range(len(columns)) if not cells or any(row[at] for row in cells)]
    shown = Table(title=Text(visible(title)), box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for at in kept:
        whole = all(len(row[at]) <= _UNBROKEN and row[at].isascii() for row in cells)
        shown.add_column(Text(columns[at]), overflow="fold", no_wrap=whole)
    for row in cells:
        shown.add_row(*(Text(row[at]) for at in kept))
    people.print(shown)


def refused(name: str, message: str) -> str:
    """How a refusal is told to people: by its name, which scripts and the manual know it by."""
    return f"不予受理 {name}：{message}"


def fail(message: str, *, code: int = 1, as_json: bool = False, **data: Any) -> NoReturn:
    """Ends the command: `message` on stderr, with --json also `{"error", "message", …}` on stdout."""
    name = data.pop("error", "")
    if as_json:
        say_json({"error": name or "Failed", "message": message, **data})
    aside.print(refused(name, message) if name in REFUSALS else message, style="red", soft_wrap=True)
    raise typer.Exit(code)


def confirm(what: str, *, yes: bool, as_json: bool) -> None:
    """Asks before money or many cases move, unless --yes; a script is told to say so."""
    if yes:
        return
    if as_json:
        fail(f"{what}；请加 --yes 确认，或先用 --dry-run 查看", code=2, as_json=True, error="NotConfirmed")
    typer.confirm(f"{visible(what)}，确定？", abort=True, err=True)


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar with rate and time left on stderr; the callable takes what is done now, how much, and of how much.

    Where stderr is no terminal it stays silent.
    """
    from rich.progress import (  # by whoever has something to wait for
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    class Rate(ProgressColumn):
        """How much is done a second."""

        def render(self, task: Task) -> Text:
            """Empty until there is something to divide."""
            return Text(f"{task.speed:.0f}/秒" if task.speed else "")

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=aside, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def told(what: str, done: int, total: int) -> None:
            bar.update(task, description=f"{title} {what}", completed=done, total=total)

        yield told
