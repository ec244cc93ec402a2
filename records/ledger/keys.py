"""The ledger's keys: who can write the database but has not the key file cannot write a row that verifies."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable

import msgspec
from sqlalchemy import Connection

from states import crockford
from states.refusals import Refusal
from storage.key_files import KeyFile, new_key

OPTION = "jianding_ledger_keys"  # where `Database` keeps them for every connection of its own
CODE_BYTES = 10  # 80 bits: sixteen characters to type


class NoLedgerKeys(Refusal):
    """Something is to be written to, or believed of, the ledger on a connection that was opened without its keys."""

    wording = "没有台账密钥（ledger.key），不能登记也不能核对台账；请从备份恢复该文件"


class Adopted(msgspec.Struct, frozen=True):
    """What was on record when the first key was made: all that may ever be taken under a key afterwards."""

    ledger_id: int
    ledger_root: str
    document_id: int
    document_root: str


class LedgerKeys:
    """All keys that rows were written under; the newest writes. Thread-safe."""

    def __init__(self, held: KeyFile) -> None:
        self._secrets = {key.id: key.secret for key in held.keys}
        self.newest = held.newest.id
        self._first = held.keys[0].secret
        self.adopted = msgspec.json.decode(held.beside, type=Adopted) if held.beside else None
        self._checkpoint, self._asked = 0, float("-inf")

    @classmethod
    def fresh(cls) -> LedgerKeys:
        """Keys of this process alone, for a record that ends with it."""
        return cls(KeyFile((new_key(),)))

    def ids(self) -> frozenset[str]:
        """The names of all keys held."""
        return frozenset(self._secrets)

    def mac(self, purpose: str, content: str | bytes, key_id: str = "") -> str:
        """HMAC-SHA256 in hexadecimal of `content`, of use for `purpose` alone; KeyError for a key not held."""
        whole = purpose.encode() + b"\0" + (content.encode() if isinstance(content, str) else content)
        return hmac.digest(self._secrets[key_id or self.newest], whole, "sha256").hex()

    def vouches(self, purpose: str, content: str | bytes, key_id: str | None, mac: str | None) -> bool:
        """Whether `mac` is of `content` under the key `key_id`; False for a key not held."""
        if not mac or key_id not in self._secrets:
            return False
        return hmac.compare_digest(self.mac(purpose, content, key_id), mac)

    def lasting(self, purpose: str) -> bytes:
        """A secret of this installation for one purpose that no rotation changes: 32 bytes."""
        return hmac.digest(self._first, f"lasting {purpose}".encode(), "sha256")

    def check_code(self, data_sha256: str) -> str:
        """The 校验码 of a letter with this data: XXXX-XXXX-XXXX-XXXX, 80 bits that nobody without the key can make."""
        code = crockford.encode(bytes.fromhex(self.mac("check code", data_sha256))[:CODE_BYTES])
        return "-".join(code[at : at + 4] for at in range(0, len(code), 4))

    def last_checkpoint(self, ask: Callable[[], int]) -> int:
        """The number of the last checkpoint, asked for once a second at most: a lower bound is all a row needs."""
        now = time.monotonic()
        if now - self._asked > 1.0:
            self._checkpoint, self._asked = ask(), now
        return self._checkpoint


def ledger_keys(connection: Connection) -> LedgerKeys:
    """The keys that this connection's database was opened with. Raises NoLedgerKeys."""
    keys: LedgerKeys | None = connection.get_execution_options().get(OPTION)
    if keys is None:
        raise NoLedgerKeys
    return keys


def lasting_secret(connection: Connection, purpose: str) -> bytes:
    """The installation's secret for a purpose; a passing one where there is no key yet, and nothing will be kept."""
    keys: LedgerKeys | None = connection.get_execution_options().get(OPTION)
    return keys.lasting(purpose) if keys else secrets.token_bytes(32)
