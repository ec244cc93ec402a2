"""The console as one ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from pylopdf_fonts_zh_cn import sans_path
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from desk.web import cookies
from desk.web.access import Page, checked
from desk.web.asked import Asked
from desk.web.headers import Headers
from desk.web.house import House
from desk.web.htmx import HTMX_FOLDER
from desk.web.route_table import PAGES
from desk.web.serving import endpoint
from desk.web.words import Words, chosen

_STATIC = Path(__file__).parent / "static"
Opening = Callable[[House], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def alone(house: House) -> AsyncIterator[None]:
    """Pages without an engine: they show, and say why they cannot act."""
    yield


def console(house: House, pages: Iterable[Page] = PAGES, opening: Opening = alone) -> ASGIApp:
    """The pages of `house`. Raises PageNotDeclared for one that does not say who may open it.

    `opening` runs while the application does; it may give the house its way to the cases.
    """
    house.pages = tuple(map(checked, pages))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        house.loop = asyncio.get_running_loop()
        async with opening(house):
            yield

    routes: list[BaseRoute] = [
        Route(page.path, endpoint(house, page), name=page.name, methods=list(page.methods)) for page in house.pages
    ]
    routes.append(Mount("/static/htmx", StaticFiles(directory=HTMX_FOLDER), name="htmx"))
    routes.append(Route("/static/faces/sans", _face, name="face"))
    routes.append(Mount("/static", StaticFiles(directory=_STATIC), name="static"))
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _unknown(house)})
    return Headers(app, secure=cookies.secure(house.settings.base_url))


async def _face(_: Request) -> Response:
    """The Chinese face for systems without any; it lies in its package."""
    return FileResponse(sans_path(), media_type="font/otf")


def _unknown(house: House) -> Callable[[Request, Exception], Response]:
    """What is answered where there is no page."""

    def answer(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        words = Words(chosen(request.cookies.get(cookies.LANGUAGE), request.headers.get("accept-language")))
        return Asked(request, house, words, None, "", "").show("not_found.html.j2", status=status)

    return answer
