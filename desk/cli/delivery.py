"""`delivery`: letters on their way, those that did not get there, and the day's post."""

from __future__ import annotations

from datetime import date
from typing import Any

import typer

from desk.cli.acting import act
from desk.cli.output import AS_JSON, confirm, fail, people, say_json, table
from desk.cli.signed import signed, signed_to_read
from engine.loop import run as run_loop
from services.acting.post import FATE_NAMES
from services.delivery import failed_letters, letters_of, print_post
from settings import Settings
from states.business_dates import business_date
from states.office.commands import MarkReturned, RetryLetters, WithholdLetter

app = typer.Typer(no_args_is_help=True, help="投递：查看、重发、退信、打印当日邮件")
_REASON = typer.Option("", "--reason", help="原因，记入台账")
_ID = typer.Argument(..., metavar="ID", help="编号，见 delivery list")


@app.command("list")
def list_(
    status: str = typer.Option("", "--status", help=f"状态：{'、'.join(FATE_NAMES)}"),
    centre: str = typer.Option("", "--centre", help="中心代码"),
    channel: str = typer.Option("", "--channel", help="email 或 folder（纸质）"),
    limit: int = typer.Option(50, "--limit", min=1, help="最多列多少封"),
    as_json: bool = AS_JSON,
) -> None:
    """文书投递到哪里，新的在前。"""
    if status and status not in FATE_NAMES:
        fail(f"没有状态“{status}”（可用：{'、'.join(FATE_NAMES)}）", code=2, as_json=as_json, error="UnknownStatus")
    now = signed_to_read(Settings())
    found = letters_of(now.database, now.actor, status=status, centre=centre, channel=channel, limit=limit)
    if as_json:
        say_json({"totals": found.totals, "letters": found.letters})
        return
    people.print("  ".join(f"{FATE_NAMES[name]} {count}" for name, count in found.totals.items()))
    columns = ("编号", "案件", "姓名", "文书", "方式", "状态", "最早投递", "次数", "说明")
    keys = ("id", "case", "name", "number", "channel", "status", "not_before", "attempts", "detail")
    table("投递", columns, [[_cell(key, row[key]) for key in keys] for row in found.letters])


def _cell(key: str, value: Any) -> Any:
    return FATE_NAMES[value] if key == "status" else value


@app.command()
def retry(
    ids: list[int] = typer.Argument(None, metavar="ID…", help="编号，见 delivery list"),
    all_failed: bool = typer.Option(False, "--failed", help="所有失败的"),
    not_received: bool = typer.Option(False, "--not-received", help="状态不明的：已向收件人核实没有收到"),
    reason: str = _REASON,
    yes: bool = typer.Option(False, "--yes", help="不再询问"),
    as_json: bool = AS_JSON,
) -> None:
    """重发失败的文书，沿用原 Message-ID；状态不明的须先向收件人核实。"""
    now = signed(Settings())
    wanted = failed_letters(now.database, now.actor) if all_failed else tuple(ids or ())
    if not wanted and not all_failed:
        fail("请写明编号，或用 --failed", code=2, as_json=as_json, error="NoLetter")
    confirm(f"将重发 {len(wanted)} 封", yes=yes or not all_failed, as_json=as_json)
    if wanted:
        act(now, RetryLetters(letters=wanted, not_received=not_received, reason=reason))
        _wake()
    _said({"retried": list(wanted)}, f"{len(wanted)} 封已重新排入投递", as_json)


@app.command()
def withhold(
    id_: int = _ID,
    reason: str = typer.Option(..., "--reason", help="为什么撤回，记入台账"),
    as_json: bool = AS_JSON,
) -> None:
    """撤回尚未寄出的文书；它列入失败，可用 retry 再寄。"""
    act(signed(Settings()), WithholdLetter(letter=id_, reason=reason))
    _said({"withheld": [id_]}, f"{id_} 已撤回，不会寄出", as_json)


@app.command("mark-returned")
def mark_returned(id_: int = _ID, reason: str = _REASON, as_json: bool = AS_JSON) -> None:
    """登记退信。"""
    act(signed(Settings()), MarkReturned(letter=id_, reason=reason))
    _said({"returned": [id_]}, f"{id_} 已记为退回", as_json)


@app.command("print")
def print_(
    day: str = typer.Option("", "--day", metavar="DATE", help="哪一天的；缺省为今天"),
    centre: str = typer.Option("", "--centre", help="中心代码；缺省为本人范围内的全部"),
    as_json: bool = AS_JSON,
) -> None:
    """把一天的纸质文书每中心合成一份 PDF，按信封顺序，附地址清单；每天到时也会自行办理。"""
    settings = Settings()
    now = signed(settings)
    try:
        on = date.fromisoformat(day) if day else business_date(now.now)
    except ValueError:
        fail(f"日期“{day}”应写作 2020-12-31", code=2, as_json=as_json, error="BadDate")
    made = print_post(settings, now.register, now.actor, on, centre, now.now)
    if as_json:
        say_json({"day": on.isoformat(), "batches": [batch._asdict() for batch in made]})
        return
    columns = ("中心", "内容", "文书", "信封", "文件")
    table(f"{on} 的纸质文书", columns, made)


def _wake() -> None:
    """Tells a running engine; without one the next worker that starts looks by itself."""
    from engine.server.embedded import engine_target
    from engine.wire.client import EngineUnavailable, nudge_delivery
    from services.place import connect, live_place

    settings = Settings()
    target = engine_target(settings)

    async def nudge() -> None:
        if target:
            await nudge_delivery(await connect(live_place(settings, target)))

    try:
        run_loop(nudge())
    except (EngineUnavailable, RuntimeError):
        return


def _said(found: dict[str, Any], sentence: str, as_json: bool) -> None:
    if as_json:
        say_json(found)
    else:
        people.print(sentence, markup=False)
