"""Key files: private to their owner, written whole, never overwritten by a first start, added to by a rotation.

One JSON file a purpose, `{"keys": [{"id", "made", "secret", "public"}]}`. The last key is the one in use; earlier ones
stay for what was made under them. Of a signing key that was replaced only the public half stays.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from states.refusals import Refusal
from storage.locking import locked
from storage.private_folder import private_folder

SECRET_BYTES = 32


class KeyFileUnusable(Refusal):
    """A key file that is gone, damaged, or readable by others. Nothing is made under it until somebody looks."""

    wording = "密钥文件 {path} {why}"


class Key(msgspec.Struct, frozen=True, omit_defaults=True):
    """One key. `secret` is empty once a signing key was replaced; `public` is empty unless it signs.

    `bound`: whatever is encrypted under it is bound to the place that it is for; payload keys once did without.
    """

    id: str
    made: datetime
    secret: bytes = b""  # msgspec writes bytes as base64
    public: bytes = b""
    bound: bool = False


class KeyFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """All keys of one purpose, oldest first. `beside`: what the first was made beside, in its purpose's own words."""

    keys: tuple[Key, ...]
    beside: str = ""

    @property
    def newest(self) -> Key:
        """The key in use."""
        return self.keys[-1]

    def ids(self) -> frozenset[str]:
        """The names of all its keys."""
        return frozenset(key.id for key in self.keys)


def new_key(taken: Iterable[str] = (), public: Callable[[bytes], bytes] = lambda _: b"", *, bound: bool = False) -> Key:
    """A fresh random key under a name not among `taken`; `public` derives the public half of one that signs."""
    secret, names = secrets.token_bytes(SECRET_BYTES), set(taken)
    while True:
        name = base64.b32encode(secrets.token_bytes(5)).decode().lower()[:6]
        if name not in names:
            return Key(name, datetime.now(UTC), secret, public(secret), bound)


def load(path: Path, *, raw: Callable[[bytes], KeyFile] | None = None) -> KeyFile:
    """The key file at `path`; `raw` reads one of 32 bare bytes, as they once were. Raises KeyFileUnusable."""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise KeyFileUnusable(path=str(path), why=f"可被他人读取；请先执行 chmod 600 {path}")
        content = path.read_bytes()
    except FileNotFoundError:
        raise KeyFileUnusable(path=str(path), why="不存在；请从备份恢复原来的文件，不能另造") from None
    except OSError as error:
        raise KeyFileUnusable(path=str(path), why=f"无法读取（{error.strerror}）；请检查所有者与权限") from error
    if raw is not None and len(content) == SECRET_BYTES:
        return raw(content)
    return _decoded(path, content)


def publish_first(path: Path, content: KeyFile) -> None:
    """Writes a first key file; of two processes that do it at once one wins, and both then read the same."""
    private_folder(path.parent)
    draft = _draft(path, content)
    try:
        os.link(draft, path)  # unlike rename, never replaces a key that somebody has just begun to use
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def change(path: Path, how: Callable[[KeyFile], KeyFile], *, raw: Callable[[bytes], KeyFile] | None = None) -> KeyFile:
    """What `how` makes of the key file, written whole; one at a time. Raises KeyFileUnusable."""
    with locked(path.with_name(f".{path.name}.lock")):
        changed = how(load(path, raw=raw))
        _draft(path, changed).replace(path)
    return changed


def _decoded(path: Path, content: bytes) -> KeyFile:
    try:
        held = msgspec.json.decode(content, type=KeyFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise KeyFileUnusable(path=str(path), why=f"已损坏（{error}），请从备份恢复") from error
    if not held.keys or len(held.newest.secret) != SECRET_BYTES or any(map(_broken, held.keys)):
        why = f"没有可用的密钥（应为 {SECRET_BYTES} 字节），请从备份恢复"
        raise KeyFileUnusable(path=str(path), why=why)
    return held


def _broken(key: Key) -> bool:
    return len(key.secret) not in (0, SECRET_BYTES) or len(key.public) not in (0, SECRET_BYTES)


def _draft(path: Path, content: KeyFile) -> Path:
    """Writes `content` beside `path`, private and on the disk."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(content), indent=2))
        file.flush()
        os.fsync(file.fileno())
    return draft
