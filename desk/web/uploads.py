"""Rosters between their check and their import: kept for a day under a name that nobody can guess."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

from settings import Settings
from storage.atomic_write import atomic_write

_NAME = re.compile(r"[0-9a-f]{32}")
_KEPT_SECONDS = 24 * 3600
_ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".txt")


def keep(settings: Settings, account: str, file_name: str, content: bytes) -> str:
    """Keeps what `account` uploaded; what it is asked for by. Raises ValueError for an ending no roster has."""
    ending = Path(file_name).suffix.lower()
    if ending not in _ENDINGS:
        raise ValueError(f"名册应为 {'、'.join(_ENDINGS)} 文件")
    folder = _folder(settings)
    _sweep(folder)
    name = secrets.token_hex(16)
    plain = re.sub(r"[^\w.-]", "_", Path(file_name).stem)[:60]
    atomic_write(folder / account / f"{name}-{plain}{ending}", content)
    return name


def kept(settings: Settings, account: str, name: str) -> Path | None:
    """What `account` uploaded as `name`; None where there is none (any more)."""
    if not _NAME.fullmatch(name):
        return None
    return next((_folder(settings) / account).glob(f"{name}-*"), None)


def _folder(settings: Settings) -> Path:
    folder = settings.data_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _sweep(folder: Path) -> None:
    for path in folder.glob("*/*"):
        if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
            path.unlink(missing_ok=True)
