"""Where htmx lies: in its package, never in our source."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def _folder() -> Path:
    found = find_spec("js_lib_htmx")
    if found is None or not found.submodule_search_locations:
        raise ImportError("django-js-lib-htmx is not installed; run ./run again")
    (script,) = Path(found.submodule_search_locations[0]).rglob("htmx.min.js")
    return script.parent


HTMX_FOLDER = _folder()
