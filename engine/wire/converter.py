"""Values to payloads and back: msgspec for structs and plain data, strict in both directions.

Runs inside the workflow sandbox, where `msgspec` and `engine` have to be passed through: a class imported a second time
is no longer the class that its instances belong to.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeGuard

import msgspec
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    BinaryNullPayloadConverter,
    BinaryPlainPayloadConverter,
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    EncodingPayloadConverter,
)

from engine.leaving import settle_before_exit
from engine.wire.codec import REFUSED, EncryptingCodec
from engine.wire.keys import Keyring

_METADATA = {"encoding": b"json/plain"}
_MESSAGE = "message"
_encoder = msgspec.json.Encoder()


class NotConvertible(TypeError):
    """A value that does not travel. Say it with a msgspec.Struct, or with plain data."""


class NotAsDeclared(ValueError):
    """A payload that is not of the type the receiver declares."""


class NotSealedByUs(ValueError):
    """A payload that the codec did not accept: in the clear, altered, or under a key that we do not have."""


class MsgspecConverter(EncodingPayloadConverter):
    """JSON by msgspec: structs, dataclasses, enums, dates, tuples, plain data. Nothing is guessed or coerced."""

    @property
    def encoding(self) -> str:
        """The SDK's usual name for JSON, so that its tools can show what was unsealed."""
        return "json/plain"

    def to_payload(self, value: Any) -> Payload:
        """Raises NotConvertible, naming the type."""
        kind: Any = type(value)
        try:
            return Payload(metadata=_metadata(kind), data=_encoder.encode(value))
        except (TypeError, OverflowError, UnicodeEncodeError, RecursionError) as error:
            raise NotConvertible(f"{type(value).__qualname__} cannot travel through Temporal: {error}") from error

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """The value as `type_hint`; plain data where there is none. Raises NotAsDeclared, naming the field.

        A message that says which it is is taken for no other: what a case once answered is never a command.
        """
        said = payload.metadata.get(_MESSAGE, b"").decode(errors="replace")
        wanted = type_hint.__qualname__ if _is_message(type_hint) else said
        if said and wanted != said:
            raise NotAsDeclared(f"payload is a {said}, not a {wanted}")
        try:
            return _decoder(type_hint if type_hint is not None else Any).decode(payload.data)
        except msgspec.DecodeError as error:
            wanted = getattr(type_hint, "__qualname__", str(type_hint))
            raise NotAsDeclared(f"payload is not a {wanted}: {error}") from error


def _is_message(kind: Any) -> TypeGuard[type[msgspec.Struct]]:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


@lru_cache(maxsize=256)
def _metadata(kind: Any) -> dict[str, bytes]:
    """Which message it is goes along, under the same seal as the message itself."""
    named = {_MESSAGE: kind.__qualname__.encode()} if _is_message(kind) else {}
    return {**_METADATA, **named}


@lru_cache(maxsize=256)
def _decoder(type_hint: Any) -> msgspec.json.Decoder[Any]:
    try:
        return msgspec.json.Decoder(type_hint)
    except TypeError as error:
        raise NotAsDeclared(f"{type_hint} is no type that msgspec can decode: {error}") from error


class _Refusing(EncodingPayloadConverter):
    """Raises what the codec found wrong, where it harms only the command that brought it."""

    @property
    def encoding(self) -> str:
        return REFUSED.decode()

    def to_payload(self, value: Any) -> None:
        """Never chosen: nothing is sent refused."""

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        raise NotSealedByUs(f"a payload was not accepted: {payload.data.decode()}")


class Converter(CompositePayloadConverter):
    """None, bytes, and everything else as JSON. Without arguments, as the SDK makes one per workflow."""

    def __init__(self) -> None:
        """Order matters on encoding: the first that takes the value wins."""
        super().__init__(BinaryNullPayloadConverter(), BinaryPlainPayloadConverter(), MsgspecConverter(), _Refusing())


def data_converter(keyring: Keyring | None) -> DataConverter:
    """What every client and worker connects with. Without a keyring nothing is encrypted: for tests only."""
    settle_before_exit()
    return DataConverter(
        payload_converter_class=Converter,
        payload_codec=EncryptingCodec(keyring) if keyring else None,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
