"""From a request to a page and back: who asks, whether they may, what they sent, and what went wrong."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

import anyio
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.web import cookies, csrf
from desk.web.access import Page, Reach, admitted
from desk.web.asked import Asked, NotThere
from desk.web.house import House, NoAnswer
from desk.web.words import Words, chosen
from engine.wire.client import EngineUnavailable
from services.people import open_register
from services.sessions import actor_of
from services.troubles import trouble
from states.office.people import Actor
from states.office.refusals import (
    AccountNotActive,
    NotInitialised,
    NotSignedIn,
    SecondFactorNotEnrolled,
    SessionEnded,
    UnknownCase,
)
from states.refusals import Refusal

log = logging.getLogger(__name__)

MOST_FIELDS = 400
MOST_BYTES = 32 * 1024 * 1024
_SENT = frozenset({"POST"})


class _Sent(NamedTuple):
    form: dict[str, str]
    lists: dict[str, tuple[str, ...]]
    files: dict[str, UploadFile]


class TooLarge(Exception):
    """More was sent than a page takes."""


def endpoint(house: House, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """What answers the requests for `page`."""

    async def answer(request: Request) -> Response:
        tls = cookies.secure(house.settings.base_url)
        token = cookies.session_of(request, tls=tls)
        secret = token or cookies.form_secret_of(request, tls=tls) or csrf.new_secret()
        words = Words(chosen(request.cookies.get(cookies.LANGUAGE), request.headers.get("accept-language")))
        asked = Asked(request, house, words, None, secret, page.name)
        response = await _answered(asked, page, token)
        if not token:
            cookies.keep_form_secret(response, secret, tls=tls)
        return response

    return answer


async def _answered(asked: Asked, page: Page, token: str) -> Response:
    try:
        asked.actor = await anyio.to_thread.run_sync(_actor, asked.house, page, token)
        if asked.request.method in _SENT:
            sent = await _sent(asked.request)
            if not csrf.is_ours(asked.secret, sent.form.pop(csrf.FIELD, "")):
                return asked.show("stale_form.html.j2", status=403, sent=_shown(sent.form))
            asked.form, asked.lists, asked.files = sent
        return await anyio.to_thread.run_sync(_handled, asked, page)
    except (NotSignedIn, SessionEnded, AccountNotActive) as over:
        return _to_sign_in(asked, over)
    except SecondFactorNotEnrolled:
        return RedirectResponse(asked.url("second_factor"), status_code=303)
    except NotInitialised as nobody:
        return asked.show("trouble.html.j2", status=503, title="尚未启用", message=nobody.message)
    except NotThere:
        return asked.show("not_found.html.j2", status=404)
    except TooLarge:
        return asked.show("trouble.html.j2", status=413, title="文件过大", message="一次最多上传 32 MB，请分开后再传")


def _handled(asked: Asked, page: Page) -> Response:
    try:
        return page.handler(asked)
    except (NotSignedIn, SessionEnded, AccountNotActive, SecondFactorNotEnrolled, NotInitialised):
        raise
    except UnknownCase as unknown:
        raise NotThere from unknown
    except Refusal as refusal:
        return asked.show("trouble.html.j2", status=409, title="不予受理", message=refusal.message)
    except (EngineUnavailable, NoAnswer):
        message = "工作流引擎暂时没有应答，所填内容未丢失；请稍后用“后退”回到表单再提交一次，重复提交不会办理两次"
        return asked.show("trouble.html.j2", status=503, title="暂时无法办理", message=message)
    except NotThere:
        raise
    except Exception as error:
        known = trouble(error)
        log.exception("page %s failed", page.name)
        message = known.sentence if known else "出现了意外的问题，已记入日志；请稍后再试，或联系管理员"
        return asked.show("trouble.html.j2", status=500, title="出错了", message=message)


def _actor(house: House, page: Page, token: str) -> Actor | None:
    """Who asks. Raises what `actor_of` does, and NotThere for whoever may not open the page."""
    if page.reach is Reach.PUBLIC:
        return None
    register = open_register(house.settings, house.database)
    actor = actor_of(register, token, house.clock(), enrolling=page.reach is Reach.ENROLLING)
    if page.reach is not Reach.ENROLLING and not admitted(page, actor):
        raise NotThere
    return actor


def _to_sign_in(asked: Asked, over: Refusal) -> Response:
    """To the sign-in, and back to where it was asked for: never to a form that was being sent."""
    back = asked.request.url.path if asked.request.method == "GET" else ""
    query = {"next": back} if back not in ("", "/") else {}
    if isinstance(over, SessionEnded | AccountNotActive):
        query["ended"] = "1"
    address = asked.url("sign_in") + (f"?{urlencode(query)}" if query else "")
    if asked.is_part:
        return Response(status_code=204, headers={"hx-redirect": address})
    return RedirectResponse(address, status_code=303)


async def _sent(request: Request) -> _Sent:
    """The fields of a form, each stripped of nothing but its last line break; files apart. Raises TooLarge."""
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        raise TooLarge
    data: FormData = await request.form(max_fields=MOST_FIELDS, max_files=5, max_part_size=MOST_BYTES)
    form: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            files[name] = value
        else:
            form[name] = value
            lists[name] = (*lists.get(name, ()), value)
    return _Sent(form, lists, files)


def _shown(form: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a stale form held, to be given back; never a password."""
    return [(name, value) for name, value in form.items() if value and "password" not in name and name != "code"]
