"""Templates to HTML: escaped by default, strict about what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from desk.web import showing

_TEMPLATES = Path(__file__).parent.parent.parent / "templates" / "web"


@cache
def environment() -> Environment:
    """The templates of the console, with the filters that say things as people read them."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(showing.FILTERS)
    made.globals.update(showing.NAMES)
    return made


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """The page as text."""
    return environment().get_template(template).render(**values)
