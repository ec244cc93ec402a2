"""Signing in and out, the second factor, one's own sessions, the language."""

from __future__ import annotations

import segno
from starlette.responses import RedirectResponse, Response

from desk.web import cookies
from desk.web.access import Page, Reach
from desk.web.asked import Asked
from services.acting.doing import Private
from services.acts import perform
from services.second_factor import begin_enrolment
from services.sessions import own_sessions, revoke, sign_out
from services.signing_in import Session, reauthenticate, sign_in
from states.office.commands import EnrolSecondFactor
from states.office.refusals import SecondFactorNeeded, SignInFailed, TooManyAttempts
from states.refusals import Refusal


def _tls(asked: Asked) -> bool:
    return cookies.secure(asked.house.settings.base_url)


def _token(asked: Asked) -> str:
    return cookies.session_of(asked.request, tls=_tls(asked))


def _address(asked: Asked) -> str:
    return asked.request.client.host if asked.request.client else "unknown"


def _within(path: str) -> str:
    """`path` if it is one of our own pages; anything else would lead elsewhere."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if ours else "/"


def _signed_in(asked: Asked, session: Session, path: str) -> Response:
    to = asked.url("second_factor") if session.must_enrol else _within(path)
    response = RedirectResponse(to, status_code=303)
    cookies.keep_session(response, session.token, tls=_tls(asked))
    return response


def sign_in_page(asked: Asked) -> Response:
    """The form; and on its way back, a session."""
    if asked.request.method == "GET":
        query = asked.query
        return _sign_in_form(asked, name="", next_=_within(query.get("next", "/")), ended="ended" in query)
    form = asked.form
    name, path = form.get("name", "").strip(), form.get("next", "/")
    try:
        session = sign_in(
            asked.house.register, name, form.get("password", ""), form.get("code", ""), address=_address(asked),
            client=asked.request.headers.get("user-agent", ""), now=asked.now,
        )  # fmt: skip
    except SecondFactorNeeded as needed:
        return _sign_in_form(asked, name=name, next_=path, code_needed=True, problems={"code": needed.message})
    except Refusal as refused:
        status = 429 if isinstance(refused, TooManyAttempts) else 403
        said = {"name": refused.message}
        return _sign_in_form(asked, name=name, next_=path, code_needed="code" in form, problems=said, status=status)
    return _signed_in(asked, session, path)


def _sign_in_form(
    asked: Asked,
    *,
    name: str,
    next_: str,
    code_needed: bool = False,
    ended: bool = False,
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return asked.show(
        "sign_in.html.j2",
        status=status,
        name=name,
        next=next_,
        code_needed=code_needed,
        ended=ended,
        problems=problems or {},
    )


def sign_out_page(asked: Asked) -> Response:
    """Ends this session, here and in the database."""
    sign_out(asked.house.register, _token(asked), asked.now)
    response = asked.go("sign_in")
    cookies.drop_session(response, tls=_tls(asked))
    return response


def second_factor_page(asked: Asked) -> Response:
    """Sets up the second factor: a picture for the authenticator, and the first code from it."""
    register = asked.house.register
    if asked.request.method == "GET":
        return _factor_form(asked, {})
    private = Private(ticket=asked.form.get("ticket", ""), code=asked.form.get("code", ""))
    try:
        perform(register, asked.who, EnrolSecondFactor(), asked.now, private)
    except SignInFailed:
        return _factor_form(asked, {"code": asked.words("动态码不符，请核对手机时间后重新扫描")})
    return asked.go("home")


def _factor_form(asked: Asked, problems: dict[str, str]) -> Response:
    begun = begin_enrolment(asked.house.register, asked.who)
    picture = segno.make(begun.uri, error="m").svg_data_uri(scale=4, border=2)
    return asked.show(
        "second_factor.html.j2", problems=problems, picture=picture, secret=begun.secret, ticket=begun.ticket
    )


def confirm_page(asked: Asked) -> Response:
    """Asks for the password once more; the session goes on under a new token."""
    if asked.request.method == "GET":
        return asked.show("confirm_identity.html.j2", next=_within(asked.query.get("next", "/")), problems={})
    form = asked.form
    try:
        session = reauthenticate(
            asked.house.register, _token(asked), form.get("password", ""), form.get("code", ""),
            address=_address(asked), now=asked.now,
        )  # fmt: skip
    except (SignInFailed, SecondFactorNeeded, TooManyAttempts) as refused:
        problems = {"password": refused.message}
        return asked.show("confirm_identity.html.j2", status=403, next=form.get("next", "/"), problems=problems)
    return _signed_in(asked, session, form.get("next", "/"))


def account_page(asked: Asked) -> Response:
    """Who one is here, and where one is signed in."""
    return asked.show("account.html.j2", sessions=own_sessions(asked.house.register, asked.who))


def end_sessions_page(asked: Asked) -> Response:
    """Ends all of one's sessions but this one."""
    revoke(asked.house.register, asked.who, asked.now)
    return asked.go("account")


def language_page(asked: Asked) -> Response:
    """Chooses the language, and goes back."""
    response = RedirectResponse(_within(asked.form.get("back", "/")), status_code=303)
    cookies.keep_language(response, asked.form.get("language", "zh"), tls=_tls(asked))
    return response


PAGES = (
    Page("sign_in", "/sign-in", sign_in_page, Reach.PUBLIC, methods=("GET", "POST")),
    Page("sign_out", "/sign-out", sign_out_page, Reach.ENROLLING, methods=("POST",)),
    Page("second_factor", "/second-factor", second_factor_page, Reach.ENROLLING, methods=("GET", "POST")),
    Page("confirm_identity", "/confirm-identity", confirm_page, Reach.OWN, methods=("GET", "POST")),
    Page("account", "/account", account_page, Reach.OWN),
    Page("end_sessions", "/account/end-sessions", end_sessions_page, Reach.OWN, methods=("POST",)),
    Page("language", "/language", language_page, Reach.PUBLIC, methods=("POST",)),
)
