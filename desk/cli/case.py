"""`case`: one case at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import typer

from desk.cli.bulk import answer, follow
from desk.cli.output import AS_JSON, confirm, fail, people, say_json, table
from engine.loop import run as run_loop
from engine.wire.client import EngineUnavailable
from services.command_input import command_from, known_commands
from settings import Settings
from states.business_dates import SHANGHAI
from states.case.commands import COMMAND_NAMES, AnyCommand
from states.refusals import InvalidField, Refusal, UnknownCommand
from states.words import STATE_NAMES, Role, State

app = typer.Typer(no_args_is_help=True, help="案件：立案、办理、查看")

_PAIRS = typer.Argument(None, metavar="KEY=VALUE…", help="by=姓名 role=角色 以及命令的各项")


@app.command("open")
def open_(pairs: list[str] = _PAIRS, as_json: bool = AS_JSON) -> None:
    """Opens a case: announces a candidate, or imports an old certificate when certificate_no= is given."""
    fields = _fields(pairs, as_json)
    command = "import_certificate" if "certificate_no" in fields else "announce"
    sent = _order(command, fields, as_json)
    number, receipt = _act(lambda place, at: place.submitter.open([sent], at), as_json)
    _answer(number, receipt, as_json)


_WORDS = typer.Argument(..., metavar="[CASE] COMMAND [KEY=VALUE]…", help="用 --where 时不写案件编号")


@app.command()
def do(
    words: list[str] = _WORDS,
    where: str = typer.Option("", "--where", help="批量办理：条件，例如 'state=choosing occupation=电工'"),
    dry_run: bool = typer.Option(False, "--dry-run", help="批量办理：只看会怎样，不办理"),
    yes: bool = typer.Option(False, "--yes", help="批量办理：不再询问"),
    as_json: bool = AS_JSON,
) -> None:
    """Sends one command to a case, e.g. `do 4301002020000001 register fee_fen=28000 by=经办甲`, or to many."""
    if where:
        _do_many(where, words, dry_run, yes, as_json)
        return
    if len(words) < 2 or "=" in words[1]:
        fail("请写明案件编号和命令，例如 case do 4301002020000001 register fee_fen=28000", code=2, as_json=as_json)
    number, command, *pairs = words
    sent = _order(command, _fields(pairs, as_json), as_json)
    if _view(number) is None:
        _unknown(number, as_json)
    receipt = _act(lambda place, at: place.submitter.submit(number, [sent], at), as_json)
    _answer(number, receipt, as_json)


def _do_many(where: str, words: list[str], dry_run: bool, yes: bool, as_json: bool) -> None:
    from records.case.selecting import BadFilter, choose
    from services.mass_commands import begin, conditions, forecast
    from services.place import live_database

    sent = _order(words[0], _fields(words[1:], as_json), as_json)
    database, at = live_database(Settings()), datetime.now(SHANGHAI)
    try:
        with database.reading() as connection:
            numbers = choose(connection, conditions(where))
            would = forecast(connection, numbers, sent, at) if dry_run else {}
        if not dry_run:
            confirm(f"将对 {len(numbers)} 件案件办理“{words[0]}”", yes=yes, as_json=as_json)
            standing = follow(begin(database, numbers, sent, at), "批量办理", as_json)
    except BadFilter as wrong:
        fail(str(wrong), code=2, as_json=as_json, error="BadFilter")
    if not dry_run:
        answer(standing, as_json)
        raise typer.Exit(1 if standing["failed"] else 0)
    if as_json:
        say_json({"selected": len(numbers), "outcomes": would})
    else:
        table(f"将办理 {len(numbers)} 件", ("结果", "件数"), list(would.items()))


@app.command()
def show(number: str, as_json: bool = AS_JSON) -> None:
    """Where a case stands, its deadlines, documents and history."""
    view = _view(number) or _unknown(number, as_json)
    if as_json:
        say_json(view)
        return
    state = STATE_NAMES[State(view["state"])]
    people.print(f"{number}  {view['occupation']} {view['level']}级  {state}（{view['state']}）修订 {view['revision']}")
    if view["pending"]:
        people.print(f"待复核：{COMMAND_NAMES[view['pending']]}", style="bold")
    if view["deadlines"]:
        table("期限", ("事项", "日期"), [(d["kind"], d["on"]) for d in view["deadlines"]])
    table("文书", ("文书", "文号", "文件"), [(d["kind"], d["number"], d["path"]) for d in view["documents"]])
    _show_timeline(view["timeline"])


@app.command()
def timeline(number: str, as_json: bool = AS_JSON) -> None:
    """What happened to a case, revision by revision."""
    view = _view(number) or _unknown(number, as_json)
    if as_json:
        say_json(view["timeline"])
    else:
        _show_timeline(view["timeline"])


@app.command("list")
def list_(
    state: str = typer.Option("", "--state"),
    centre: str = typer.Option("", "--centre"),
    occupation: str = typer.Option("", "--occupation"),
    pending: bool = typer.Option(False, "--pending", help="只列待复核的"),
    limit: int = typer.Option(50, "--limit", min=1),
    as_json: bool = AS_JSON,
) -> None:
    """Cases, newest first."""
    from records.case.reading import list_cases
    from services.place import live_to_read

    with live_to_read(Settings()).reading() as connection:
        rows = list_cases(connection, state=state, centre=centre, occupation=occupation, pending=pending, limit=limit)
    keys = ("number", "state", "revision", "name", "occupation", "level", "exit_date", "pending", "escalated")
    shown = [{key: row[key] for key in keys} for row in rows]
    if as_json:
        say_json([{"id": row.pop("number"), **row} for row in shown])
    else:
        table(
            "案件",
            ("案件", "状态", "修订", "姓名", "职业", "等级", "退出日期", "待复核", "逾期"),
            [list(r.values()) for r in shown],
        )


def _fields(pairs: Sequence[str] | None, as_json: bool) -> dict[str, str]:
    fields: dict[str, str] = {}
    for pair in pairs or ():
        key, equals, value = pair.partition("=")
        if not equals or not key:
            fail(f"“{pair}”应写作 项目=值", code=2, as_json=as_json, error="InvalidField")
        fields[key] = value
    return fields


def _order(command: str, fields: dict[str, str], as_json: bool) -> AnyCommand:
    given = dict(fields)
    by, role, id_ = given.pop("by", ""), given.pop("role", ""), given.pop("id", "")
    if role and role not in [known.value for known in Role if known is not Role.CALENDAR]:
        fail(f"没有角色“{role}”", code=2, as_json=as_json, error="InvalidField")
    try:
        return command_from(command, given, by=by, role=Role(role) if role else None, command_id=id_)
    except (UnknownCommand, InvalidField) as wrong:
        fail(wrong.message, code=2, as_json=as_json, error=wrong.name, known=known_commands())


def _act(act: Any, as_json: bool) -> Any:
    try:
        return run_loop(_acting(act))
    except Refusal as refusal:
        fail(refusal.message, as_json=as_json, error=refusal.name, data=refusal.data)
    except EngineUnavailable as unavailable:
        fail(str(unavailable), as_json=as_json, error="EngineUnavailable")


async def _acting(act: Any) -> Any:
    from desk.engines import live

    async with live(Settings()) as (_, place):
        answer = await act(place, datetime.now(SHANGHAI))
        await asyncio.to_thread(place.letters_filed)
        return answer


def _answer(number: str, receipt: Any, as_json: bool) -> None:
    shown = {"id": number, "state": receipt.state.value, "revision": receipt.revision}
    documents = [{"kind": kind, "number": document} for kind, document in receipt.documents]
    if as_json:
        say_json({**shown, "documents": documents})
        return
    people.print(f"{number}  {STATE_NAMES[receipt.state]}（{receipt.state.value}）修订 {receipt.revision}")
    for document in documents:
        people.print(f"  {document['kind']}  {document['number']}")


def _view(number: str) -> dict[str, Any] | None:
    from records.case.reading import case_view
    from services.place import live_to_read

    with live_to_read(Settings()).reading() as connection:
        return case_view(connection, number)


def _unknown(number: str, as_json: bool) -> Any:
    fail(f"没有案件 {number}；用 ./run case list 查找", as_json=as_json, error="UnknownCase")


def _show_timeline(rows: list[dict[str, Any]]) -> None:
    columns = ("修订", "时间", "经办", "命令", "触发", "从", "到")
    table("经过", columns, [list(row.values()) for row in rows])
