"""The payload keys: who holds the file can read every payload and send commands; who does not, can do neither.

The last key encrypts, every key decrypts, so that a rotation is one more key at the end and never touches what is
already in a history.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec.structs import replace

from storage.key_files import KeyFile, KeyFileUnusable, change, load, new_key, publish_first

__all__ = ["KeyFileUnusable", "Keyring", "Undecipherable", "UnknownKey"]

_NONCE_BYTES = 12


class UnknownKey(Exception):
    """A payload names a key that the file does not hold: the file was replaced, or belongs to another installation."""


class Undecipherable(Exception):
    """A payload is not what we once encrypted for this place: altered, cut short, or taken from somewhere else."""


class Keyring:
    """Every key of one key file. Cheap to use from several processes: a rotation elsewhere is noticed when needed."""

    def __init__(self, path: Path) -> None:
        """Reads the file. Raises KeyFileUnusable."""
        self._path = path
        self._ciphers: dict[bytes, AESGCM] = {}
        self._bound: frozenset[bytes] = frozenset()
        self._newest = b""
        self._read()

    @classmethod
    def open(cls, path: Path) -> Keyring:
        """The keyring at `path`, made on first use; of two that make it at once, both get the same one."""
        if not path.exists():
            publish_first(path, KeyFile((new_key(bound=True),)))
        return cls(path)

    @property
    def newest(self) -> str:
        """The id of the key that encrypts."""
        return self._newest.decode()

    def rotate(self) -> str:
        """Adds a key and encrypts with it from now on; returns its id. Running workers keep theirs until restarted."""
        change(self._path, lambda held: replace(held, keys=(*held.keys, new_key(held.ids(), bound=True))))
        self._read()
        return self.newest

    def seal(self, plaintext: bytes, place: bytes = b"") -> tuple[bytes, bytes]:
        """Encrypts with the newest key, for `place` alone: (key id, nonce + ciphertext + tag)."""
        # Random 96-bit nonces are safe for some 2^32 messages a key; ten million cases are about 2^27.
        nonce = os.urandom(_NONCE_BYTES)
        return self._newest, nonce + self._ciphers[self._newest].encrypt(
            nonce, plaintext, self._beside(self._newest, place)
        )

    def unseal(self, key_id: bytes, sealed: bytes, place: bytes = b"") -> bytes:
        """Decrypts what `seal` made for the same `place`. Raises UnknownKey or Undecipherable."""
        cipher = self._ciphers.get(key_id) or self._after_rotation(key_id)
        try:
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._beside(key_id, place))
        except (InvalidTag, ValueError) as error:
            raise Undecipherable(
                f"payload under key {key_id.decode(errors='replace')} was altered, made for another place, "
                "or encrypted with another key"
            ) from error

    def _beside(self, key_id: bytes, place: bytes) -> bytes:
        """What the tag vouches for beside the text: the key's id, and the place under every key but the oldest."""
        return key_id + b"\0" + place if key_id in self._bound else key_id

    def _after_rotation(self, key_id: bytes) -> AESGCM:
        self._read()
        try:
            return self._ciphers[key_id]
        except KeyError:
            raise UnknownKey(
                f"密钥文件 {self._path} 中没有密钥 {key_id.decode(errors='replace')!r}，请恢复本系统原来的密钥文件"
            ) from None

    def _read(self) -> None:
        held = load(self._path)
        self._ciphers = {key.id.encode(): AESGCM(key.secret) for key in held.keys}
        self._bound = frozenset(key.id.encode() for key in held.keys if key.bound)
        self._newest = held.newest.id.encode()
