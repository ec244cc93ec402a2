"""What we export must stay text: a cell that a spreadsheet would take for a formula is guarded (CSV injection)."""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(text: str) -> str:
    """For CSV: with a leading apostrophe where a spreadsheet would compute. In .xlsx, write strings as strings."""
    return f"'{text}" if text.lstrip("'").startswith(_STARTS) else text


def unguarded(text: str) -> str:
    """What was guarded; anything else as it is."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_STARTS) else text
