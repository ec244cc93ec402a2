"""`key`: the keys of this installation, what needs them, and their replacement."""

from __future__ import annotations

import typer

from desk.cli.acting import act, told
from desk.cli.output import AS_JSON, confirm, people, say_json, table
from desk.cli.signed import signed
from settings import Settings
from states.office.commands import RetireKey, RotateKey

app = typer.Typer(no_args_is_help=True, help="密钥：查看、更换、停用")
_KIND = typer.Argument(..., metavar="KIND", help="payload 传输、ledger 台账、seal 签章、checkpoint 检查点")


@app.command("list")
def list_(as_json: bool = AS_JSON) -> None:
    """列出各类密钥：文件、编号、有无数据需要、有什么问题。只看，不改。"""
    from services.keys import check_keys, people_standing
    from services.place import live_to_read

    settings = Settings()
    database = live_to_read(settings)
    found = [*check_keys(settings, database), people_standing(settings, database)]
    if as_json:
        say_json([{**one._asdict(), "path": str(one.path)} for one in found])
    else:
        rows = [
            (one.kind, one.title, one.path.name, "、".join(one.ids), "、".join(one.needed), one.problem or "正常")
            for one in found
        ]
        table("密钥（各类最后一个编号在用）", ("种类", "用途", "文件", "编号", "数据需要", "情况"), rows)
    if any(one.problem for one in found):
        raise typer.Exit(1)


@app.command()
def rotate(kind: str = _KIND, yes: bool = typer.Option(False, "--yes"), as_json: bool = AS_JSON) -> None:
    """更换一类密钥：以后用新的，旧的留着读旧数据、验旧签名。须由管理员办理；工作进程重启后改用新密钥。"""
    from services.acts import within
    from services.key_changes import kind_named
    from services.key_changes import rotate as rotate_key

    title, settings = kind_named(kind).title, Settings()
    now = signed(settings)
    confirm(f"将更换{title}密钥", yes=yes, as_json=as_json)
    with now.database.writing() as connection:
        within(connection, now.register.key, now.actor, RotateKey(kind=kind), now.now)
        key_id = rotate_key(settings, connection, kind)
    if as_json:
        say_json({"kind": kind, "key_id": key_id})
    else:
        people.print(f"{title}密钥已更换，新编号 {key_id}；请重启 ./run up，并把密钥文件重新备份")


@app.command()
def retire(
    kind: str = _KIND,
    key_id: str = typer.Argument(..., metavar="ID", help="密钥编号，见 key list"),
    yes: bool = typer.Option(False, "--yes"),
    as_json: bool = AS_JSON,
) -> None:
    """停用一个已被更换的密钥：仍有数据需要它时拒绝。须由另一名管理员复核。"""
    now = signed(Settings())
    confirm(f"将停用密钥 {key_id}", yes=yes, as_json=as_json)
    told(act(now, RetireKey(kind=kind, key_id=key_id)), as_json, f"密钥 {key_id} 已停用")
