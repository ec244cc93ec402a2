"""Where programs that we obtained are kept, for all installations of one user. Deleting it costs time only."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_dir

from storage.atomic_write import atomic_write, drafted


def cache_dir() -> Path:
    """The user's own cache directory for this application (`run` computes the same one without platformdirs)."""
    return Path(user_cache_dir("jianding", appauthor=False))


@contextmanager
def workshop() -> Iterator[Path]:
    """A directory to download and build in, on the cache's own file system, gone afterwards."""
    cache_dir().mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(dir=cache_dir(), prefix="work-"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def install(program: Path, name: str) -> Path:
    """Puts `program` into the cache as `name`, whole or not at all, whatever kills us meanwhile."""
    target = cached(name)
    with drafted(target) as draft:
        shutil.copyfile(program, draft)
        draft.chmod(0o755)
        atomic_write(_note(name), _sha256(draft).encode())
    return target


def genuine(name: str) -> bool:
    """Whether `name` is in the cache with the very bytes that were installed: whatever changed them is not run."""
    try:
        return _note(name).read_text() == _sha256(cached(name))
    except FileNotFoundError:
        return False


def _note(name: str) -> Path:
    return cache_dir() / f"{name}.sha256"


def _sha256(program: Path) -> str:
    with program.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cached(name: str) -> Path:
    """Where `name` is, or would be."""
    return cache_dir() / "bin" / name
