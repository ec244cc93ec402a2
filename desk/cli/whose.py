"""The name that --as gave: whose session the command uses. By itself, so that noting it loads nothing."""

from __future__ import annotations

from contextvars import ContextVar

chosen: ContextVar[str] = ContextVar("chosen", default="")
"""The name that --as gave, for this command."""
