"""The key behind accounts, sessions and service tokens: a private file of 32 bytes, never in the database."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from states.office.refusals import PeopleKeyUnusable

KEY_BYTES = 32


def make_key(path: Path) -> bytes:
    """The key at `path`, made if there is none; of two that make it at once, both get the same one.

    Only for an installation without any account: beside accounts a new key would open nothing.
    """
    if not path.exists():
        _publish(path)
    return load_key(path)


def load_key(path: Path) -> bytes:
    """The key at `path`. Raises PeopleKeyUnusable: gone, readable by others, or not a key."""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise PeopleKeyUnusable(path=str(path), why=f"可被他人读取；请先执行 chmod 600 {path}")
        key = path.read_bytes()
    except FileNotFoundError:
        raise PeopleKeyUnusable(
            path=str(path), why="不存在；请从备份恢复，不能另造（另造后所有人都无法登录）"
        ) from None
    except OSError as error:
        raise PeopleKeyUnusable(path=str(path), why=f"无法读取（{error.strerror}）") from error
    if len(key) != KEY_BYTES:
        raise PeopleKeyUnusable(path=str(path), why="已损坏；请从备份恢复")
    return key


def _publish(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)  # unlike rename, never replaces one that somebody has just begun to use
    except FileExistsError:
        pass
    finally:
        Path(name).unlink(missing_ok=True)
