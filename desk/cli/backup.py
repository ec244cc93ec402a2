"""`backup` and `restore`: a copy of the installation, and the way back."""

from __future__ import annotations

from pathlib import Path

import msgspec
import typer

from desk.cli.output import AS_JSON, confirm, fail, people, say_json
from settings import Settings

_DIR = typer.Argument(..., metavar="DIR", help="备份目录")
_KEYS = typer.Option(None, "--keys", metavar="DIR", help="密钥另存的目录；缺省为备份目录下的 keys")


def backup(target: Path = _DIR, keys: Path | None = _KEYS, as_json: bool = AS_JSON) -> None:
    """在运行中备份：台账、文书、待发信件为同一时刻；写完即试恢复并核对。密钥与数据分开存放。"""
    from services.backup import back_up
    from services.place import live_place

    done = back_up(live_place(Settings(), ""), target, keys)
    if as_json:
        say_json(msgspec.to_builtins(done))
    else:
        people.print(f"已备份到 {done.data}：{done.tables} 张表 {done.rows} 行，{done.files} 个文件", soft_wrap=True)
        if done.bucket:
            people.print(f"文书仍在 {done.bucket}，请按存储服务的办法另行保留", soft_wrap=True)
        people.print(f"密钥在 {done.keys}：请移到另一介质、另一地点；与数据放在一起，等于没有分开", soft_wrap=True)
    if not done.audit.ok:
        fail("备份已写完，但核对台账发现问题：请执行 ./run ledger verify 查看", as_json=False)


def restore(
    source: Path = _DIR,
    keys: Path | None = _KEYS,
    keep_pending: bool = typer.Option(False, "--keep-pending", help="备份后确无信件发出：待发的照常发送"),
    pass_over: int = typer.Option(0, "--pass-over", min=0, help="每个编号序列跳过多少号，以免与备份后已发的重号"),
    yes: bool = typer.Option(False, "--yes", help="不再询问"),
    as_json: bool = AS_JSON,
) -> None:
    """由备份恢复到空的数据目录，并核对；引擎由台账自行重建。"""
    from services.place import live_place
    from services.restore import restore as brought_back

    settings = Settings()
    confirm(f"将恢复到 {settings.data_dir}", yes=yes, as_json=as_json)
    done = brought_back(live_place(settings, ""), source, keys, keep_pending=keep_pending, pass_over=pass_over)
    if as_json:
        say_json(msgspec.to_builtins(done))
    else:
        people.print(f"已恢复 {done.made_at[:16]} 的备份：{done.rows} 行，{done.files} 个文件", soft_wrap=True)
        if done.uncertain:
            people.print(f"{done.uncertain} 封信件此后是否已发出未知：见 ./run delivery list --status uncertain")
        people.print("启动 ./run up 后，几分钟内所有期限重新就位")
    if not done.audit.ok:
        fail("已恢复，但核对台账发现问题：请执行 ./run ledger verify 查看", as_json=False)
