"""What the console says, in the reader's language. Chinese is what the source says; English is a catalogue beside it.

A message is looked up by its Chinese text, so that a page can be read in its source. `{name}` is filled in afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

LANGUAGES: Mapping[str, str] = {"zh": "中文", "en": "English"}
TAGS: Mapping[str, str] = {"zh": "zh-CN", "en": "en"}
_CATALOGUES = Path(__file__).parent.parent.parent / "locale"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Chinese text → text in `language`; empty for Chinese itself."""
    path = _CATALOGUES / language / "LC_MESSAGES" / "console.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        read = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in read if message.id and message.string}


class Words:
    """Speaks one language. Called with a Chinese text, it gives that text in the language, filled in."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "zh"
        self.tag = TAGS[self.language]
        self._known = catalogue(self.language)

    def __call__(self, text: str, **values: Any) -> str:
        """`text` in this language; what the catalogue lacks stays Chinese."""
        said = self._known.get(text, text)
        return said.format(**values) if values else said


def chosen(cookie: str | None, accepted: str | None) -> str:
    """The language of a request: what the reader chose, else what the browser asks for first, else Chinese."""
    if cookie is not None and cookie in LANGUAGES:
        return cookie
    first = (accepted or "").split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "zh"
