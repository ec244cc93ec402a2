"""A folder and a bucket are the same to whoever keeps files in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.bucket import Bucket, BucketStore
from storage.folder import FolderStore
from storage.store import BadName, NotStored, Store, StoreAway, Stored
from tests.buckets import bucket, s3_endpoint  # noqa: F401

LETTER = "announcement/2020-10/7-4301002020000001.pdf"


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return FolderStore(tmp_path / "files")
    kept: Bucket = request.getfixturevalue("bucket")
    return BucketStore(kept)


def test_what_was_put_is_got_and_the_later_one_stands(store: Store) -> None:
    assert not store.exists(LETTER)
    store.put(LETTER, b"first")
    store.put(LETTER, b"second", synced=False)
    assert store.get(LETTER) == b"second" and store.exists(LETTER)


def test_what_is_not_there_is_said_by_name(store: Store) -> None:
    with pytest.raises(NotStored, match=LETTER):
        store.get(LETTER)
    store.delete(LETTER)


def test_what_was_deleted_is_gone(store: Store) -> None:
    store.put(LETTER, b"x")
    store.delete(LETTER)
    assert not store.exists(LETTER) and list(store.list()) == []


def test_a_list_names_everything_under_a_folder_with_its_size(store: Store) -> None:
    store.put(LETTER, b"12345")
    store.put("certificate/2020-11/8.pdf", b"1")
    store.put("certificate-2/9.pdf", b"1")
    assert set(store.list()) >= {Stored(LETTER, 5), Stored("certificate/2020-11/8.pdf", 1)}
    assert [stored.name for stored in store.list("certificate")] == ["certificate/2020-11/8.pdf"]
    assert [stored.name for stored in store.within("certificate").list()] == ["2020-11/8.pdf"]
    assert store.within("certificate").get("2020-11/8.pdf") == b"1"
    assert store.where(LETTER).endswith(LETTER)


@pytest.mark.parametrize("name", ["../seal.key", "/etc/passwd", "a/../../seal.key", "", "a//b", "a\\b", "./a", "a/"])
def test_no_name_leads_out_of_the_store(store: Store, name: str) -> None:
    for act in (store.get, store.exists, store.delete, store.where, lambda name: store.put(name, b"x")):
        with pytest.raises(BadName):
            act(name)


def test_a_bucket_that_is_not_there_or_does_not_answer_is_told_in_a_sentence(bucket: Bucket) -> None:  # noqa: F811
    with pytest.raises(StoreAway, match="JIANDING_STORAGE_URL"):
        BucketStore(bucket._replace(url="s3://of-nobody")).put("a", b"x")
    with pytest.raises(StoreAway, match="JIANDING_STORAGE_ENDPOINT"):
        BucketStore(bucket._replace(endpoint="http://127.0.0.1:1")).get("a")
