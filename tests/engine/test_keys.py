"""Who holds the key file can read payloads, and nobody else."""

import json
import multiprocessing
import stat
from pathlib import Path

import pytest

from engine.wire.keys import KeyFileUnusable, Keyring, Undecipherable, UnknownKey


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "keys.json"


def test_the_first_start_makes_a_private_key_file_and_leaves_nothing_else(path: Path) -> None:
    Keyring.open(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["keys.json"]


def _open(path: Path) -> str:
    return Keyring.open(path).newest


def test_processes_that_start_at_once_share_one_key(path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_open, [path] * 8))) == 1


def test_after_a_rotation_the_new_key_encrypts_and_the_old_one_still_decrypts(path: Path) -> None:
    ring = Keyring.open(path)
    old_id, old = ring.seal(b"before")
    assert ring.rotate() == ring.newest != old_id.decode()
    new_id, new = ring.seal(b"after")
    assert (new_id.decode(), ring.unseal(new_id, new), ring.unseal(old_id, old)) == (ring.newest, b"after", b"before")


def test_a_worker_that_missed_the_rotation_reads_the_file_again(path: Path) -> None:
    worker, desk = Keyring.open(path), Keyring.open(path)
    desk.rotate()
    assert worker.unseal(*desk.seal(b"new")) == b"new"


def test_an_altered_payload_is_refused(path: Path) -> None:
    ring = Keyring.open(path)
    key_id, sealed = ring.seal(b"secret")
    for altered in (sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), b"x" + sealed[1:], b""):
        with pytest.raises(Undecipherable):
            ring.unseal(key_id, altered)


def test_a_key_of_another_installation_is_named_in_the_error(path: Path, tmp_path: Path) -> None:
    other = Keyring.open(tmp_path / "other.json")
    with pytest.raises(UnknownKey, match=other.newest):
        Keyring.open(path).unseal(*other.seal(b"x"))


def test_another_key_under_the_same_id_does_not_decrypt(path: Path, tmp_path: Path) -> None:
    key_id, sealed = Keyring.open(path).seal(b"x")
    held = json.loads(path.read_text())
    held["keys"][0]["secret"] = "A" * 43 + "="
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(held))
    forged.chmod(0o600)
    with pytest.raises(Undecipherable):
        Keyring(forged).unseal(key_id, sealed)


@pytest.mark.parametrize(
    "content", ["", "{}", '{"keys": []}', '{"keys":[{"id":"a","secret":"AAAA","made":"2020-01-01"}]}']
)
def test_a_damaged_key_file_is_never_replaced(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileUnusable):
        Keyring.open(path)
    assert path.read_text() == content


def test_a_key_file_that_others_can_read_is_refused_with_the_remedy(path: Path) -> None:
    Keyring.open(path)
    path.chmod(0o644)
    with pytest.raises(KeyFileUnusable, match="chmod 600"):
        Keyring.open(path)
