"""Where files are kept, whatever it is: a folder of this machine, or a bucket that several machines share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple, Protocol


class NotStored(Exception):
    """There is no such file; whoever knows what it held can make it again."""

    def __init__(self, name: str) -> None:
        """`name` is the file's name within its store."""
        super().__init__(f"没有文件 {name}")
        self.name = name


class BadName(Exception):
    """A name that would lead out of its store: nobody writes such a one in good faith."""

    def __init__(self, name: str) -> None:
        """`name` is what was given as one."""
        super().__init__(f"文件名 {name!r} 越出了存储位置：记录可能被改动，不予读写")
        self.name = name


class StoreAway(Exception):
    """The store cannot be reached, or refuses us; nothing was written, and the same may be tried again."""


class Stored(NamedTuple):
    """One file: its name within the store, and its size in bytes."""

    name: str
    size: int


class Store(Protocol):
    """Files by name, each whole or not there. Names are relative, with `/` between folders; others raise BadName.

    Every method raises StoreAway if the store cannot be reached, or OSError where it is a folder.
    """

    def put(self, name: str, content: bytes, *, synced: bool = True) -> None:
        """Keeps `content` under `name`, in the place of whatever was there. `synced`: durable when this returns."""
        ...

    def get(self, name: str) -> bytes:
        """What is kept under `name`. Raises NotStored."""
        ...

    def exists(self, name: str) -> bool:
        """Whether anything is kept under `name`."""
        ...

    def delete(self, name: str) -> None:
        """Keeps nothing under `name` any longer; harmless where nothing was."""
        ...

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """Every file whose name begins with the folder `prefix`, in no order."""
        ...

    def where(self, name: str) -> str:
        """Where a person finds `name`: a path, or an address."""
        ...

    def within(self, folder: str) -> Store:
        """The same store, seen from `folder`."""
        ...


def checked(name: str) -> str:
    """`name`, if it stays within its store. Raises BadName."""
    path = PurePosixPath(name)
    if not name or path.is_absolute() or str(path) != name or ".." in path.parts or "\\" in name or "\0" in name:
        raise BadName(name)
    return name
