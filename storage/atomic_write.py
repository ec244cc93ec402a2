"""Files that are whole or not there, whoever else writes the same one and whatever kills us meanwhile."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.private_folder import private_folder

_PART = ".part"
_ABANDONED_SECONDS = 3600.0  # no write lasts so long: whoever began it is dead


def atomic_write(path: Path, content: bytes, *, synced: bool = True) -> None:
    """Whole or not at all, readable by its owner only. Raises OSError, and leaves nothing half-written behind.

    `synced`: on the disk itself when this returns, before anybody says that it has left. Each writer has a draft of
    its own, so that of two that write one file the later wins and neither is torn.
    """
    with drafted(path, synced=synced) as part:
        _write(part, content, synced=synced)


@contextmanager
def drafted(path: Path, *, synced: bool = True) -> Iterator[Path]:
    """A draft for whoever writes files itself: it takes the place of `path` at the end, or is gone if that fails."""
    private_folder(path.parent)
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}{_PART}")
    try:
        yield part
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if synced:
        _sync_folder(path.parent)


def sweep_parts(folder: Path) -> int:
    """Removes the drafts under `folder` that a killed writer left behind; how many there were."""
    left = list(_abandoned(folder, time.time() - _ABANDONED_SECONDS))
    for part in left:
        part.unlink(missing_ok=True)
    return len(left)


def _abandoned(folder: Path, before: float) -> Iterator[Path]:
    for part in folder.rglob(f".*{_PART}"):
        try:
            if part.stat().st_mtime < before:
                yield part
        except FileNotFoundError:  # its writer has just finished
            continue


def _write(part: Path, content: bytes, *, synced: bool) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        if synced:
            file.flush()
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The name itself is only on the disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
