"""What Temporal stores says nothing about anybody, and only what we sealed is believed."""

import asyncio
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload

from engine.wire import codec as codec_module
from engine.wire.codec import ENCODING, REFUSED, EncryptingCodec
from engine.wire.converter import NotSealedByUs, data_converter
from engine.wire.dictionary import DICTIONARIES
from engine.wire.keys import Keyring

# Histories are decoded with the dictionary that encoded them: a change here makes every open case unreadable.
_RELEASED = {1: "b8459c6fc26e7b1dee49dcb6783a04a5121a785406ed34e78efc21dc0f06e9c3"}


@pytest.fixture
def codec(keyring: Keyring) -> EncryptingCodec:
    return EncryptingCodec(keyring)


def _payload(data: bytes) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=data)


async def _why_refused(codec: EncryptingCodec, payload: Payload) -> str:
    """What the receiver of such a payload is told instead of its content."""
    [decoded] = await codec.decode([payload])
    with pytest.raises(NotSealedByUs) as refused:
        data_converter(None).payload_converter.from_payload(decoded)
    return str(refused.value)


async def test_a_sealed_payload_shows_neither_data_nor_metadata(codec: EncryptingCodec, keyring: Keyring) -> None:
    original = _payload('{"name":"欧阳晓明","id_number":"430102199001011234"}'.encode())
    [sealed] = await codec.encode([original])
    assert dict(sealed.metadata) == {"encoding": ENCODING, "key-id": keyring.newest.encode()}
    assert b"430102" not in sealed.data and b"json" not in sealed.data
    assert await codec.decode([sealed]) == [original]


async def test_the_same_payload_never_looks_the_same_twice(codec: EncryptingCodec) -> None:
    first, second = await codec.encode([_payload(b"1"), _payload(b"1")])
    assert first.data != second.data


@given(data=st.binary(max_size=2000), key=st.text(max_size=10), value=st.binary(max_size=50))
def test_any_payload_comes_back_as_it_was(keyring: Keyring, data: bytes, key: str, value: bytes) -> None:
    codec = EncryptingCodec(keyring)
    original = Payload(metadata={key: value}, data=data)

    async def there_and_back() -> list[Payload]:
        return await codec.decode(await codec.encode([original]))

    assert asyncio.run(there_and_back()) == [original]


async def test_a_typical_command_grows_smaller_and_noise_by_no_more_than_a_hundred_bytes(
    codec: EncryptingCodec,
) -> None:
    command = _payload(b'{"commands":[{"do":"register","fee_fen":23000,"id":"r1-b","by":"li"}],"context":{}}')
    noise = _payload(hashlib.shake_256(b"noise").digest(300))
    [small], [large] = await codec.encode([command]), await codec.encode([noise])
    assert len(small.data) < len(command.data)
    assert large.ByteSize() < noise.ByteSize() + 100


async def test_a_payload_in_the_clear_is_refused(codec: EncryptingCodec) -> None:
    assert "json/plain" in await _why_refused(codec, _payload(b'{"do":"approve"}'))
    assert "none" in await _why_refused(codec, Payload(data=b"1"))
    assert "none" in await _why_refused(codec, Payload())


async def test_a_payload_without_its_key_id_or_altered_is_refused(codec: EncryptingCodec) -> None:
    [sealed] = await codec.encode([_payload(b"1")])
    assert "altered" in await _why_refused(codec, Payload(metadata=sealed.metadata, data=sealed.data + b"\0"))
    assert "密钥" in await _why_refused(codec, Payload(metadata={"encoding": ENCODING}, data=sealed.data))


async def test_nobody_can_refuse_in_our_name(codec: EncryptingCodec) -> None:
    assert "in the clear" in await _why_refused(codec, Payload(metadata={"encoding": REFUSED}, data=b"\xff"))


async def test_a_payload_that_unfolds_without_end_is_refused(
    codec: EncryptingCodec, monkeypatch: pytest.MonkeyPatch
) -> None:
    [sealed] = await codec.encode([_payload(b"0" * 10_000)])
    monkeypatch.setattr(codec_module, "_MOST_BYTES", 5_000)
    assert "64 MB" in await _why_refused(codec, sealed)


def test_a_released_dictionary_never_changes() -> None:
    digests = {number: hashlib.sha256(text).hexdigest() for number, text in DICTIONARIES.items()}
    assert digests == _RELEASED


def test_no_dictionary_holds_a_whole_id_number_or_telephone() -> None:
    for text in DICTIONARIES.values():
        assert not any(len(word) >= 11 and word.isdigit() for word in text.decode().replace('"', " ").split())
