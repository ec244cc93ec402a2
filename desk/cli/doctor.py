"""`doctor`: how an installation stands, and what to do about what is wrong."""

from __future__ import annotations

import typer

from desk.cli.output import AS_JSON, say_json, table
from engine.loop import run as run_loop
from settings import Settings


def doctor(as_json: bool = AS_JSON) -> None:
    """检查程序、数据、密钥、引擎、文书和期限，并说明怎么办；只看不改。有问题时以 1 退出。"""
    from services.diagnosis import diagnose

    found = run_loop(diagnose(Settings()))
    if as_json:
        say_json({"ok": found.ok, "checks": [check._asdict() for check in found.checks]})
    else:
        rows = [(c.title, "✓" if c.ok else "✗", c.found, "" if c.ok else c.do) for c in found.checks]
        table("检查", ("项目", "", "情况", "怎么办"), rows)
    if not found.ok:
        raise typer.Exit(1)
