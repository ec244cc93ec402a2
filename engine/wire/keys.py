"""The key file: who holds it can read every payload and send commands; who does not, can do neither.

A JSON file of 256-bit keys, readable by its owner only. The last key encrypts, every key decrypts, so that rotation is
one more key at the end and never touches what is already in a history.
"""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.locking import locked

_KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyFileUnusable(Exception):
    """The key file is damaged, or others can read it. Nothing is encrypted with it until somebody looks."""


class UnknownKey(Exception):
    """A payload names a key that the file does not hold: the file was replaced, or belongs to another installation."""


class Undecipherable(Exception):
    """A payload is not what we once encrypted: altered, cut short, or made with a different key of the same name."""


class _Key(msgspec.Struct, frozen=True):
    id: str
    secret: bytes  # msgspec writes bytes as base64
    made: datetime


class _KeyFile(msgspec.Struct, frozen=True):
    keys: tuple[_Key, ...]


class Keyring:
    """Every key of one key file. Cheap to use from several processes: a rotation elsewhere is noticed when needed."""

    def __init__(self, path: Path) -> None:
        """Reads the file. Raises KeyFileUnusable, or FileNotFoundError if it was never made (see `open`)."""
        self._path = path
        self._ciphers: dict[bytes, AESGCM] = {}
        self._newest = b""
        self._read()

    @classmethod
    def open(cls, path: Path) -> Keyring:
        """The keyring at `path`, made on first use; of two that make it at once, both get the same one."""
        if not path.exists():
            _publish_first(path)
        return cls(path)

    @property
    def newest(self) -> str:
        """The id of the key that encrypts."""
        return self._newest.decode()

    def rotate(self) -> str:
        """Adds a key and encrypts with it from now on; returns its id. Running workers keep theirs until restarted."""
        with locked(self._path.with_suffix(".lock")):
            held = _load(self._path)
            key = _new_key(taken={key.id for key in held.keys})
            _replace(self._path, _KeyFile((*held.keys, key)))
        self._read()
        return key.id

    def seal(self, plaintext: bytes) -> tuple[bytes, bytes]:
        """Encrypts with the newest key: (key id, nonce + ciphertext + tag)."""
        # Random 96-bit nonces are safe for some 2^32 messages a key; ten million cases are about 2^27.
        nonce = os.urandom(_NONCE_BYTES)
        return self._newest, nonce + self._ciphers[self._newest].encrypt(nonce, plaintext, self._newest)

    def unseal(self, key_id: bytes, sealed: bytes) -> bytes:
        """Decrypts what `seal` made. Raises UnknownKey or Undecipherable."""
        cipher = self._ciphers.get(key_id) or self._after_rotation(key_id)
        try:
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], key_id)
        except (InvalidTag, ValueError) as error:
            raise Undecipherable(
                f"payload under key {key_id.decode(errors='replace')} was altered, or encrypted with another key"
            ) from error

    def _after_rotation(self, key_id: bytes) -> AESGCM:
        self._read()
        try:
            return self._ciphers[key_id]
        except KeyError:
            raise UnknownKey(
                f"密钥文件 {self._path} 中没有密钥 {key_id.decode(errors='replace')!r}，请恢复本系统原来的密钥文件"
            ) from None

    def _read(self) -> None:
        held = _load(self._path)
        self._ciphers = {key.id.encode(): AESGCM(key.secret) for key in held.keys}
        self._newest = held.keys[-1].id.encode()


def _load(path: Path) -> _KeyFile:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise KeyFileUnusable(f"密钥文件 {path} 可被他人读取；请先执行 chmod 600 {path}")
    try:
        held = msgspec.json.decode(path.read_bytes(), type=_KeyFile)
    except msgspec.DecodeError as error:
        raise KeyFileUnusable(f"密钥文件 {path} 已损坏（{error}），请从备份恢复") from error
    if not held.keys or any(len(key.secret) != _KEY_BYTES for key in held.keys):
        raise KeyFileUnusable(f"密钥文件 {path} 没有可用的密钥（应为 {_KEY_BYTES} 字节），请从备份恢复")
    return held


def _new_key(taken: set[str]) -> _Key:
    while True:
        key_id = base64.b32encode(secrets.token_bytes(5)).decode().lower()[:6]
        if key_id not in taken:
            return _Key(key_id, secrets.token_bytes(_KEY_BYTES), datetime.now(UTC))


def _publish_first(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, _KeyFile((_new_key(set()),)))
    try:
        os.link(draft, path)  # unlike rename, never replaces a key that somebody has just begun to use
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _replace(path: Path, content: _KeyFile) -> None:
    _draft(path, content).replace(path)


def _draft(path: Path, content: _KeyFile) -> Path:
    """Writes `content` beside `path`, private and on the disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:  # mkstemp makes it 0600
        file.write(msgspec.json.format(msgspec.json.encode(content), indent=2))
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
