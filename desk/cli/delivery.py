"""`delivery`: letters on their way, those that did not get there, and the day's post."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import typer

from desk.cli.output import AS_JSON, confirm, fail, people, say_json, table
from engine.loop import run as run_loop
from settings import Settings
from states.business_dates import SHANGHAI, business_date

app = typer.Typer(no_args_is_help=True, help="投递：查看、重发、退信、打印当日邮件")
_BY = typer.Option(..., "--by", help="谁决定的")
_REASON = typer.Option("", "--reason", help="原因，记入台账")

STATUS_NAMES = {
    "pending": "待投递",
    "sending": "投递中",
    "sent": "已投递",
    "failed": "失败",
    "uncertain": "不明",
    "returned": "退回",
}


@app.command("list")
def list_(
    status: str = typer.Option("", "--status", help="、".join(STATUS_NAMES)),
    centre: str = typer.Option("", "--centre"),
    channel: str = typer.Option("", "--channel", help="email 或 folder（纸质）"),
    limit: int = typer.Option(50, "--limit", min=1),
    as_json: bool = AS_JSON,
) -> None:
    """Letters and where they stand, newest first."""
    from records.post.outbox import by_status, listed

    if status and status not in STATUS_NAMES:
        fail(f"没有状态“{status}”（可用：{'、'.join(STATUS_NAMES)}）", code=2, as_json=as_json, error="UnknownStatus")
    with _database().reading() as connection:
        rows = listed(connection, status=status, centre=centre, channel=channel, limit=limit)
        totals = by_status(connection)
    if as_json:
        say_json({"totals": totals, "letters": rows})
        return
    people.print("  ".join(f"{STATUS_NAMES[name]} {count}" for name, count in totals.items()))
    columns = ("编号", "案件", "姓名", "文书", "方式", "状态", "最早投递", "次数", "说明")
    keys = ("id", "case", "name", "number", "channel", "status", "not_before", "attempts", "detail")
    table("投递", columns, [[row[key] for key in keys] for row in rows])


@app.command()
def retry(
    ids: list[int] = typer.Argument(None, metavar="ID…"),
    all_failed: bool = typer.Option(False, "--failed", help="所有失败的"),
    not_received: bool = typer.Option(False, "--not-received", help="状态不明的：已向收件人核实没有收到"),
    by: str = _BY,
    reason: str = _REASON,
    yes: bool = typer.Option(False, "--yes"),
    as_json: bool = AS_JSON,
) -> None:
    """Sends failed letters again, under the same Message-ID; an uncertain one only once somebody has asked."""
    from records.post.outbox import FAILED, PENDING, UNCERTAIN, listed, move, parcels_of

    database, at = _database(), datetime.now(UTC)
    with database.reading() as connection:
        wanted = [row["id"] for row in listed(connection, status=FAILED, limit=1_000_000)] if all_failed else ids or []
        parcels = parcels_of(connection, wanted)
    _all_known(wanted, parcels, as_json)
    for parcel in parcels:
        if parcel.status == UNCERTAIN and not (not_received and reason):
            _refuse(parcel, "是否送达不明；请先向收件人核实，再加 --not-received 并写明 --reason", as_json)
        if parcel.status not in (FAILED, UNCERTAIN):
            _refuse(parcel, f"{STATUS_NAMES[parcel.status]}，无需重发", as_json)
    confirm(f"将重发 {len(parcels)} 封", yes=yes or not all_failed, as_json=as_json)
    with database.writing() as connection:
        for parcel in parcels:
            move(connection, parcel, parcel.status, PENDING, at=at, by=by, reason=reason or "人工重发", next_at=at)
    _wake()
    _said({"retried": [parcel.id for parcel in parcels]}, f"{len(parcels)} 封已重新排入投递", as_json)


@app.command()
def withhold(
    id_: int = typer.Argument(..., metavar="ID"),
    by: str = _BY,
    reason: str = typer.Option(..., "--reason", help="为什么撤回，记入台账"),
    as_json: bool = AS_JSON,
) -> None:
    """Holds back a letter that has not left yet; it stands among the failed, from where `retry` sends it after all."""
    from records.post.outbox import FAILED, PENDING, move, parcels_of

    with _database().writing() as connection:
        parcels = parcels_of(connection, [id_])
        _all_known([id_], parcels, as_json)
        if not move(connection, parcels[0], PENDING, FAILED, at=datetime.now(UTC), by=by, reason=f"撤回：{reason}"):
            _refuse(parcels[0], f"{STATUS_NAMES[parcels[0].status]}，已过撤回期", as_json)
    _said({"withheld": [id_]}, f"{id_} 已撤回，不会寄出", as_json)


@app.command("mark-returned")
def mark_returned(
    id_: int = typer.Argument(..., metavar="ID"), by: str = _BY, reason: str = _REASON, as_json: bool = AS_JSON
) -> None:
    """Writes down that a letter came back."""
    from records.post.outbox import RETURNED, SENT, move, parcels_of

    with _database().writing() as connection:
        parcels = parcels_of(connection, [id_])
        _all_known([id_], parcels, as_json)
        if not move(connection, parcels[0], SENT, RETURNED, at=datetime.now(UTC), by=by, reason=reason or "退信"):
            _refuse(parcels[0], f"{STATUS_NAMES[parcels[0].status]}，只有已投递的才会退回", as_json)
    _said({"returned": [id_]}, f"{id_} 已记为退回", as_json)


@app.command("print")
def print_(
    day: str = typer.Option("", "--day", metavar="DATE", help="哪一天的；缺省为今天"),
    centre: str = typer.Option("", "--centre"),
    as_json: bool = AS_JSON,
) -> None:
    """Makes one PDF a centre of a day's letters on paper, in envelope order, with an address sheet.

    Workers do so by themselves once a day (`print_hour`); for today, this does it now.
    """
    from services.place import letter_files, live_place, open_faces
    from services.post_room import PostRoom

    today = business_date(datetime.now(SHANGHAI))
    try:
        on = date.fromisoformat(day) if day else today
    except ValueError:
        fail(f"日期“{day}”应写作 2020-12-31", code=2, as_json=as_json, error="BadDate")
    settings, database = Settings(), _database()
    place, faces = live_place(settings, ""), open_faces(settings)
    room = PostRoom(database, database.write, letter_files(place, database), place.outbox_store, faces)
    made = room.again(on, centre, closing=on == today)
    if as_json:
        say_json({"day": on.isoformat(), "batches": [batch._asdict() for batch in made]})
        return
    columns = ("中心", "内容", "文书", "信封", "文件")
    table(f"{on} 的纸质文书", columns, made)


def _database() -> Any:
    from services.place import live_database

    return live_database(Settings())


def _all_known(ids: list[int], parcels: list[Any], as_json: bool) -> None:
    if not ids:
        fail("请写明编号，或用 --failed", code=2, as_json=as_json, error="NoLetter")
    if missing := set(ids) - {parcel.id for parcel in parcels}:
        fail(
            f"没有编号 {'、'.join(map(str, sorted(missing)))}；用 ./run delivery list 查找",
            as_json=as_json,
            error="UnknownLetter",
        )


def _refuse(parcel: Any, why: str, as_json: bool) -> None:
    fail(f"{parcel.id}（{parcel.number}）{why}", as_json=as_json, error="WrongStatus", id=parcel.id)


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
        people.print(sentence)
