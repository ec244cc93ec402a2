"""`import`: rosters to cases; what is wrong with a row comes back in a copy of the workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from desk.cli.bulk import follow
from desk.cli.output import AS_JSON, aside, fail, people, say_json, table
from settings import Settings
from states.business_dates import SHANGHAI

_SHOWN = 20


def import_(
    file: Path | None = typer.Argument(None, help="名册：.xlsx、.xls 或 .csv"),
    kind: str = typer.Option("", "--kind", help="announce、register、hold_exam、import_certificate；缺省按表头判断"),
    template: str = typer.Option("", "--template", metavar="KIND", help="写出该种名册的模板，不导入"),
    out: Path | None = typer.Option(None, "--out", help="模板或错误副本写到哪里"),
    by: str = typer.Option("经办员", "--by", help="经办人姓名"),
    dry_run: bool = typer.Option(False, "--dry-run", help="只检查，不办理"),
    as_json: bool = AS_JSON,
) -> None:
    """Takes a roster in: every good row becomes its command, every bad one is told what is wrong with it."""
    from services.rosters.columns import KINDS

    for named in (kind, template):
        if named and named not in KINDS:
            fail(f"没有名册种类“{named}”（可用：{'、'.join(KINDS)}）", code=2, as_json=as_json, error="UnknownKind")
    if template:
        _give_template(template, out, as_json)
        return
    if file is None:
        fail("请写明名册文件，或用 --template KIND 得到模板", code=2, as_json=as_json, error="NoFile")
    found = _imported(file, kind, by, out, dry_run, as_json)
    if as_json:
        say_json(found)
    else:
        _show(found)
    if found["failed"]:
        raise typer.Exit(1)


def _give_template(kind: str, out: Path | None, as_json: bool) -> None:
    from services.rosters.columns import KIND_NAMES
    from services.rosters.workbooks import write_template

    path = out or _fresh(Path(f"{KIND_NAMES[kind]}模板.xlsx"))
    write_template(kind, path)
    if as_json:
        say_json({"template": str(path), "kind": kind})
    else:
        people.print(f"已写入 {path}")


def _imported(file: Path, kind: str, by: str, out: Path | None, dry_run: bool, as_json: bool) -> dict[str, Any]:
    from services.place import live_database, live_place, open_renderer
    from services.rosters.importing import begin, check, foreseen, matched
    from services.rosters.limits import BadRoster

    settings, at = Settings(), datetime.now(SHANGHAI)
    database = live_database(settings)
    unprintable = open_renderer(live_place(settings, "")).unprintable
    try:
        with database.reading() as connection:
            checked = check(connection, file, kind, by=by, today=at.date(), unprintable=unprintable)
            checked = matched(connection, checked)
            skipped = 0
            if dry_run:
                checked, skipped = foreseen(connection, checked, at.date())
    except BadRoster as bad:
        fail(str(bad), code=2, as_json=as_json, error="BadRoster")
    _warn(checked.roster)
    run = None
    if not dry_run:
        with database.writing() as connection:
            run = begin(connection, checked, by=by, at=at.isoformat())
        standing = follow(run, "导入", as_json)
        skipped = standing["skipped"] + standing["pending"]  # what somebody paused is not done: the next import does it
        checked = _with_refusals(database, run, checked)
    failed = sum(bool(row.errors) for row in checked.rows)
    return {
        "rows": len(checked.rows),
        "opened": len(checked.rows) - skipped - failed if dry_run else standing["done"],
        "skipped": skipped,
        "failed": failed,
        "errors": [error._asdict() for error in checked.errors],
        "workbook": _give_back(checked, out),
        "kind": checked.roster.kind,
        "run": run,
        "dry_run": dry_run,
    }


def _with_refusals(database: Any, run: str, checked: Any) -> Any:
    """The rows with what the rules refused when their turn came."""
    from records.runs.items import not_done
    from services.rosters.importing import wrong

    with database.reading() as connection:
        refused = not_done(connection, run, len(checked.rows))
    rows = list(checked.rows)
    for item in refused:
        row = rows[item["position"] - 1]
        if not row.errors:
            rows[item["position"] - 1] = wrong(row, "", item["error"], item["message"])
    return checked._replace(rows=rows)


def _give_back(checked: Any, out: Path | None) -> str | None:
    from services.rosters.workbooks import write_errors

    if not checked.errors:
        return None
    file = checked.roster.path.absolute()
    path = out or _fresh(file.with_name(f"{file.stem}-错误.xlsx"))
    try:
        write_errors(checked.roster, checked.errors, path)
    except OSError:  # a folder that may only be read
        path = _fresh(Path(path.name).absolute())
        write_errors(checked.roster, checked.errors, path)
    return str(path)


def _fresh(path: Path) -> Path:
    """`path`, or the first of its numbered siblings that is not there: nobody's file is ever written over."""
    candidate, n = path, 1
    while candidate.exists():
        n += 1
        candidate = path.with_stem(f"{path.stem}-{n}")
    return candidate


def _warn(roster: Any) -> None:
    if roster.ignored_columns:
        aside.print(f"未采用的列：{'、'.join(roster.ignored_columns)}", style="yellow", markup=False)
    if roster.ignored_sheets:
        aside.print(f"未采用的工作表：{'、'.join(roster.ignored_sheets)}", style="yellow", markup=False)


def _show(found: dict[str, Any]) -> None:
    would = "将办理" if found["dry_run"] else "已办理"
    people.print(
        f"{found['rows']} 行 = {would} {found['opened']} + 先前已办 {found['skipped']} + 有误 {found['failed']}"
    )
    if found["errors"]:
        shown = [(e["sheet"], e["row"], e["column"], e["message"]) for e in found["errors"][:_SHOWN]]
        table(f"错误（前 {len(shown)} 条，共 {len(found['errors'])} 条）", ("表", "行", "列", "问题与改法"), shown)
        people.print(f"请在 {found['workbook']} 里改正后再次导入；已办理的行会自动跳过", soft_wrap=True)
