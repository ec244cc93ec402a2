"""`retention`: what is past its time, and its removal."""

from __future__ import annotations

from datetime import datetime

import msgspec
import typer

from desk.cli.output import AS_JSON, confirm, people, say_json, table
from settings import Settings
from states.business_dates import SHANGHAI


def retention(
    dry_run: bool = typer.Option(False, "--dry-run", help="只看会清除什么"),
    yes: bool = typer.Option(False, "--yes", help="不再询问"),
    as_json: bool = AS_JSON,
) -> None:
    """按保存期限清除可重制的文件和已结束批次的明细；台账本身永不清除。期限见 keep_…_days 各项设置，0 为永久。"""
    from services.place import live_database, live_place, live_to_read
    from services.retention import retain, terms

    settings, now = Settings(), datetime.now(SHANGHAI)
    place = live_place(settings, "")
    found = retain(place, live_to_read(settings), now, dry_run=True)
    if not dry_run:
        confirm(
            f"将清除 {found.letters + found.outbox} 个文件和 {found.run_items} 行批次明细", yes=yes, as_json=as_json
        )
        found = retain(place, live_database(settings), now, dry_run=False)
    if as_json:
        say_json({"dry_run": dry_run, **msgspec.to_builtins(found)})
        return
    days = terms(place)
    rows = [
        ("文书文件（结案，可原样重制）", days.letters or "永久", found.letters),
        ("待发件与邮件批次的副本", days.outbox or "永久", found.outbox),
        ("已结束批次的明细", days.runs or "永久", found.run_items),
    ]
    table("将清除" if dry_run else "已清除", ("内容", "保存天数", "数量"), rows)
    if dry_run:
        people.print("没有清除任何内容")
