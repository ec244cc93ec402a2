"""The end of every command that could not do what it was asked: one sentence, exit code 1, no traceback."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from desk.cli.output import aside, say_json
from states.refusals import Refusal


def guarded(command: Callable[[], None]) -> None:
    """Runs the command line; a known trouble is told in its sentence, an unknown one is kept for the maintainers."""
    try:
        command()
    except Refusal as refusal:
        if "--json" in sys.argv:
            say_json({"error": refusal.name, "message": refusal.message, "data": refusal.data})
        aside.print(refusal.message, style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except Exception as error:  # whatever it is, a person is told what to do
        from services.troubles import Trouble, trouble

        known = trouble(error) or Trouble("InternalError", _kept(error))
        if "--json" in sys.argv:
            say_json({"error": known.name, "message": known.sentence})
        aside.print(known.sentence, style="red", markup=False, soft_wrap=True)
        sys.exit(1)


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
