"""`letter` and `ledger`: what was written, and whether it is still what was written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import typer

from desk.cli.output import AS_JSON, confirm, fail, people, say_json, table
from engine.loop import run as run_loop
from settings import Settings
from storage.atomic_write import atomic_write

letter = typer.Typer(no_args_is_help=True, help="文书：预览、验证")
ledger = typer.Typer(no_args_is_help=True, help="台账：验证")


@letter.command()
def preview(
    number: str = typer.Argument(..., metavar="CASE", help="案件编号"),
    kind: str = typer.Argument(..., help="文书种类，见 docs/states.md"),
    out: Path = typer.Option(Path("preview.pdf"), "--out", help="写到哪里"),
    as_json: bool = AS_JSON,
) -> None:
    """按案件现状预览一种文书：不登记，标明演练。"""
    from desk.cli.signed import signed_to_read
    from letters.failures import LetterFailure
    from services.papers import preview as rendering

    settings = Settings()
    now = signed_to_read(settings)
    try:
        rendered = rendering(settings, now.database, now.actor, number, kind, now.now)
    except LetterFailure as wrong:
        fail(str(wrong), as_json=as_json, error=type(wrong).__name__)
    atomic_write(out, rendered.pdf)
    if as_json:
        say_json({"path": str(out), "sha256": rendered.sha256, "template_version": rendered.template_version})
    else:
        people.print(f"已写入 {out}", markup=False)


@letter.command()
def gallery(
    folder: Path = typer.Argument(..., metavar="DIR", help="图片写到哪个文件夹"),
    only: str = typer.Option("", "--only", help="只要名称含有这个词的，如 exit_notice"),
    as_json: bool = AS_JSON,
) -> None:
    """把各种文书在各种情形下的样张逐页存成图片，供审阅措辞和版面；样张中的人都是虚构的。"""
    from letters.gallery import hang
    from letters.renderer import Renderer
    from letters.seal import Signer
    from services.place import open_faces

    made = hang(folder, Renderer(Signer.fresh(), faces=open_faces(Settings())), only)
    if as_json:
        say_json({"pages": [str(path) for path in made]})
    else:
        people.print(f"{len(made)} 页样张在 {folder}", markup=False)


@letter.command()
def reprint(
    kind: str = typer.Argument(..., help="文书种类，见 docs/states.md"),
    first: str = typer.Option(..., "--from", metavar="DATE", help="文书日期，自"),
    last: str = typer.Option("", "--to", metavar="DATE", help="至；缺省同一天"),
    centre: str = typer.Option("", "--centre", help="中心代码"),
    yes: bool = typer.Option(False, "--yes", help="不再询问"),
    as_json: bool = AS_JSON,
) -> None:
    """把已出具的文书原样重印到发件箱：登记为批次，逐份办理。"""
    from desk.cli.bulk import answer, follow
    from desk.cli.signed import signed
    from letters.failures import UnknownKind
    from services.papers import begin_reprint, reprintable

    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        fail("日期应写作 2020-12-31", code=2, as_json=as_json, error="BadDate")
    now = signed(Settings())
    try:
        found = reprintable(now.database, now.actor, kind, first=start, last=end, centre=centre)
    except UnknownKind as wrong:
        fail(str(wrong), code=2, as_json=as_json, error="UnknownKind")
    confirm(f"将重印 {len(found.letters)} 份{found.title}", yes=yes, as_json=as_json)
    standing = follow(begin_reprint(now.register, now.actor, found, now.now), "重印", as_json)
    answer(standing, as_json)
    if standing.failed:
        raise typer.Exit(1)


@letter.command()
def mend(as_json: bool = AS_JSON) -> None:
    """核对全部文书文件的哈希，缺失或被改动的由台账原样重制；重制不出的列出，以 1 退出。"""
    from services.place import letter_files, live_database, live_place

    settings = Settings()
    done = letter_files(live_place(settings, ""), live_database(settings)).mend()
    if as_json:
        say_json({"made": done.made, "lost": [lost._asdict() for lost in done.lost]})
    else:
        people.print(f"已原样重制 {done.made} 份")
        if done.lost:
            table("只有备份中才有", ("案件", "文号", "文件"), [(one.case, one.number, one.path) for one in done.lost])
    if done.lost:
        raise typer.Exit(1)


@letter.command()
def verify(
    what: str = typer.Argument(..., metavar="PDF|CODE", help="PDF 文件，或文书上印的码"),
    place: Path | None = typer.Option(None, "--place", help="演练文件夹；缺省为正式数据"),
    as_json: bool = AS_JSON,
) -> None:
    """核验一份 PDF、扫码所得的防伪码或纸面上的校验码：是否本单位出具，现在是否有效。"""
    from services.place import database_to_read, live_to_read, rehearsal_place
    from services.verification import open_verifier, verify_file, verify_text

    settings = Settings()
    own = settings.model_copy(update={"data_dir": place, "database_url": ""}) if place else settings
    database = database_to_read(rehearsal_place(own, place, "")) if place else live_to_read(settings)
    verifier = open_verifier(own, database)
    path = Path(what)
    file = path.read_bytes() if len(what) < 250 and path.is_file() else None
    told = verify_text(verifier, what) if file is None else verify_file(verifier, file)
    if as_json:
        say_json(told)
    else:
        people.print(f"{told.status}：{told.message}", style="green" if told.verdict == "in_force" else "bold red")
        if told.compare:
            table("纸面应载明", ("项目", "内容"), told.compare)
    if told.verdict != "in_force":
        raise typer.Exit(1)


@ledger.command("verify")
def verify_ledger(
    place: Path | None = typer.Option(None, "--place", help="演练文件夹；缺省为正式数据"),
    workflows: bool = typer.Option(True, "--workflows/--no-workflows", help="也与在办工作流核对"),
    as_json: bool = AS_JSON,
) -> None:
    """重算哈希链和检查点，并与在办工作流核对。"""
    from services.audit import audit

    told = run_loop(audit(Settings(), place, workflows=workflows))
    if as_json:
        say_json(told)
    else:
        _show_audit(told)
    if not told.ok:
        raise typer.Exit(1)


def _show_audit(told: Any) -> None:
    held = told.workflows
    bad = [(f.case_number, f.revision, f.what) for f in (*told.chain.bad, *told.documents.bad)]
    bad += [("", "", what) for what in told.checkpoints.bad]
    if held:
        bad += [(number, "", "应有工作流在等候而没有；请运行 ./run engine rebuild") for number in held.missing]
        bad += [(f.case_number, f.revision, f.what) for f in held.differ]
    if bad:
        table("台账有误", ("案件", "修订", "问题"), bad)
    people.print(
        f"台账 {told.chain.cases} 案 {told.chain.rows} 条，文书 {told.documents.rows} 份，"
        f"检查点 {told.checkpoints.count}/{told.checkpoints.expected}：{'有误' if bad else '完整'}"
    )
    compared = f"已与 {held.compared} 个工作流比较" if held else "未与工作流比较（没有引擎应答）"
    people.print(compared if not held or held.missing or held.differ else f"{compared}，一致")
