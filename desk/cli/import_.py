"""`import`: rosters to cases; what is wrong with a row comes back in a copy of the workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from desk.cli.output import AS_JSON, aside, confirm, fail, people, say_json, table
from settings import Settings
from states.business_dates import SHANGHAI

if TYPE_CHECKING:
    from services.rosters.importing import Checked
    from services.rosters.outcome import Imported

_SHOWN = 20


def import_(
    file: Path | None = typer.Argument(None, help="名册：.xlsx、.xls、.ods、.csv 或 .txt"),
    kind: str = typer.Option("", "--kind", help="announce、register、hold_exam、import_certificate；缺省按表头判断"),
    template: str = typer.Option("", "--template", metavar="KIND", help="写出该种名册的模板，不导入"),
    out: Path | None = typer.Option(None, "--out", help="模板或错误副本写到哪里"),
    dry_run: bool = typer.Option(False, "--dry-run", help="只检查，不办理"),
    yes: bool = typer.Option(False, "--yes", help="名册种类存疑、含隐藏的行时不再询问"),
    as_json: bool = AS_JSON,
) -> None:
    """导入名册：没有错误的行逐行办理，有错误的行连同问题和改法写进一份副本。"""
    from services.rosters.columns import KINDS
    from services.rosters.limits import BadRoster

    for named in (kind, template):
        if named and named not in KINDS:
            fail(f"没有名册种类“{named}”（可用：{'、'.join(KINDS)}）", code=2, as_json=as_json, error="UnknownKind")
    if template:
        _give_template(template, out, as_json)
        return
    if file is None:
        fail("请写明名册文件，或用 --template KIND 得到模板", code=2, as_json=as_json, error="NoFile")
    try:
        found = _imported(file, kind, out, dry_run=dry_run, yes=yes, as_json=as_json)
    except BadRoster as bad:
        fail(str(bad), code=2, as_json=as_json, error="BadRoster")
    if as_json:
        say_json(found)
    else:
        _show(found)
    if found.failed:
        raise typer.Exit(1)


def _give_template(kind: str, out: Path | None, as_json: bool) -> None:
    from services.rosters.columns import KIND_NAMES
    from services.rosters.outcome import fresh
    from services.rosters.workbooks import write_template
    from storage.atomic_write import drafted

    path = out or fresh(Path(f"{KIND_NAMES[kind]}模板.xlsx"))
    with drafted(path) as draft:
        write_template(kind, draft)
    if as_json:
        say_json({"template": str(path), "kind": kind})
    else:
        people.print(f"已写入 {path}", markup=False)


def _imported(file: Path, kind: str, out: Path | None, *, dry_run: bool, yes: bool, as_json: bool) -> Imported:
    from services.rosters.outcome import guard_out

    guard_out(file, out)
    return _forecast(file, kind, out) if dry_run else _carried_out(file, kind, out, yes=yes, as_json=as_json)


def _forecast(file: Path, kind: str, out: Path | None) -> Imported:
    """What an import would come to. Who is not signed in hears nothing of the cases on record."""
    from desk.cli.signed import signed_to_read
    from services.place import live_to_read, open_faces
    from services.rosters.importing import check, everywhere, foreseen, matched
    from services.rosters.outcome import outcome
    from states.office.refusals import NotInitialised, NotSignedIn

    settings, today = Settings(), datetime.now(SHANGHAI).date()
    try:
        actor = signed_to_read(settings).actor
    except (NotInitialised, NotSignedIn):
        actor = None
    by, reaches = (actor.name, actor.reaches) if actor else ("未登录", everywhere)
    unprintable = open_faces(settings).unprintable
    with live_to_read(settings).reading() as connection:
        checked = check(connection, file, kind, by=by, today=today, unprintable=unprintable, reaches=reaches)
        if actor is None:
            checked = checked._replace(notes=(*checked.notes, "没有登录：只按名册本身检查，没有与已有案件核对"))
            return outcome(checked, skipped=0, opened=None, run=None, out=out)
        checked, skipped = foreseen(connection, matched(connection, checked, reaches), today)
    return outcome(checked, skipped=skipped, opened=None, run=None, out=out)


def _carried_out(file: Path, kind: str, out: Path | None, *, yes: bool, as_json: bool) -> Imported:
    from desk.cli.bulk import follow
    from desk.cli.signed import signed
    from services.place import open_faces
    from services.rosters.importing import begin_as, check, matched, with_refusals
    from services.rosters.outcome import outcome

    settings = Settings()
    now = signed(settings)
    by = {"by": now.actor.name, "account": now.actor.account}
    unprintable = open_faces(settings).unprintable
    with now.database.reading() as connection:
        checked = check(
            connection, file, kind, today=now.now.date(), unprintable=unprintable, reaches=now.actor.reaches, **by
        )
        checked = matched(connection, checked, now.actor.reaches)
    _ask(checked, yes=yes, as_json=as_json)
    run = begin_as(now.register, now.actor, checked, now.now)
    standing = follow(run, "导入", as_json)
    skipped = standing.skipped + standing.pending  # what somebody paused is not done: the next import does it
    checked = with_refusals(now.database, run, checked)
    return outcome(checked, skipped=skipped, opened=standing.done, run=run, out=out)


def _ask(checked: Checked, *, yes: bool, as_json: bool) -> None:
    """Each question about the roster as a whole is answered before anything is begun."""
    for question in checked.questions:
        confirm(question, yes=yes, as_json=as_json)


def _show(found: Imported) -> None:
    would = "将办理" if found.dry_run else "已办理"
    people.print(f"{found.kind_name}（{found.kind}）")
    _show_reading(found)
    people.print(f"{found.rows} 行 = {would} {found.opened} + 先前已办 {found.skipped} + 有误 {found.failed}")
    if found.left_out:
        shown = "、".join(f"第{one.row}行{one.why}" for one in found.left_out[:_SHOWN])
        people.print(f"另有 {len(found.left_out)} 行不是考生，未计入：{shown}", markup=False)
    if found.errors:
        rows = [(e.sheet, e.row, e.column, e.message) for e in found.errors[:_SHOWN]]
        table(f"错误（前 {len(rows)} 条，共 {len(found.errors)} 条）", ("表", "行", "列", "问题与改法"), rows)
    if found.workbook:
        people.print(f"请在 {found.workbook} 里改正后再次导入；已办理的行会自动跳过", soft_wrap=True, markup=False)


def _show_reading(found: Imported) -> None:
    """What was read as what, and what was not read."""
    if found.dry_run:
        rows = [(one.sheet, one.column, one.heading, one.reads_as) for one in found.columns]
        table("表头读法", ("表", "列", "表头", "读作"), rows)
    for one in found.not_read:
        meant = f"；是否“{one.nearest}”？若是请改表头" if one.nearest else ""
        aside.print(f"未采用的列：{one.column}列“{one.heading}”{meant}", style="yellow", markup=False)
    if found.ignored_sheets:
        aside.print(f"未采用的工作表：{'、'.join(found.ignored_sheets)}", style="yellow", markup=False)
    for note in (*found.questions, *found.notes):
        aside.print(note, style="yellow", markup=False)
