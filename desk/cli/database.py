"""`database`: the schema of the live database, looked at and brought up to date."""

from __future__ import annotations

import typer

from desk.cli.output import AS_JSON, people, say_json
from settings import Settings

app = typer.Typer(no_args_is_help=True, help="数据库：查看结构、升级")


@app.command()
def current(as_json: bool = AS_JSON) -> None:
    """数据库的结构编号，以及本程序需要的编号；只看不改。两者不同时以 1 退出。"""
    from services.place import live_place, schema_standing

    standing = schema_standing(live_place(Settings(), ""))
    if as_json:
        say_json(standing._asdict())
    else:
        people.print(f"数据库结构 {standing.found or '（尚未建立）'}，本程序需要 {standing.needed}")
    if not standing.fits:
        raise typer.Exit(1)


@app.command()
def upgrade(as_json: bool = AS_JSON) -> None:
    """把数据库升级到本程序的结构；已经是的，什么也不做。升级前请先备份。"""
    from services.place import live_place
    from services.place import upgrade as upgraded

    before, after = upgraded(live_place(Settings(), ""))
    if as_json:
        say_json({"before": before, "after": after})
    elif before == after:
        people.print(f"数据库结构已是 {after}")
    else:
        people.print(f"数据库结构由 {before or '空'} 升级到 {after}")
