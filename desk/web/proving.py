"""Proving who one is in the very form that needs it, so that nothing typed is lost on the way to a page for it."""

from __future__ import annotations

from starlette.responses import Response

from desk.web import cookies
from desk.web.asked import Asked
from services.sessions import terms
from services.signing_in import reauthenticate

PASSWORD, CODE = "own_password", "own_code"


def is_fresh(asked: Asked) -> bool:
    """Whether the password was given recently enough for money, issuing and administration."""
    return asked.who.fresh(asked.now, terms(asked.house.register).fresh_minutes)


def prove(asked: Asked) -> str:
    """The new token of the session, if its owner gave the password again in this form; else nothing.

    Raises SignInFailed, SecondFactorNeeded or TooManyAttempts.
    """
    given = asked.form.get(PASSWORD, "")
    if not given:
        return ""
    address = asked.request.client.host if asked.request.client else "unknown"
    token = cookies.session_of(asked.request, tls=_tls(asked))
    session = reauthenticate(
        asked.house.register, token, given, asked.form.get(CODE, ""), address=address, now=asked.now
    )
    asked.actor, asked.secret = session.actor, session.token
    return session.token


def kept(asked: Asked, response: Response, token: str) -> Response:
    """`response`, with the new token where there is one."""
    if token:
        cookies.keep_session(response, token, tls=_tls(asked))
    return response


def _tls(asked: Asked) -> bool:
    return cookies.secure(asked.house.settings.base_url)
