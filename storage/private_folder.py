"""Folders that nobody but their owner can look into, however many of them have to be made on the way."""

from __future__ import annotations

import os
from pathlib import Path


def keep_private() -> None:
    """Makes everything that this process and its children make from now on readable by their owner alone."""
    os.umask(0o077)


def private_folder(path: Path) -> Path:
    """`path`, made if it is not there, with every folder above it that is not there either, each 0700.

    `Path.mkdir` gives its mode to the last folder alone. What is there already stays as it is.
    """
    for folder in reversed((path, *path.parents)):
        folder.mkdir(mode=0o700, exist_ok=True)
    return path
