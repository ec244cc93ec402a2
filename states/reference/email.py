"""E-mail addresses as any mail server takes them: ASCII, one @, a domain with a dot (RFC 5321 without quoting)."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_LONGEST = 254


def is_email(text: str) -> bool:
    """Whether letters can be sent there."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None
