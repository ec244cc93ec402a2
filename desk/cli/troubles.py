"""The end of every command that could not do what it was asked: one sentence, exit code 1, no traceback."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError

from desk.cli.output import aside, refused, say_json
from desk.cli.usage import wrongly_typed
from states.refusals import Refusal


def guarded(command: Callable[..., int | None]) -> None:
    """Runs the command line; a known trouble is told in its sentence, an unknown one is kept for the maintainers."""
    try:
        sys.exit(command(prog_name="./run", standalone_mode=False) or 0)
    except typer.Abort:
        aside.print("已取消，没有办理。", style="red")
        sys.exit(1)
    except ClickException as error:
        _wrongly_typed(error)
        sys.exit(error.exit_code)
    except Refusal as refusal:
        if "--json" in sys.argv:
            say_json({"error": refusal.name, "message": refusal.message, "data": refusal.data})
        aside.print(refused(refusal.name, refusal.message), style="red", soft_wrap=True)
        sys.exit(1)
    except Exception as error:  # whatever it is, a person is told what to do
        from services.troubles import Trouble, trouble

        known = trouble(error) or Trouble("InternalError", _kept(error))
        if "--json" in sys.argv:
            say_json({"error": known.name, "message": known.sentence})
        aside.print(known.sentence, style="red", soft_wrap=True)
        sys.exit(1)


def _wrongly_typed(error: ClickException) -> None:
    if isinstance(error, NoArgsIsHelpError):
        error.show()
        return
    usage, *lines = wrongly_typed(error)
    if "--json" in sys.argv:
        say_json({"error": "Usage", "message": lines[0] if lines else usage})
    for line in (usage, *lines):
        aside.print(line, style="red" if line is not usage else None, soft_wrap=True)


def _kept(error: Exception) -> str:
    """Writes the traceback where its owner alone reads it; the sentence that says where."""
    told = "".join(traceback.format_exception(error)).encode(errors="replace")
    try:
        path = _crash_file()
        from storage.atomic_write import atomic_write

        atomic_write(path, told, synced=False)
    except Exception:  # no settings, no disk: then the terminal has to hold it
        sys.stderr.write(told.decode())
        return f"程序内部错误（{type(error).__name__}）：本次没有完成；请把以上内容交给维护人员"
    return f"程序内部错误（{type(error).__name__}）：本次没有完成；请把 {path} 交给维护人员"


def _crash_file() -> Path:
    from settings import Settings

    return Settings().log_dir / f"crash-{datetime.now().astimezone():%Y%m%d-%H%M%S}.txt"
