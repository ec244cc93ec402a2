from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec.structs import replace

from storage.key_files import KeyFile, KeyFileUnusable, change, load, new_key, publish_first


def first(path: Path) -> KeyFile:
    publish_first(path, KeyFile((new_key(),)))
    return load(path)


def test_of_many_that_make_a_key_at_once_all_get_the_same_and_it_is_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ledger.key"
    with ThreadPoolExecutor(8) as pool:
        made = {held.newest.secret for held in pool.map(lambda _: first(path), range(16))}
    assert len(made) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["ledger.key"]


def test_a_change_keeps_what_was_held_and_leaves_no_draft(tmp_path: Path) -> None:
    held = first(tmp_path / "k")
    changed = change(tmp_path / "k", lambda before: replace(before, keys=(*before.keys, new_key(before.ids()))))
    assert load(tmp_path / "k") == changed
    assert changed.keys[0] == held.newest and len(changed.keys) == 2
    assert {entry.name for entry in tmp_path.iterdir()} == {"k", ".k.lock"}


def test_a_file_that_is_gone_is_missed_by_its_name_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(KeyFileUnusable, match=r"seal\.key 不存在"):
        load(tmp_path / "seal.key")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    first(tmp_path / "k")
    (tmp_path / "k").chmod(mode)
    with pytest.raises(KeyFileUnusable, match="chmod 600"):
        load(tmp_path / "k")
