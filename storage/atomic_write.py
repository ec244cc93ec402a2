"""Files that are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path


def atomic_write(path: Path, content: bytes, *, synced: bool = True) -> None:
    """Whole or not at all. `synced`: on the disk itself when this returns, before anybody says that it has left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        if synced:
            file.flush()
            os.fsync(file.fileno())
    part.replace(path)
