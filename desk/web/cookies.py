"""The cookies of the console: the session, the form secret of those who have none, the language."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

LANGUAGE = "jianding_language"
_SESSION, _FORM = "jianding_session", "jianding_form"
_A_YEAR = 365 * 24 * 3600


def secure(base_url: str) -> bool:
    """Whether browsers reach us over TLS; without it only this machine itself should."""
    return base_url.startswith("https://")


def _named(name: str, *, tls: bool) -> str:
    """`__Host-` binds a cookie to this very host; browsers take it over TLS only."""
    return f"__Host-{name}" if tls else name


def session_of(request: Request, *, tls: bool) -> str:
    """The token of the session, empty where there is none."""
    return request.cookies.get(_named(_SESSION, tls=tls), "")


def form_secret_of(request: Request, *, tls: bool) -> str:
    """The secret behind the forms of somebody who is not signed in."""
    return request.cookies.get(_named(_FORM, tls=tls), "")


def keep_session(response: Response, token: str, *, tls: bool) -> None:
    """Until the browser is closed, or the session is over, whichever comes first."""
    _keep(response, _named(_SESSION, tls=tls), token, tls=tls)


def drop_session(response: Response, *, tls: bool) -> None:
    """Forgets it."""
    response.delete_cookie(_named(_SESSION, tls=tls), path="/", secure=tls, httponly=True, samesite="lax")


def keep_form_secret(response: Response, secret: str, *, tls: bool) -> None:
    """For the next form of somebody who is not signed in."""
    _keep(response, _named(_FORM, tls=tls), secret, tls=tls)


def keep_language(response: Response, language: str, *, tls: bool) -> None:
    """For a year."""
    _keep(response, LANGUAGE, language, tls=tls, seconds=_A_YEAR)


def _keep(response: Response, name: str, value: str, *, tls: bool, seconds: int | None = None) -> None:
    response.set_cookie(name, value, path="/", secure=tls, httponly=True, samesite="lax", max_age=seconds)
