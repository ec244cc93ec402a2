"""Temporary folders that are removed by whoever comes next, if their owner was killed before it could."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from storage.locking import try_lock

PREFIX = "jianding-"
_LOCK = ".owner"
_FRESH_SECONDS = 60.0  # time enough to take the lock


class Scratch:
    """A private folder that lives as long as this object, and is known to be abandoned if its process is killed."""

    def __init__(self, purpose: str) -> None:
        """Makes it, and removes what others of the same purpose have left behind."""
        sweep_scratch(purpose)
        self._folder = tempfile.TemporaryDirectory(prefix=f"{PREFIX}{purpose}-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        self._lock = try_lock(self.path / _LOCK)

    def close(self) -> None:
        """Removes it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        self._folder.cleanup()


def abandoned(purpose: str = "") -> Iterator[Path]:
    """The folders whose owner is dead; only looks."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}{purpose}*"):
        if folder.is_dir() and (folder / _LOCK).exists() and _free(folder):
            yield folder


def sweep_scratch(purpose: str) -> int:
    """Removes the folders whose owner is dead; how many there were."""
    left = list(abandoned(purpose))
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _free(folder: Path) -> bool:
    try:
        if time.time() - folder.stat().st_mtime < _FRESH_SECONDS:
            return False
        lock = try_lock(folder / _LOCK)
    except OSError:  # another user's, or just being removed
        return False
    if lock is None:
        return False
    os.close(lock)
    return True
