"""One honest letter of every kind, to be changed field by field."""

from __future__ import annotations

from typing import Any

from letters.model import LetterData
from letters.specimens import CASE, names, specimen

__all__ = ["CASE", "sample"]


def sample(kind: str, /, **changes: Any) -> LetterData:
    """The first specimen of `kind`."""
    return specimen(next(name for name in names() if name.startswith(f"{kind}/")), **changes)
