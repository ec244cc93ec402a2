"""`draws` and `session`: what an exam's record is checked against."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import typer

from desk.cli.acting import act, told
from desk.cli.output import AS_JSON, fail, say_json, table
from desk.cli.signed import signed, signed_to_read
from services.exam_lists import sessions as recorded_sessions
from services.exam_registers import draws_from
from settings import Settings
from states.office.commands import AddDraws, AddSession, DrawEntry

draws = typer.Typer(no_args_is_help=True, help="国家题库抽取登记（44号·三）")
session = typer.Typer(no_args_is_help=True, help="考试场次登记")
_LIMIT = typer.Option(50, "--limit", min=1, help="最多列多少条")
_REASON = typer.Option("", "--reason", help="依据，记入机构台账")


@draws.command("add")
def add_draw(
    paper: str = typer.Argument(..., metavar="PAPER", help="试卷编号"),
    occupation: str = typer.Option("", "--occupation", help="职业；缺省为任何职业"),
    level: int = typer.Option(0, "--level", min=0, max=5, help="等级；缺省为任何等级"),
    draw: str = typer.Option("", "--draw", help="抽取编号"),
    drawn_on: str = typer.Option("", "--date", help="抽取日期，写作 2020-12-31"),
    as_json: bool = AS_JSON,
) -> None:
    """登记一份从国家题库抽取的试卷。"""
    entry = DrawEntry(paper, occupation, level, draw, _day(drawn_on, as_json))
    _added(AddDraws(draws=(entry,)), as_json)


@draws.command("load")
def load_draws(
    file: Path = typer.Argument(..., help="抽取记录（CSV，UTF-8）：paper,occupation,level,draw,drawn_on"),
    reason: str = _REASON,
    as_json: bool = AS_JSON,
) -> None:
    """登记一份抽取记录中的全部试卷；已登记的不变。"""
    found = draws_from(_text(file, as_json))
    entries = tuple(DrawEntry(one.paper, one.occupation, one.level, one.draw, one.drawn_on) for one in found)
    _added(AddDraws(draws=entries, reason=reason), as_json)


def _added(command: AddDraws, as_json: bool) -> None:
    done: Any = act(signed(Settings()), command)
    told(done, as_json, f"{len(command.draws)} 份试卷，新登记 {done.result} 份", new_papers=done.result)


@draws.command("list")
def list_draws(limit: int = _LIMIT, as_json: bool = AS_JSON) -> None:
    """已登记的试卷，新的在前。"""
    from services.exam_lists import draws as recorded_draws

    found = recorded_draws(signed_to_read(Settings()).database, limit)
    if as_json:
        say_json([msgspec.to_builtins(one._asdict()) for one in found])
    else:
        table("题库抽取", ("试卷", "职业", "等级", "抽取", "日期", "登记人", "时间"), found)


@session.command("add")
def add_session(
    centre: str = typer.Argument(..., metavar="CENTRE", help="中心代码"),
    code: str = typer.Argument(..., metavar="SESSION", help="场次编号"),
    held_on: str = typer.Option("", "--date", help="考试日期，写作 2020-12-31"),
    site: str = typer.Option("", "--site", help="考点的行政区划代码"),
    reason: str = _REASON,
    as_json: bool = AS_JSON,
) -> None:
    """登记一个考试场次，自今日起在案。"""
    command = AddSession(centre=centre, session=code, held_on=_day(held_on, as_json), site=site, reason=reason)
    told(act(signed(Settings()), command), as_json, f"场次 {code} 已登记")


@session.command("list")
def list_sessions(limit: int = _LIMIT, as_json: bool = AS_JSON) -> None:
    """本人范围内的考试场次，新的在前。"""
    now = signed_to_read(Settings())
    found = recorded_sessions(now.database, now.actor, limit)
    if as_json:
        say_json([msgspec.to_builtins(one._asdict()) for one in found])
    else:
        table("考试场次", ("中心", "场次", "考试日期", "考点", "在案", "来源", "登记人"), found)


def _day(text: str, as_json: bool) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fail(f"日期“{text}”应写作 2020-12-31", code=2, as_json=as_json, error="BadDate")


def _text(file: Path, as_json: bool) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        fail(f"无法读取 {file}：{error.strerror}", code=2, as_json=as_json, error="NoFile")
    except UnicodeDecodeError:
        fail(f"{file} 应为 UTF-8 编码的 CSV", as_json=as_json, error="NotUtf8")
