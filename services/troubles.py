"""Known troubles of an installation, each as one sentence: what, why, what to do. Nothing is lost by any of them.

One table for everybody who meets people: the command line prints the sentence and ends with 1, a worker logs it.
"""

from __future__ import annotations

import errno
import os
import tomllib
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

import pydantic
from sqlalchemy import exc

from engine.server.embedded import AlreadyRunning, PortTaken, ServerNotStarted
from engine.server.obtain import NotObtained
from engine.server.process import GivenUp
from engine.wire.client import EngineUnavailable
from engine.wire.keys import Undecipherable, UnknownKey
from records.store.copying import CopyDamaged, NotEmpty
from records.store.standing import SchemaNewer, SchemaOlder
from services.letter_files import LetterLost
from settings import Settings, SettingsFileMissing, UnknownSetting, config_file
from states.refusals import Refusal
from storage.store import BadName, StoreAway


class Trouble(NamedTuple):
    """A trouble by its name, for scripts, and in a sentence, for people."""

    name: str
    sentence: str


SAID: tuple[type[BaseException], ...] = (
    AlreadyRunning,
    BadName,
    CopyDamaged,
    EngineUnavailable,
    GivenUp,
    LetterLost,
    NotEmpty,
    NotObtained,
    PortTaken,
    Refusal,
    SchemaNewer,
    SchemaOlder,
    ServerNotStarted,
    StoreAway,
    SettingsFileMissing,
    Undecipherable,
    UnknownKey,
    UnknownSetting,
)
"""Errors whose own message is already the sentence."""


def trouble(error: BaseException) -> Trouble | None:
    """What `error`, or whatever it came from, is known as; None for one that only a programmer can mend."""
    for one in _chain(error):
        if isinstance(one, SAID):
            return Trouble(type(one).__name__, str(one))
        for row in _TABLE:
            if row.matches(one):
                return Trouble(row.name, row.sentence(one))
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, the members of a group, and whatever it was raised from."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _chain(member)
        error = error.__cause__ or error.__context__


class _Row(NamedTuple):
    name: str
    matches: Callable[[BaseException], bool]
    sentence: Callable[[BaseException], str]


def _os(*numbers: int) -> Callable[[BaseException], bool]:
    return lambda error: isinstance(error, OSError) and error.errno in numbers


def _database(*said: str) -> Callable[[BaseException], bool]:
    """A database driver's error that says one of these; the drivers have no other sign in common."""

    def matches(error: BaseException) -> bool:
        told = str(getattr(error, "orig", "")).lower()
        return isinstance(error, exc.DBAPIError) and any(words in told for words in said)

    return matches


def _is(*kinds: type[BaseException]) -> Callable[[BaseException], bool]:
    return lambda error: isinstance(error, kinds)


def _always(sentence: str) -> Callable[[BaseException], str]:
    return lambda _: sentence


def _where(error: BaseException) -> str:
    """The path that an operating system's error is about."""
    name = getattr(error, "filename", None)
    return os.fsdecode(name) if isinstance(name, str | bytes) else "数据目录"


def _invalid_settings(error: BaseException) -> str:
    assert isinstance(error, pydantic.ValidationError)
    return "；".join(_invalid(one["type"], [str(part) for part in one["loc"]], one["msg"]) for one in error.errors())


def _invalid(kind: str, place: list[str], said: str) -> str:
    name = ".".join(place)
    if kind == "extra_forbidden":
        close = get_close_matches(name, Settings.model_fields, n=1)
        meant = f"，是否想写 {close[0]}" if close else ""
        return f"没有设置“{name}”{meant}；请改正 {config_file()} 或环境变量"
    if kind == "value_error":
        return f"设置{name}有误：{said.removeprefix('Value error, ')}"
    limit = _LIMITS.get(kind, "类型不对")
    return f"设置 {name} 的值{limit}（{said}）；请改正 {config_file()} 或环境变量 JIANDING_{name.upper()}"


_LIMITS = {
    "int_parsing": "应是整数",
    "int_type": "应是整数",
    "bool_parsing": "应是 true 或 false",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
}

_FULL = "磁盘已满（{}）：请腾出空间后重试；已记录的不受影响，未完成的没有留下半份"
_DENIED = "不能写入 {}：没有权限，或文件系统只读；请换用有写权限的账户，或以 JIANDING_DATA_DIR 指定可写的目录"
_AWAY = "连不上数据库：{}；请检查 JIANDING_DATABASE_URL 的主机、端口、账户和库名，并确认数据库在运行；已记录的不受影响"

_TABLE: tuple[_Row, ...] = (
    _Row("InvalidSettings", _is(pydantic.ValidationError), _invalid_settings),
    _Row(
        "BrokenSettingsFile",
        _is(tomllib.TOMLDecodeError),
        lambda error: f"{config_file()} 不是正确的 TOML（{error}）：请改正该处，或暂时移走该文件",
    ),
    _Row("DiskFull", _os(errno.ENOSPC, errno.EDQUOT, errno.EFBIG), lambda error: _FULL.format(_where(error))),
    _Row(
        "DiskFull", _database("disk is full", "disk full", "no space left", "disk i/o error"),
        _always(_FULL.format("数据库")),
    ),
    _Row(
        "NotWritable", _os(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR),
        lambda error: _DENIED.format(_where(error)),
    ),
    _Row(
        "NotWritable", _database("readonly database", "unable to open database file", "read-only"),
        _always(_DENIED.format("数据库文件")),
    ),
    _Row("PortTaken", _os(errno.EADDRINUSE), _always("端口已被占用：请停止占用它的程序，或换一个端口")),
    _Row(
        "DatabaseBusy", _database("database is locked", "lock timeout"),
        _always("数据库正被另一个程序长时间占用：请稍后重试，本次没有写入"),
    ),
    _Row(
        "NoDatabase", _database("not a database", "malformed"),
        _always("数据库文件已损坏，或不是数据库：请从备份恢复（./run restore）"),
    ),
    _Row(
        "BadDatabaseAddress", _is(exc.ArgumentError, ModuleNotFoundError),
        _always(
            "数据库地址 JIANDING_DATABASE_URL 写法有误，或不是 SQLite、PostgreSQL："
            "应写作 postgresql://账户:密码@主机:5432/库名"
        ),
    ),
    _Row("DatabaseAway", _is(exc.OperationalError, exc.InterfaceError), lambda error: _AWAY.format(_first_line(error))),
)  # fmt: skip
"""From the first to the last: a row further down may be the wider one."""


def _first_line(error: BaseException) -> str:
    """What the driver says, without parameters and without a password: drivers name host, port and account only."""
    return str(getattr(error, "orig", error)).strip().split("\n")[0][:200]
