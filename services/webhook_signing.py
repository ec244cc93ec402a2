"""How a receiver knows that an event is ours: the signature of the Standard Webhooks specification.

`webhook-signature: v1,<base64>` is HMAC-SHA256 over `id.timestamp.body` under the subscription's own secret. The secret
is derived from the installation's key and the subscription's id, so that no table holds it.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime

PREFIX = "whsec_"


def secret_bytes(key: bytes, subscription: str) -> bytes:
    """The 32 bytes that events to `subscription` are signed with; `key` is the installation's."""
    return hmac.new(key, f"webhook {subscription}".encode(), hashlib.sha256).digest()


def secret_text(key: bytes, subscription: str) -> str:
    """The secret as the receiver is given it, once: `whsec_` and base64."""
    return PREFIX + b64encode(secret_bytes(key, subscription)).decode()


def headers(secret: bytes, event: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers of one request. `at`: when it is made; a receiver refuses one that is too old."""
    seconds = str(int(at.timestamp()))
    signed = hmac.new(secret, b".".join((event.encode(), seconds.encode(), body)), hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": event,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }
