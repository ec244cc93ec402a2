"""Names of people: as compared, and as shown."""

from __future__ import annotations

import unicodedata


def folded(name: str) -> str:
    """A name as compared: one width, no case, no spaces, so that 张三 and `张三␣` are one person."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def tidy(name: str) -> str:
    """A name as shown: no space at its ends, single ones within."""
    return " ".join(unicodedata.normalize("NFC", name).split())
