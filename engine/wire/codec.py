"""Nothing personal in the clear outside our database: every payload compressed, then sealed with AES-256-GCM.

Each is sealed for one workflow: bytes read from one case's history and sent to another are refused there.

A payload as Temporal sees it: `encoding: binary/encrypted`, the key's id, and 29 bytes more than the compressed
original. Sealing is also the lock: a payload that nobody with the key made is refused, so reaching the server's port is
not enough to send a command. It is refused where it is received, by the converter: an error in the codec itself would
stop the whole workflow task, and with it the case, for whatever a stranger sends.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec, SerializationContext, WithSerializationContext

from engine.wire.dictionary import DICTIONARIES, NEWEST, NONE
from engine.wire.keys import Keyring, Undecipherable, UnknownKey

ENCODING = b"binary/encrypted"
REFUSED = b"jianding/refused"
# A schedule seals for the id it was given; the workflows that it starts bear the moment behind it.
_SCHEDULED = re.compile(r"-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
_RAW_DEFLATE = -zlib.MAX_WBITS  # without zlib's own header and checksum: GCM's tag already vouches for every byte
# A sealed payload may be at most some 2 MB for the server; what unfolds to more than this is no payload of ours.
_MOST_BYTES = 64 * 1024 * 1024


class EncryptingCodec(PayloadCodec, WithSerializationContext):
    """Seals whole payloads, metadata included, with the newest key; unseals with whichever key they name."""

    def __init__(self, keyring: Keyring, place: bytes = b"") -> None:
        """`keyring` is shared by everything in the process that talks to Temporal; `place` is the workflow's id."""
        self._keyring = keyring
        self._place = place

    def with_context(self, context: SerializationContext) -> EncryptingCodec:
        """The codec for one workflow's payloads, and those of its activities."""
        workflow_id = getattr(context, "workflow_id", None) or ""
        return EncryptingCodec(self._keyring, _SCHEDULED.sub("", workflow_id).encode())

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Compresses where that helps, and seals."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """The payloads as they were; in place of one that is not ours, encoding REFUSED and the reason as data."""
        return [self._unseal(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        key_id, sealed = self._keyring.seal(_pack(payload.SerializeToString()), self._place)
        return Payload(metadata={"encoding": ENCODING, "key-id": key_id}, data=sealed)

    def _unseal(self, payload: Payload) -> Payload:
        encoding = payload.metadata.get("encoding", b"")
        if encoding != ENCODING:
            shown = encoding.decode(errors="replace") or "none"
            return _refused(f"it arrived in the clear (encoding {shown}), not sealed with this installation's key")
        try:
            packed = self._keyring.unseal(payload.metadata.get("key-id", b""), payload.data, self._place)
            return Payload.FromString(_unpack(packed))
        except (UnknownKey, Undecipherable) as error:
            return _refused(str(error))


def _pack(plain: bytes) -> bytes:
    deflate = zlib.compressobj(6, zlib.DEFLATED, _RAW_DEFLATE, 8, zlib.Z_DEFAULT_STRATEGY, DICTIONARIES[NEWEST])
    packed = deflate.compress(plain) + deflate.flush()
    return bytes((NEWEST,)) + packed if len(packed) < len(plain) else bytes((NONE,)) + plain


def _unpack(packed: bytes) -> bytes:
    if not packed:
        raise Undecipherable("a sealed payload is empty")
    dictionary = packed[0]
    if dictionary == NONE:
        return packed[1:]
    if dictionary not in DICTIONARIES:
        raise Undecipherable(f"compressed with dictionary {dictionary}, which this version does not have: upgrade")
    inflate = zlib.decompressobj(_RAW_DEFLATE, DICTIONARIES[dictionary])
    plain = inflate.decompress(packed[1:], _MOST_BYTES)
    if not inflate.eof:
        raise Undecipherable("a sealed payload was cut short, or unfolds to more than 64 MB")
    return plain


def _refused(why: str) -> Payload:
    return Payload(metadata={"encoding": REFUSED}, data=why.encode())
