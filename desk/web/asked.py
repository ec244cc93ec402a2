"""One request, as a page sees it: who asks, in which language, with which form; and how a page answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from desk.web import csrf
from desk.web.house import House
from desk.web.navigation import Section, navigation
from desk.web.rendering import rendered
from desk.web.words import Words
from states.business_dates import SHANGHAI, business_date
from states.office.people import Actor


class NotThere(Exception):
    """No such page for this person: it does not exist, or belongs to a centre that is not theirs. Answered with 404."""


@dataclass
class Asked:
    """`actor` is None on public pages. `form`: the fields sent, each once; `files`: what was uploaded."""

    request: Request
    house: House
    words: Words
    actor: Actor | None
    secret: str
    page: str
    form: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    @property
    def who(self) -> Actor:
        """Whoever is signed in; only for pages that nobody else reaches."""
        assert self.actor is not None
        return self.actor

    @property
    def now(self) -> datetime:
        """The instant of the request, in Asia/Shanghai."""
        return self.house.clock().astimezone(SHANGHAI)

    @property
    def business(self) -> datetime:
        """The instant that cases go by: now, or in a rehearsal what its clock says."""
        told = self.house.business
        return (told or self.house.clock)().astimezone(SHANGHAI)

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the question mark of the address."""
        return dict(self.request.query_params)

    @property
    def path(self) -> Mapping[str, str]:
        """The parts of the address that its route names."""
        return {name: str(value) for name, value in self.request.path_params.items()}

    @property
    def is_part(self) -> bool:
        """Whether htmx asks for a part of a page, not for the whole."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def sections(self) -> list[Section]:
        """What the head of the page leads to."""
        return navigation(self.house.pages, self.who)

    def url(self, name: str, **parts: str) -> str:
        """The address of the page called `name`."""
        return str(self.request.app.url_path_for(name, **parts))

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """The page `template` with `values`."""
        given = {
            "asked": self,
            "actor": self.actor,
            "_": self.words,
            "csrf": csrf.form_token(self.secret),
            "today": business_date(self.business),
            "url": self.url,
            **values,
        }
        return HTMLResponse(rendered(template, given), status_code=status)

    def go(self, name: str, query: Mapping[str, str] | None = None, **parts: str) -> Response:
        """Sends the browser on after a form, so that going back sends nothing twice."""
        address = self.url(name, **parts)
        return RedirectResponse(f"{address}?{urlencode(query)}" if query else address, status_code=303)
