"""What an installation needs, how it stands, and what to do about what is wrong. Only looks: it changes nothing."""

from __future__ import annotations

import asyncio
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from engine.server.embedded import engine_target, running
from engine.server.obtain import program_at_hand
from engine.wire.client import case_id, open_cases
from letters.failures import FaceRefused
from letters.fonts import missing_in_package
from letters.own_faces import check_face
from records.case.waiting import Waiting, waiting_cases
from records.figures import Figures, figures
from records.people.accounts import count_accounts
from records.store.database import HEAD, Database
from services.keys import check_keys, ledger_keys_of
from services.letter_files import LetterFiles
from services.place import Place, connect, live_place
from services.troubles import trouble
from settings import Settings
from states.business_dates import SHANGHAI, business_date
from states.reference.catalog import annex_2020, totals_2020
from storage.scratch import abandoned

_ROOM = 1 << 30  # bytes that should be free
_UNSET_SECONDS, _OUTBOX_SECONDS, _CHECKPOINT_SECONDS = 600.0, 86_400.0, 2 * 86_400.0
_RARE = "喆珺昇旻镕祎𬱖"


class Check(NamedTuple):
    """One thing looked at. `name` is for scripts; `found` says how it stands, `do` what to do if that is not well."""

    name: str
    title: str
    ok: bool
    found: str
    do: str = ""


class Diagnosis(NamedTuple):
    """Everything looked at; `ok` if all of it is well."""

    ok: bool
    checks: tuple[Check, ...]


async def diagnose(settings: Settings) -> Diagnosis:
    """Looks at program, directory, database, keys, engine, letters and deadlines."""
    checks = list(_machine(settings))
    place = live_place(settings, engine_target(settings) or "")
    database, standing = _database(place)
    checks.append(standing)
    if database is not None:
        checks += await asyncio.to_thread(lambda: list(_record(place, database)))
    checks.append(await _engine(place, database))
    if database is not None:
        database.close()
    return Diagnosis(all(check.ok for check in checks), tuple(checks))


def _machine(settings: Settings) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", "Python", sys.version_info >= (3, 11), version, "安装 Python 3.11 或更新版本")
    program = None if settings.temporal_address else program_at_hand()
    found = (
        f"用 {settings.temporal_address}" if settings.temporal_address else str(program or "尚未取得，首次启动时获取")
    )
    yield Check("program", "Temporal 程序", True, found)
    problems = annex_2020().prove(totals_2020())
    yield Check("annex", "目录附件", not problems, "；".join(problems) or "76 项，192 个职业", "重新取得本程序的文件")
    missing = missing_in_package(_RARE)
    yield Check("fonts", "字体", not missing, f"缺 {missing}" if missing else "生僻字可印", "重新安装依赖")
    yield _own_faces(settings)
    yield _private(settings.data_dir)
    yield _free_room(settings.data_dir)
    left = len(list(abandoned()))
    yield Check("scratch", "临时目录", True, f"{left} 个由已退出的程序留下，下次启动时清除" if left else "没有遗留")


def _own_faces(settings: Settings) -> Check:
    """The office's own font files, as the renderer will check them."""
    named = [path for path in (settings.letter_face, settings.title_face, settings.extra_face) if path]
    try:
        signs = sum(len(check_face(path).covered) for path in named)
    except FaceRefused as refused:
        return Check("own_faces", "自备字体", False, str(refused), "更正设置 letter_face、title_face 或 extra_face")
    return Check("own_faces", "自备字体", True, f"{len(named)} 个文件，{signs} 字" if named else "没有设置")


def _private(folder: Path) -> Check:
    if not folder.exists():
        return Check("directory", "数据目录", True, f"{folder} 尚未建立")
    mode = stat.S_IMODE(folder.stat().st_mode)
    return Check("directory", "数据目录", not mode & 0o077, f"{folder}（{mode:04o}）", f"执行 chmod 700 {folder}")


def _free_room(folder: Path) -> Check:
    place = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(place).free
    return Check("disk", "磁盘", free > _ROOM, f"{free / (1 << 30):.1f} GiB 可用", "至少留出 1 GiB")


def _database(place: Place) -> tuple[Database | None, Check]:
    """The database to be looked at further, None where that makes no sense; and how it stands."""
    title, shown = "数据库", ""
    try:
        database = Database(place.database, ledger_keys_of(place.settings))
        shown = database.engine.url.render_as_string(hide_password=True)
        found = database.schema()
    except Exception as error:  # whatever the reason, the person is to be told it
        return None, Check("database", title, False, shown or type(error).__name__, _remedy(error))
    if not found and place.embedded:
        return None, Check("database", title, True, "尚未建立，首次办理时自动建立")
    if found == HEAD:
        return database, Check("database", title, True, f"{shown}，结构 {found}")
    do = "换用更新的版本，或由备份恢复" if found > HEAD else "先备份，再执行 ./run database upgrade"
    return None, Check("database", title, False, f"{shown}，结构 {found or '空'}，本程序需要 {HEAD}", do)


def _record(place: Place, database: Database) -> Iterator[Check]:
    for standing in check_keys(place.settings, database):
        held = "、".join(standing.ids) or "尚未建立"
        yield Check(f"key_{standing.kind}", f"{standing.title}密钥", not standing.problem, standing.problem or held,
                    "见左；从备份恢复密钥文件")  # fmt: skip
    yield _people_key(place.settings, database)
    now = datetime.now(SHANGHAI)
    with database.reading() as connection:
        found = figures(connection, business_date(now), now)
    yield from _figures(found)
    yield _address(place.settings, found)
    yield from _letters(place, database)


def _address(settings: Settings, found: Figures) -> Check:
    """Where the codes on letters lead: no trouble before the first letter, one for every letter that lacks it after."""
    unset = "未设置：正式文书的二维码只载防伪码，扫码不能直接打开核验页面"
    ok = bool(settings.printed_address) or not found.letters_set
    do = "设 JIANDING_BASE_URL 为考生能打开的网址：它印在每份文书的二维码里"
    return Check("base_url", "核验网址", ok, settings.printed_address or unset, do)


def _people_key(settings: Settings, database: Database) -> Check:
    with database.reading() as connection:
        needed = count_accounts(connection) > 0
    there = settings.people_key_file.is_file()
    open_ = there and settings.people_key_file.stat().st_mode & 0o077
    found = "可被他人读取" if open_ else "已有" if there else "不存在" if needed else "尚未建立"
    ok = not open_ and (there or not needed)
    return Check("key_people", "人员密钥", ok, found, f"从备份恢复 {settings.people_key_file}，权限 600")


def _figures(found: Figures) -> Iterator[Check]:
    late = f"{found.late} 件，最早的期限 {found.late_since}" if found.late else "没有"
    yield Check("deadlines", "到期未办", not found.late, late, "启动引擎（./run up），或执行 ./run engine rebuild")
    troubled = sum(found.outbox.get(status, 0) for status in ("failed", "uncertain", "returned"))
    yield Check("post", "投递异常", not troubled, f"{troubled} 封", "见 ./run queue list 投递失败")
    stuck = (found.outbox_age or 0.0) > _OUTBOX_SECONDS
    yield Check("outbox", "待发信件", not stuck, _aged(found.outbox_age), "工作进程没有在发信：启动 ./run up")
    yield Check(
        "unset", "待制作的文书", not found.letters_unset, f"{found.letters_unset} 份", "启动 ./run up，自动制作"
    )
    old = bool(found.cases) and (found.checkpoint_age is None or found.checkpoint_age > _CHECKPOINT_SECONDS)
    yield Check("checkpoint", "检查点", not old, _aged(found.checkpoint_age), "执行 ./run ledger verify 签署一个")


def _aged(seconds: float | None) -> str:
    return "没有" if seconds is None else f"最早的在 {seconds / 3600:.1f} 小时前"


def _letters(place: Place, database: Database) -> Iterator[Check]:
    def unneeded(*_: object) -> None:
        raise AssertionError("a look makes no letter")

    files = LetterFiles(database, place.store.within("letters"), unneeded)  # type: ignore[arg-type]
    try:
        missing = sum(1 for _ in files.missing())
    except Exception as error:  # whatever the reason, the person is to be told it
        yield Check("letters", "文书文件", False, type(error).__name__, _remedy(error))
        return
    do = "执行 ./run letter mend 原样重制（有人调阅或投递时也会自动重制）"
    yield Check("letters", "文书文件", not missing, f"缺 {missing} 份" if missing else "齐全", do)


async def _engine(place: Place, database: Database | None) -> Check:
    """Whether it answers, and whether every case that waits has its workflow there."""
    waiting = await asyncio.to_thread(lambda: list(_waiting(database))) if database else []
    if not place.target:
        return _asleep(place.settings, len(waiting))
    try:
        client = await asyncio.wait_for(connect(place), timeout=5)
        there = await asyncio.wait_for(open_cases(client), timeout=30)
    except Exception as error:  # whatever the reason, the person is to be told it
        return Check("engine", "引擎", False, f"{place.target} 没有应答", _remedy(error))
    missing = sum(1 for case in waiting if case_id(case.number) not in there)
    found = f"{place.target}，{len(waiting)} 件等待中的案件" + (f"，其中 {missing} 件没有工作流" if missing else "")
    return Check("engine", "引擎", not missing, found, "执行 ./run engine rebuild（每日巡查也会重建）")


def _asleep(settings: Settings, waiting: int) -> Check:
    stale = (settings.server_dir / "server.json").exists() and running(settings.server_dir) is None
    lost = waiting > 0 and not (settings.server_dir / "temporal.db").exists()
    found = "未运行" + ("，上次没有正常停止" if stale else "") + ("，且没有引擎的状态" if lost else "")
    do = "启动 ./run up：几分钟内由台账重建" if lost else "启动 ./run up：停着时到期的案件无人办理"
    return Check("engine", "引擎", not waiting, f"{found}，{waiting} 件案件在等待" if waiting else found, do)


def _waiting(database: Database) -> Iterable[Waiting]:
    after = ""
    while True:
        with database.reading() as connection:
            page = waiting_cases(connection, after, 1000)
        yield from page
        if not page:
            return
        after = page[-1].number


def _remedy(error: Exception) -> str:
    known = trouble(error)
    return known.sentence if known else f"{type(error).__name__}：{error}"[:200]
