"""Whether the process lives, and whether it can work: for whoever balances load or restarts what is dead."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked


def healthz(asked: Asked) -> Response:
    """Alive: nothing is asked of anybody."""
    return JSONResponse({"ok": True})


def readyz(asked: Asked) -> Response:
    """Ready: the database answers at the schema this program needs, and an engine has been reached."""
    checks = {"database": _database(asked), "engine": asked.house.submitter is not None}
    ready = all(checks.values())
    return JSONResponse({"ok": ready, "checks": checks}, status_code=200 if ready else 503)


def _database(asked: Asked) -> bool:
    try:
        asked.house.database.check()
    except Exception:  # whatever it is, we cannot work
        return False
    return True


PAGES = (
    Page("healthz", "/healthz", healthz, Reach.PUBLIC),
    Page("readyz", "/readyz", readyz, Reach.PUBLIC),
)
