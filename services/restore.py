"""An installation brought back from a copy, into a place that holds nothing.

Keys and files come first and the database last, in one transaction: killed at any moment, it is done again. Since the
copy was made the world has gone on: what waited to leave may have left, so a person decides about it, and numbers that
were drawn since can be passed over.
"""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection, text

from records.post.outbox import PENDING, SENDING, UNCERTAIN, leave_to_a_person
from records.store.copying import CopyDamaged, load
from services.audit import Audit, audit
from services.backup import FORMAT, MANIFEST, Manifest, check_files, key_files, place_keys
from services.place import Place, unprepared_database
from states.refusals import Refusal

BY = "恢复程序"


class RestoreRefused(Refusal):
    """Nothing is restored there: what is there now would be lost, or mixed with the copy."""

    wording = "{why}"


class Restored(msgspec.Struct, frozen=True):
    """What was brought back. `uncertain`: letters of which nobody knows whether they left since the copy was made."""

    made_at: str
    rows: int
    files: int
    bucket: str
    uncertain: int
    audit: Audit


def restore(place: Place, source: Path, keys: Path | None = None, *, keep_pending: bool, pass_over: int) -> Restored:
    """Brings the copy in `source` back to `place`, and audits what came of it.

    `keep_pending`: letters that waited to leave still do; only for a copy since which nothing has left. `pass_over`:
    how many numbers of every series are left out, so that none drawn since is drawn again. Raises RestoreRefused,
    CopyDamaged, NotEmpty or SchemaNewer; nothing on record is changed then.
    """
    data, key_folder = source / "data", keys or source / "keys"
    manifest = read_manifest(data)
    check_files(manifest, data)
    _must_be_free(place, manifest, key_folder)
    place_keys(manifest, key_folder, place.settings)
    for folder in ("letters", "outbox"):
        _bring(data / "files" / folder, place.directory / folder)
    _bring(data / "checkpoints", place.settings.checkpoint_dir)
    database = unprepared_database(place)
    uncertain = 0

    def then(connection: Connection) -> None:
        nonlocal uncertain
        if not keep_pending:
            uncertain = leave_to_a_person(
                connection, (PENDING, SENDING), UNCERTAIN, at=datetime.now(UTC), by=BY,
                reason=f"恢复自 {manifest.made_at[:16]} 的备份，此后是否已发出未知",
            )  # fmt: skip
        connection.execute(text("UPDATE counters SET last = last + :n"), {"n": pass_over})

    load(database, manifest.database, data / "tables", then)
    database.close()
    rows = sum(table.rows for table in manifest.database.tables)
    checked = asyncio.run(audit(place.settings, None, workflows=False))
    return Restored(manifest.made_at, rows, len(manifest.files), manifest.bucket, uncertain, checked)


def read_manifest(data: Path) -> Manifest:
    """What the copy says that it holds. Raises CopyDamaged."""
    try:
        found = msgspec.json.decode((data / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise CopyDamaged(f"{data} 中没有 {MANIFEST}：不是备份，或备份没有做完") from None
    except (OSError, msgspec.MsgspecError) as error:
        raise CopyDamaged(f"{data / MANIFEST} 无法读取：{error}") from error
    if found.format != FORMAT:
        raise CopyDamaged(f"备份格式 {found.format} 不是本程序认识的 {FORMAT}：请用做备份的版本恢复")
    return found


def _must_be_free(place: Place, manifest: Manifest, keys: Path) -> None:
    if place.settings.server_dir.exists() and any(place.settings.server_dir.iterdir()):
        raise RestoreRefused(
            why=f"{place.settings.server_dir} 中有引擎的状态，与备份不是同一时刻：请先停止引擎并移走该目录；"
            "恢复后引擎会由台账自行重建"
        )
    if place.settings.storage_url != manifest.bucket:
        raise RestoreRefused(
            why=f"备份的文书存放在“{manifest.bucket or '数据目录'}”，而 JIANDING_STORAGE_URL 是"
            f"“{place.settings.storage_url or '（空）'}”：请先设为相同"
        )
    for path in key_files(place.settings):
        copy = keys / path.name
        if path.name.endswith((".key", ".json")) and (not copy.is_file() or copy.read_bytes() != path.read_bytes()):
            raise RestoreRefused(why=f"{path} 已有别的密钥：请恢复到空的数据目录，现有密钥不会被覆盖")


def _bring(source: Path, target: Path) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copytree(source, target, dirs_exist_ok=True)
