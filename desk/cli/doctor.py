"""`doctor`: what an installation needs, and what to do about what is missing."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Sequence
from typing import Any

import typer

from desk.cli.output import AS_JSON, aside, say_json, table
from engine.loop import run as run_loop
from settings import Settings


def doctor(as_json: bool = AS_JSON) -> None:
    """What is installed, reachable, migrated, and what to do about what is not."""
    checks = run_loop(_diagnose(Settings()))
    ok = all(check["ok"] for check in checks)
    if as_json:
        say_json({"ok": ok, "checks": checks})
    else:
        table(
            "检查",
            ("项目", "", "情况", "怎么办"),
            [(c["what"], "✓" if c["ok"] else "✗", c["found"], c["do"]) for c in checks],
        )
    if not ok:
        raise typer.Exit(1)


async def _diagnose(settings: Settings) -> list[dict[str, Any]]:
    return [
        _check_python(),
        _check_server(),
        await _check_engine(settings),
        _check_database(settings),
        _check_catalog(),
        _check_fonts(),
        _check_room(settings),
    ]


def _check(what: str, ok: bool, found: str, do: str = "") -> dict[str, Any]:
    return {"what": what, "ok": ok, "found": found, "do": "" if ok else do}


def _check_python() -> dict[str, Any]:
    version = ".".join(map(str, sys.version_info[:3]))
    return _check("Python", sys.version_info >= (3, 11), version, "安装 Python 3.11 或更新版本")


def _check_server() -> dict[str, Any]:
    from engine.server.obtain import NotObtained, temporal_program

    try:
        return _check("Temporal 程序", True, str(temporal_program(aside.print)))
    except NotObtained as error:
        return _check("Temporal 程序", False, str(error), "按提示安装后重试")


async def _check_engine(settings: Settings) -> dict[str, Any]:
    from engine.server.embedded import engine_target
    from services.place import connect, live_place

    target = engine_target(settings)
    if target is None:
        return _check("引擎", True, "未运行；命令会自行启动，常驻请用 ./run up")
    try:
        await asyncio.wait_for(connect(live_place(settings, target)), timeout=5)
    except Exception as error:  # whatever the reason, the person is to be told it
        return _check("引擎", False, f"{target}：{error}", "检查 JIANDING_TEMPORAL_ADDRESS 与证书，或运行 ./run up")
    return _check("引擎", True, target)


def _check_database(settings: Settings) -> dict[str, Any]:
    from records.store.database import Database

    try:
        database = Database(settings.database)
        database.migrate()
        return _check("数据库", database.migrated(), database.engine.url.render_as_string(hide_password=True))
    except Exception as error:  # whatever the reason, the person is to be told it
        return _check("数据库", False, str(error), "检查 JIANDING_DATABASE_URL 与权限")


def _check_catalog() -> dict[str, Any]:
    from states.reference.catalog import annex_2020, totals_2020

    problems: Sequence[str] = annex_2020().prove(totals_2020())
    return _check("目录附件", not problems, "76 项，192 个职业" if not problems else "；".join(problems))


def _check_fonts() -> dict[str, Any]:
    from letters.fonts import load_faces

    missing = load_faces().unprintable("喆珺昇旻镕祎𬱖")
    return _check("字体", not missing, "生僻字可印" if not missing else f"缺 {missing}", "重新安装依赖")


def _check_room(settings: Settings) -> dict[str, Any]:
    place = settings.data_dir if settings.data_dir.exists() else settings.data_dir.parent
    free = shutil.disk_usage(place).free
    return _check("磁盘", free > 1 << 30, f"{free >> 30} GiB 可用", "至少留出 1 GiB")
