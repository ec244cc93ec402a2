"""A copy of an installation, made while it runs and checked before it counts: data in one folder, keys in another.

DIR/data/manifest.json   written last: a copy without one was not finished
DIR/data/tables/         the database, all as of one moment
DIR/data/files/          letters, outbox and post, unless a bucket keeps them
DIR/data/checkpoints/    the signed checkpoints, as they had been exported
DIR/keys/                every key, and the settings file, which may hold passwords: to be taken to another place
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from records.store.copying import CopyDamaged, DatabaseCopy, dump, load
from services.audit import Audit, audit
from services.keys import KINDS
from services.place import Place, database_to_read, live_place, unprepared_database
from settings import Settings
from states.business_dates import SHANGHAI
from states.refusals import Refusal
from storage.atomic_write import atomic_write

FORMAT = 1
MANIFEST = "manifest.json"
FOLDERS = ("letters", "outbox")


class BackupRefused(Refusal):
    """No copy is made there: something is in the way, and nothing of it is overwritten."""

    wording = "{why}"


class FileCopy(msgspec.Struct, frozen=True):
    """One file of the copy, below `files/` or `checkpoints/`: its hash (hex SHA-256) and size in bytes."""

    name: str
    sha256: str
    size: int


class Manifest(msgspec.Struct, frozen=True):
    """What a copy holds. `bucket` is where the letters are, if they are not in it."""

    format: int
    made_at: str
    database: DatabaseCopy
    files: tuple[FileCopy, ...]
    bucket: str
    keys: tuple[str, ...]


class BackedUp(msgspec.Struct, frozen=True):
    """What was copied, and what checking it came to: the restored copy's own chains, letters and checkpoints."""

    data: str
    keys: str
    tables: int
    rows: int
    files: int
    bucket: str
    audit: Audit


def back_up(place: Place, target: Path, keys: Path | None = None) -> BackedUp:
    """Copies the place into `target`, keys into `keys` (default: beside the data), and restores the copy to check it.

    Nothing of the place is changed or held up. Raises BackupRefused where something is in the way, CopyDamaged if
    what was read back is not what was written, or OSError; what was begun then has no manifest.
    """
    data, key_folder = _empty(target / "data"), _empty(keys or target / "keys")
    manifest = _copied(place, data, key_folder)
    checked = check(manifest, data, key_folder, place.settings)
    atomic_write(data / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    tables = manifest.database.tables
    return BackedUp(
        data=str(data),
        keys=str(key_folder),
        tables=len(tables),
        rows=sum(table.rows for table in tables),
        files=len(manifest.files),
        bucket=manifest.bucket,
        audit=checked,
    )


def _empty(folder: Path) -> Path:
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(why=f"{folder} 不是空的：请换一个目录，已有的备份不会被覆盖")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def _copied(place: Place, data: Path, keys: Path) -> Manifest:
    names = _copy_keys(place.settings, keys)
    # Before the database: a checkpoint that is newer than the tables would say that their end had been cut off.
    files = list(_copy_folder(place.settings.checkpoint_dir, data, "checkpoints"))
    database = database_to_read(place)
    tables = dump(database, data / "tables")
    database.close()
    if not place.settings.storage_url:  # after it: every letter that the tables know of had been written by then
        for folder in FOLDERS:
            files += _copy_folder(place.directory / folder, data, f"files/{folder}")
    at = datetime.now(SHANGHAI).isoformat()
    return Manifest(FORMAT, at, tables, tuple(files), place.settings.storage_url, names)


def check(manifest: Manifest, data: Path, keys: Path, settings: Settings) -> Audit:
    """Restores the copy into a place that is thrown away, and audits it there. Raises CopyDamaged."""
    check_files(manifest, data)
    with tempfile.TemporaryDirectory(dir=data, prefix=".check-") as scratch:
        own = settings.model_copy(update={"data_dir": Path(scratch), "database_url": "", "temporal_address": None})
        place_keys(manifest, keys, own)
        _bring(data / "checkpoints", own.checkpoint_dir)
        database = unprepared_database(live_place(own, ""))
        load(database, manifest.database, data / "tables", lambda _: None)
        database.close()
        return asyncio.run(audit(own, None, workflows=False))


def check_files(manifest: Manifest, data: Path) -> None:
    """Every file is there and hashes as it did. Raises CopyDamaged."""
    for copy in manifest.files:
        try:
            found = _hash(data / copy.name)
        except OSError as error:
            raise CopyDamaged(f"备份文件 {data / copy.name} 无法读取：{error.strerror}") from error
        if found != copy.sha256:
            raise CopyDamaged(f"备份文件 {data / copy.name} 与清单的哈希不符：已损坏或被改动")


def place_keys(manifest: Manifest, keys: Path, settings: Settings) -> None:
    """Puts every key where the installation looks for it. Raises CopyDamaged for one that is missing."""
    for name in manifest.keys:
        if not (keys / name).is_file():
            raise CopyDamaged(f"缺少密钥文件 {keys / name}：没有它，数据无法读出或核对")
        atomic_write(settings.data_dir / name, (keys / name).read_bytes())


def key_files(settings: Settings) -> Iterator[Path]:
    """Every file that must be kept apart from the data, as far as it is there."""
    named = [*(kind.file(settings) for kind in KINDS), settings.people_key_file, settings.data_dir / "jianding.toml"]
    yield from (path for path in named if path.is_file())


def _copy_keys(settings: Settings, target: Path) -> tuple[str, ...]:
    names = []
    for path in key_files(settings):
        atomic_write(target / path.name, path.read_bytes())
        names.append(path.name)
    return tuple(names)


def _copy_folder(source: Path, data: Path, folder: str) -> Iterator[FileCopy]:
    """Copies what is whole; drafts and locks, which begin with a dot, are not."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            name = f"{folder}/{path.relative_to(source).as_posix()}"
            (data / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(path, data / name)
            yield FileCopy(name, _hash(path), path.stat().st_size)


def _bring(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
