"""Files in a folder of this machine: the default, which needs nothing but a disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from storage.atomic_write import atomic_write
from storage.store import NotStored, Stored, checked


class FolderStore:
    """Everything under `root`; what links lead elsewhere is not followed out of it."""

    def __init__(self, root: Path) -> None:
        """`root` is made when the first file is."""
        self._root = root

    def put(self, name: str, content: bytes, *, synced: bool = True) -> None:
        """See Store."""
        atomic_write(self._path(name), content, synced=synced)

    def get(self, name: str) -> bytes:
        """See Store."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise NotStored(name) from None

    def exists(self, name: str) -> bool:
        """See Store."""
        return self._path(name).is_file()

    def delete(self, name: str) -> None:
        """See Store."""
        self._path(name).unlink(missing_ok=True)

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """See Store; drafts and locks, which begin with a dot, are no files of it."""
        for path in self._path(prefix).rglob("*") if prefix else self._root.rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                yield Stored(path.relative_to(self._root).as_posix(), path.stat().st_size)

    def where(self, name: str) -> str:
        """See Store."""
        return str(self._path(name))

    def within(self, folder: str) -> FolderStore:
        """See Store."""
        return FolderStore(self._path(folder))

    def _path(self, name: str) -> Path:
        return self._root / checked(name)
