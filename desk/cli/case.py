"""`case`: one case at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from engine.wire.messages import Receipt
    from services.place import Working

from desk.cli.output import AS_JSON, aside, confirm, fail, people, say_json, table
from desk.cli.signed import Signed, signed, signed_to_read
from services.case_views import CaseView, cases_of, view_of
from services.cases import as_shown, authored, shown_to_second
from services.command_input import known_commands
from services.sessions import terms
from settings import Settings
from states.case.commands import COMMAND_NAMES, AnyCommand
from states.refusals import InvalidField, UnknownCommand
from states.words import STATE_NAMES, State

app = typer.Typer(no_args_is_help=True, help="案件：立案、办理、查看")

_CASE = typer.Argument(..., metavar="CASE", help="案件编号")
_PAIRS = typer.Argument(None, metavar="KEY=VALUE…", help="命令的各项；经办人是登录的账户")
_WORDS = typer.Argument(..., metavar="[CASE] COMMAND [KEY=VALUE]…", help="用 --where 时不写案件编号")


@app.command("open")
def open_(pairs: list[str] = _PAIRS, as_json: bool = AS_JSON) -> None:
    """立案：发布公告；写明 certificate_no= 时为录入历史证书。"""
    now, fields = signed(Settings()), _fields(pairs, as_json)
    command = "import_certificate" if "certificate_no" in fields else "announce"
    sent = _authored(now, command, fields, as_json)
    number, receipt = _act(lambda place: place.submitter.open([sent], now.now))
    _answer(number, receipt, as_json)


@app.command()
def do(
    words: list[str] = _WORDS,
    where: str = typer.Option("", "--where", help="批量办理：条件，例如 'state=choosing occupation=电工'"),
    dry_run: bool = typer.Option(False, "--dry-run", help="批量办理：只看会怎样，不办理"),
    yes: bool = typer.Option(False, "--yes", help="批量办理：不再询问"),
    as_json: bool = AS_JSON,
) -> None:
    """对一件案件办理一项命令，例如 do 4301002020000001 register fee_fen=28000；或用 --where 批量办理。"""
    if where:
        _do_many(where, words, dry_run=dry_run, yes=yes, as_json=as_json)
        return
    if len(words) < 2 or "=" in words[1]:
        fail("请写明案件编号和命令，例如 case do 4301002020000001 register fee_fen=28000", code=2, as_json=as_json)
    number, command, *pairs = words
    now = signed(Settings())
    facts = view_of(now.database, now.actor, number).facts
    sent = as_shown(_authored(now, command, _fields(pairs, as_json), as_json), facts)
    receipt = _act(lambda place: place.submitter.submit(number, [sent], now.now))
    _answer(number, receipt, as_json)


def _do_many(where: str, words: list[str], *, dry_run: bool, yes: bool, as_json: bool) -> None:
    from desk.cli.bulk import answer, follow
    from records.case.selecting import BadFilter
    from services.mass_commands import begin, chosen, forecast

    now = signed(Settings())
    sent = _authored(now, words[0], _fields(words[1:], as_json), as_json)
    try:
        numbers = chosen(now.database, now.actor, where)
        if dry_run:
            _foretell(forecast(now.database, numbers, sent, now.now), len(numbers), as_json)
            return
        confirm(f"将对 {len(numbers)} 件案件办理“{words[0]}”", yes=yes, as_json=as_json)
        run = begin(now.register, now.actor, numbers, sent, now.now)
    except BadFilter as wrong:
        fail(str(wrong), code=2, as_json=as_json, error="BadFilter")
    standing = follow(run, "批量办理", as_json)
    answer(standing, as_json)
    raise typer.Exit(1 if standing.failed else 0)


def _foretell(outcomes: dict[str, int], selected: int, as_json: bool) -> None:
    if as_json:
        say_json({"selected": selected, "outcomes": outcomes})
    else:
        table(f"将办理 {selected} 件", ("结果", "件数"), list(outcomes.items()))


@app.command()
def show(number: str = _CASE, as_json: bool = AS_JSON) -> None:
    """案件现状：状态、期限、文书和经过；待复核的，写明复核所凭的修订和事实哈希。"""
    facts, view = _view(number)
    if as_json:
        say_json(view)
        return
    state = STATE_NAMES[State(view["state"])] if view["state"] else "未立案"
    name = facts.candidate.name if facts.candidate else ""
    people.print(f"{number}  {name}  {view['occupation']} {view['level']}级  {state}  修订 {view['revision']}")
    if view["pending"]:
        people.print(
            f"待复核：{COMMAND_NAMES[view['pending']]}（{shown_to_second(facts)}）", style="bold", markup=False
        )
    if view["deadlines"]:
        table("期限", ("事项", "日期"), [(d["kind"], d["on"]) for d in view["deadlines"]])
    table("文书", ("文书", "文号", "文件"), [(_title(d["kind"]), d["number"], d["path"]) for d in view["documents"]])
    _show_timeline(view["timeline"])


@app.command()
def timeline(number: str = _CASE, as_json: bool = AS_JSON) -> None:
    """案件经过，逐次修订。"""
    _, view = _view(number)
    if as_json:
        say_json(view["timeline"])
    else:
        _show_timeline(view["timeline"])


@app.command("list")
def list_(
    state: str = typer.Option("", "--state", help="状态，如 registered 或 已报名"),
    centre: str = typer.Option("", "--centre", help="中心代码或名称，如 430100 或 长沙"),
    occupation: str = typer.Option("", "--occupation", help="职业"),
    pending: bool = typer.Option(False, "--pending", help="只列待复核的"),
    limit: int = typer.Option(50, "--limit", min=1, help="最多列多少件"),
    as_json: bool = AS_JSON,
) -> None:
    """本人范围内的案件，新的在前。"""
    from records.case.selecting import BadFilter
    from services.case_filters import case_filters

    now = signed_to_read(Settings())
    try:
        meant = case_filters(now.database, state=state, centre=centre, occupation=occupation)
    except BadFilter as wrong:
        fail(str(wrong), code=2, as_json=as_json, error="BadFilter")
    rows = cases_of(now.database, now.actor, **meant.fields, pending=pending, limit=limit)
    for note in meant.notes:
        aside.print(note, style="yellow")
    keys = ("number", "state", "revision", "name", "occupation", "level", "exit_date", "pending", "escalated")
    shown = [{key: row[key] for key in keys} for row in rows]
    if as_json:
        say_json([{"id": row.pop("number"), **row} for row in shown])
        return
    columns = ("案件", "状态", "修订", "姓名", "职业", "等级", "退出日期", "待复核", "逾期")
    table("案件", columns, [_row(row) for row in shown])


def _row(row: dict[str, Any]) -> list[Any]:
    pending = COMMAND_NAMES.get(row["pending"], "") if row["pending"] else ""
    said = {
        "state": STATE_NAMES[State(row["state"])],
        "pending": pending,
        "escalated": "是" if row["escalated"] else "",
    }
    return list({**row, **said}.values())


def _fields(pairs: Sequence[str] | None, as_json: bool) -> dict[str, str]:
    fields: dict[str, str] = {}
    for pair in pairs or ():
        key, equals, value = pair.partition("=")
        if not equals or not key:
            fail(f"“{pair}”应写作 项目=值", code=2, as_json=as_json, error="InvalidField")
        fields[key] = value
    return fields


def _authored(now: Signed, command: str, fields: dict[str, str], as_json: bool) -> AnyCommand:
    try:
        fresh = terms(now.register).fresh_minutes
        return authored(now.actor, command, fields, now=now.now, fresh_minutes=fresh)
    except (UnknownCommand, InvalidField) as wrong:
        fail(wrong.message, code=2, as_json=as_json, error=wrong.name, known=known_commands())


def _act(act: Callable[[Working], Awaitable[Any]]) -> Any:
    from engine.loop import run as run_loop

    return run_loop(_acting(act))


async def _acting(act: Callable[[Working], Awaitable[Any]]) -> Any:
    import asyncio

    from desk.engines import live

    async with live(Settings()) as (_, place):
        answered = await act(place)
        await asyncio.to_thread(place.letters_filed)
        return answered


def _answer(number: str, receipt: Receipt, as_json: bool) -> None:
    documents = [{"kind": kind, "number": document} for kind, document in receipt.documents]
    if as_json:
        say_json({"id": number, "state": receipt.state.value, "revision": receipt.revision, "documents": documents})
        return
    people.print(f"{number}  {STATE_NAMES[receipt.state]}  修订 {receipt.revision}", markup=False)
    for document in documents:
        people.print(f"  {_title(document['kind'])}  {document['number']}", markup=False)


def _title(kind: str) -> str:
    from letters.kinds import kind_of

    return kind_of(kind).title


def _view(number: str) -> CaseView:
    now = signed_to_read(Settings())
    return view_of(now.database, now.actor, number)


def _show_timeline(rows: list[dict[str, Any]]) -> None:
    columns = ("修订", "时间", "经办", "办理", "从", "到")
    table("经过", columns, [_step(row) for row in rows])


def _step(row: dict[str, Any]) -> tuple[Any, ...]:
    names = (COMMAND_NAMES.get(row["command"], row["command"]), *(STATE_NAMES[State(row[at])] for at in ("from", "to")))
    return row["revision"], row["at"][:16].replace("T", " "), row["by"], *names
