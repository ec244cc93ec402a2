"""A letter that leaves is the one on record: checked, made again when missing, refused when it cannot be."""

from __future__ import annotations

import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from activities.typesetting import Typesetter
from letters.model import Letter, LetterData
from letters.renderer import Renderer
from letters.seal import Signer
from records.case.documents import filed_documents, outstanding
from records.ledger.trusted import NotAsRecorded
from records.store.committer import Committer
from records.store.database import Database
from services.letter_files import LetterFiles, LetterLost
from storage.bucket import Bucket, BucketStore
from storage.folder import FolderStore
from storage.store import BadName, NotStored
from tests.buckets import bucket, s3_endpoint  # noqa: F401
from tests.caseload import announce, database_at, register

DAY = date(2020, 10, 12)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Signer.fresh())


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """One case with its two letters, not yet set."""
    database = database_at(tmp_path)
    register(database, announce(database, 1, DAY), DAY)
    return database


def set_all(database: Database, renderer: Renderer, files: LetterFiles) -> list[int]:
    committer = Committer(database)
    typesetter = Typesetter(database, committer, renderer, files)
    assert typesetter.sweep() == 2
    typesetter.close()
    committer.close()
    with database.reading() as connection:
        return [letter.id for letter in filed_documents(connection, 0, 10)]


def change(database: Database, sql: str, **values: object) -> None:
    with database.writing() as connection:
        connection.execute(text(sql), values)


def test_a_deleted_folder_is_noticed_and_made_again_byte_for_byte(
    database: Database, renderer: Renderer, tmp_path: Path
) -> None:
    files = LetterFiles(database, FolderStore(tmp_path / "letters"), renderer.render)
    ids = set_all(database, renderer, files)
    before = [files.bytes_of(id_) for id_ in ids]
    assert list(files.missing()) == [] == list(files.amiss())
    shutil.rmtree(tmp_path / "letters")
    assert [(amiss.id, amiss.why) for amiss in files.missing()] == [(id_, "missing") for id_ in ids]
    assert [files.bytes_of(id_) for id_ in ids] == before
    assert list(files.missing()) == [] == list(files.amiss())


def test_an_altered_file_never_leaves_is_made_again_and_kept_as_evidence(
    database: Database, renderer: Renderer, tmp_path: Path
) -> None:
    files = LetterFiles(database, FolderStore(tmp_path / "letters"), renderer.render)
    first, _ = set_all(database, renderer, files)
    with database.reading() as connection:
        path = tmp_path / "letters" / filed_documents(connection, 0, 1)[0].path
    genuine = path.read_bytes()
    path.write_bytes(b"%PDF to another name")
    assert [amiss.why for amiss in files.amiss()] == ["altered"]
    assert files.bytes_of(first) == genuine == path.read_bytes()
    (evidence,) = (tmp_path / "letters" / "altered").rglob("*.pdf")
    assert evidence.read_bytes() == b"%PDF to another name"


def test_what_would_come_out_otherwise_today_is_refused(database: Database, renderer: Renderer, tmp_path: Path) -> None:
    _, receipt = set_all(database, renderer, LetterFiles(database, FolderStore(tmp_path / "letters"), renderer.render))

    def another(data: LetterData, check: str, code: str) -> Letter:
        return renderer.render(msgspec.structs.replace(data, name="别人"), check, code)

    shutil.rmtree(tmp_path / "letters")
    files = LetterFiles(database, FolderStore(tmp_path / "letters"), another)
    with pytest.raises(LetterLost, match="备份"):
        files.bytes_of(receipt)
    assert not (tmp_path / "letters").exists()


def test_a_path_out_of_the_store_is_refused(database: Database, renderer: Renderer, tmp_path: Path) -> None:
    (tmp_path / "seal.key").write_bytes(b"secret")
    files = LetterFiles(database, FolderStore(tmp_path / "letters"), renderer.render)
    first, _ = set_all(database, renderer, files)
    change(database, "UPDATE documents SET path = '../seal.key'")
    with pytest.raises(BadName):
        files.bytes_of(first)
    change(database, "UPDATE documents SET sha256 = :h", h=sha256(b"secret").hexdigest())
    with pytest.raises(NotAsRecorded):
        files.bytes_of(first)


def test_a_letter_to_another_name_is_neither_set_nor_sent(
    database: Database, renderer: Renderer, tmp_path: Path
) -> None:
    """Whoever writes the database changes a letter's data and takes its file away: it would be made anew, genuine."""
    files = LetterFiles(database, FolderStore(tmp_path / "letters"), renderer.render)
    _, receipt = set_all(database, renderer, files)
    change(
        database,
        "UPDATE documents SET data = replace(data, '考生1', '李四'), path = NULL, sha256 = NULL WHERE id = :id",
        id=receipt,
    )
    with database.reading() as connection:
        assert outstanding(connection, 10) == []
    change(database, "UPDATE documents SET path = 'x.pdf', sha256 = 'x' WHERE id = :id", id=receipt)
    with pytest.raises(NotAsRecorded):
        files.bytes_of(receipt)


def test_a_letter_that_was_never_set_has_no_bytes(database: Database, renderer: Renderer, tmp_path: Path) -> None:
    with pytest.raises(NotStored):
        LetterFiles(database, FolderStore(tmp_path), renderer.render).bytes_of(1)


def test_machines_that_share_a_bucket_need_no_shared_disk(
    database: Database,
    renderer: Renderer,
    bucket: Bucket,  # noqa: F811
) -> None:
    one = LetterFiles(database, BucketStore(bucket).within("letters"), renderer.render)
    ids = set_all(database, renderer, one)
    other = LetterFiles(database, BucketStore(bucket).within("letters"), renderer.render)
    assert [sha256(other.bytes_of(id_)).hexdigest() for id_ in ids] == [
        sha256(one.bytes_of(id_)).hexdigest() for id_ in ids
    ]
    assert list(other.amiss()) == []
