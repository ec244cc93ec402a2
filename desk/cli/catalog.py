"""`catalog`: the annex as data."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import typer

from desk.cli.acting import act, told, told_waiting
from desk.cli.bulk import follow
from desk.cli.output import AS_JSON, confirm, fail, people, say_json, table
from desk.cli.signed import signed
from services.acts import Waiting
from services.catalogs import in_force
from services.redating import Affected, affected
from services.runs import RunStanding
from settings import Settings
from states.office.commands import LoadCatalog, LoadStanding, Redate
from states.reference.catalog import CatalogRefused, Occupation, annex_2020, load, read_totals, totals_2020
from states.refusals import UnknownOccupation

NEVER = "never"
app = typer.Typer(no_args_is_help=True, help="职业目录附件")


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
    """全部职业，按附件顺序。"""
    rows = [_shape(row) for row in in_force(Settings()).occupations]
    if as_json:
        say_json(rows)
        return
    _table("目录附件", rows)


@app.command()
def show(name: str = typer.Argument(..., help="职业或职业资格"), as_json: bool = AS_JSON) -> None:
    """一个职业，或一项职业资格的全部职业。"""
    catalog = in_force(Settings())
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
    """证明通知的合计：14/29、66/156、准入类 7、76 项、192 个职业。"""
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
    file: Path = typer.Argument(..., help="附件（CSV，UTF-8）"),
    totals: Path = typer.Option(None, "--totals", help="应当证明的合计（TOML）；缺省为同名 .toml"),
    reason: str = typer.Option("", "--reason", help="依据，记入机构台账"),
    dry_run: bool = typer.Option(False, "--dry-run", help="只检查，不启用"),
    as_json: bool = AS_JSON,
) -> None:
    """启用另一份附件；合计不符则不启用。"""
    try:
        totals_text = (totals or file.with_suffix(".toml")).read_text(encoding="utf-8")
        csv_text = file.read_text(encoding="utf-8-sig")
        catalog = load(csv_text, read_totals(totals_text))
    except OSError as error:
        fail(f"无法读取 {error.filename}：{error.strerror}；合计文件可用 --totals 指定", code=2, as_json=as_json)
    except UnicodeDecodeError:
        fail("文件应为 UTF-8 编码的 CSV", as_json=as_json)
    except CatalogRefused as refused:
        fail("\n".join(refused.problems), as_json=as_json, error="CatalogRefused", problems=refused.problems)
    if dry_run:
        _loaded(len(catalog.occupations), [], in_force=False, as_json=as_json)
        return
    command = LoadCatalog(csv=csv_text, totals=totals_text, reason=reason)
    found = act(signed(Settings()), command)
    if isinstance(found, Waiting):
        told_waiting(found, as_json)
    else:
        _loaded(len(catalog.occupations), found.result, in_force=True, as_json=as_json)


@app.command()
def standing(
    file: Path = typer.Argument(..., help="CSV 文件：occupation,qualification,standing(in/left),left_on,source"),
    reason: str = typer.Option("", "--reason", help="依据，记入机构台账"),
    as_json: bool = AS_JSON,
) -> None:
    """录入附件以外的职业：在目录内（in），或此前已退出（left）；每条须写明来源。"""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        fail(f"无法读取 {error.filename}：{error.strerror}", code=2, as_json=as_json, error="NoFile")
    except UnicodeDecodeError:
        fail("文件应为 UTF-8 编码的 CSV", as_json=as_json, error="NotUtf8")
    found = act(signed(Settings()), LoadStanding(csv=text, reason=reason))
    loaded = None if isinstance(found, Waiting) else found.result
    told(found, as_json, f"已录入 {loaded} 个职业", occupations=loaded)


def _loaded(occupations: int, kept: list[str], *, in_force: bool, as_json: bool) -> None:
    if as_json:
        say_json({"ok": True, "occupations": occupations, "in_force": in_force, "kept": kept})
        return
    people.print(f"{occupations} 个职业，合计相符" + ("，已启用" if in_force else "（未启用）"))
    if kept:
        people.print(f"新附件没有、但尚有案件的职业予以保留：{'、'.join(kept)}", markup=False)


@app.command()
def redate(
    day: str = typer.Argument(..., metavar="DATE", help="新的退出日期，写作 2020-12-31；never 为改作准入类、不退出"),
    batch: str = typer.Option("", "--batch", help="批次"),
    occupation: str = typer.Option("", "--occupation", help="职业"),
    reason: str = typer.Option("", "--reason", help="依据，记入机构台账"),
    dry_run: bool = typer.Option(False, "--dry-run", help="只看影响，不改"),
    yes: bool = typer.Option(False, "--yes", help="不再询问"),
    as_json: bool = AS_JSON,
) -> None:
    """改动一个批次或一个职业的退出日期；逐件告知受影响的案件。"""
    if bool(batch) == bool(occupation):
        fail("请用 --batch 或 --occupation 之一指明", code=2, as_json=as_json)
    try:
        to = None if day == NEVER else date.fromisoformat(day)
    except ValueError:
        fail(f"日期“{day}”应写作 2020-12-31 或 never", code=2, as_json=as_json, error="BadDate")
    command, now = Redate(to=to, batch=batch, occupation=occupation, reason=reason), signed(Settings())
    found = affected(now.database, command, now.now.date())
    if dry_run:
        _affected(found, None, as_json)
        return
    confirm(f"将影响 {len(found.cases)} 件案件", yes=yes, as_json=as_json)
    done = act(now, command)
    if isinstance(done, Waiting):
        told_waiting(done, as_json)
        return
    standing = follow(done.result, "改期", as_json)
    _affected(found, standing, as_json)
    if standing.failed:
        raise typer.Exit(1)


def _affected(found: Affected, standing: RunStanding | None, as_json: bool) -> None:
    if as_json:
        run = {**msgspec.to_builtins(standing), "told": standing.done} if standing else {}
        say_json(msgspec.to_builtins(found) | run)
    else:
        table("受影响的案件", ("后果", "件数"), list(found.effects.items()))
