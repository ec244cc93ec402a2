"""`catalog`: the annex as data."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import typer

from desk.cli.bulk import follow
from desk.cli.output import AS_JSON, confirm, fail, people, say_json, table
from settings import Settings
from states.business_dates import SHANGHAI
from states.reference.catalog import Catalog, CatalogRefused, Occupation, annex_2020, load, read_totals, totals_2020
from states.refusals import UnknownOccupation

app = typer.Typer(no_args_is_help=True, help="职业目录附件")


def _in_force() -> Catalog:
    """The calendar in force; the bundled annex where no database has been made yet."""
    from records.office.world import catalog_in_force
    from records.store.database import Database

    settings = Settings()
    if settings.database.startswith("sqlite") and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return annex_2020()
    database = Database(settings.database)
    try:
        if not database.migrated():
            return annex_2020()
        with database.reading() as connection:
            return catalog_in_force(connection)
    finally:
        database.close()


def _shape(row: Occupation) -> dict[str, Any]:
    return {
        "item": row.item,
        "qualification": row.qualification,
        "occupation": row.occupation,
        "departments": list(row.departments),
        "batch": row.batch,
        "exit_date": row.exit_date.isoformat() if row.exit_date else None,
    }


@app.command("list")
def list_(as_json: bool = AS_JSON) -> None:
    """All occupations in annex order."""
    rows = [_shape(row) for row in _in_force().occupations]
    if as_json:
        say_json(rows)
        return
    _table("目录附件", rows)


@app.command()
def show(name: str, as_json: bool = AS_JSON) -> None:
    """One occupation, or all of one qualification."""
    catalog = _in_force()
    found = catalog.find(name)
    rows = [found] if found else [row for row in catalog.occupations if row.qualification == name]
    if not rows:
        refusal = UnknownOccupation(occupation=name, suggestions="、".join(catalog.suggest(name)) or "无")
        fail(refusal.message, as_json=as_json, error=refusal.name)
    if as_json:
        say_json(_shape(rows[0]) if found else [_shape(row) for row in rows])
        return
    _table(name, [_shape(row) for row in rows])


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    columns = ("序号", "职业资格", "职业", "实施部门", "批次", "退出日期")
    table(
        title,
        columns,
        [
            (*list(row.values())[:3], "、".join(row["departments"]), row["batch"], row["exit_date"] or "不退出")
            for row in rows
        ],
    )


@app.command()
def check(as_json: bool = AS_JSON) -> None:
    """Proves the totals of the notice: 14/29, 66/156, 7 access, 76 items, 192 occupations."""
    catalog, totals = annex_2020(), totals_2020()
    problems = catalog.prove(totals)
    batches = {
        name: [
            len({r.item for r in catalog.occupations if r.batch == name}),
            sum(r.batch == name for r in catalog.occupations),
        ]
        for name in totals.batches
    }
    found = {
        "ok": not problems,
        "items": len({row.item for row in catalog.occupations}),
        "occupations": len(catalog.occupations),
        "batches": {name: {"qualifications": q, "occupations": o} for name, (q, o) in batches.items()},
        "problems": problems,
    }
    if as_json:
        say_json(found)
    else:
        for name, (qualifications, occupations) in batches.items():
            people.print(f"批次 {name}：{qualifications} 项职业资格，{occupations} 个职业")
        people.print(f"合计 {found['items']} 项，{found['occupations']} 个职业：{problems or '与 80号·二 相符'}")
    if problems:
        raise typer.Exit(1)


@app.command("load")
def load_(
    file: Path,
    totals: Path = typer.Option(None, "--totals", help="应当证明的合计（TOML）；缺省为同名 .toml"),
    dry_run: bool = typer.Option(False, "--dry-run", help="只检查，不启用"),
    as_json: bool = AS_JSON,
) -> None:
    """Puts another annex in force, if it proves its totals."""
    try:
        totals_text = (totals or file.with_suffix(".toml")).read_text(encoding="utf-8")
        catalog = load(file.read_text(encoding="utf-8-sig"), read_totals(totals_text))
    except OSError as error:
        fail(f"无法读取 {error.filename}：{error.strerror}；合计文件可用 --totals 指定", code=2, as_json=as_json)
    except UnicodeDecodeError:
        fail("文件应为 UTF-8 编码的 CSV", as_json=as_json)
    except CatalogRefused as refused:
        fail("\n".join(refused.problems), as_json=as_json, error="CatalogRefused", problems=refused.problems)
    kept: list[str] = []
    if not dry_run:
        from records.office.world import replace_catalog

        with _writing() as connection:
            kept = replace_catalog(connection, catalog)
    if as_json:
        say_json({"ok": True, "occupations": len(catalog.occupations), "in_force": not dry_run, "kept": kept})
    else:
        people.print(f"{len(catalog.occupations)} 个职业，合计相符" + ("（未启用）" if dry_run else "，已启用"))
        if kept:
            people.print(f"新附件没有、但尚有案件的职业予以保留：{'、'.join(kept)}")


def _writing() -> Any:
    from services.place import live_database

    return live_database(Settings()).writing()


@app.command()
def redate(
    day: str,
    batch: str = typer.Option("", "--batch"),
    occupation: str = typer.Option("", "--occupation"),
    by: str = typer.Option("管理员", "--by", help="谁决定的"),
    reason: str = typer.Option("", "--reason"),
    dry_run: bool = typer.Option(False, "--dry-run"),
    yes: bool = typer.Option(False, "--yes"),
    as_json: bool = AS_JSON,
) -> None:
    """Moves the exit date of a batch or an occupation; every affected case is told."""
    from services.place import live_database
    from services.redating import Redating, affected, begin

    if bool(batch) == bool(occupation):
        fail("请用 --batch 或 --occupation 之一指明", code=2, as_json=as_json)
    try:
        to = date.fromisoformat(day)
    except ValueError:
        fail(f"日期“{day}”应写作 2020-12-31", code=2, as_json=as_json)
    plan, at = Redating(to, batch, occupation, by, reason), datetime.now(SHANGHAI)
    database = live_database(Settings())
    try:
        with database.reading() as connection:
            found = affected(connection, plan, at.date())
    except (CatalogRefused, UnknownOccupation) as refused:
        fail(str(refused), as_json=as_json, error=type(refused).__name__)
    if not dry_run:
        confirm(f"将影响 {len(found['cases'])} 件案件", yes=yes, as_json=as_json)
        found |= follow(begin(database, plan, at), "改期", as_json)
        found["told"] = found["done"]
    if as_json:
        say_json(found)
    else:
        table("受影响的案件", ("后果", "件数"), list(found["effects"].items()))
    if found.get("failed"):
        raise typer.Exit(1)
