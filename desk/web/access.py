"""Who may open which page: declared beside each route, judged in one place, proved by a test of every route."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from starlette.responses import Response

from states.office.people import STAFF_ROLES, Actor
from states.words import Role

EVERYBODY = frozenset(STAFF_ROLES)
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class Reach(StrEnum):
    """What a page shows: nothing of anybody (`public`), one's `own`, what is of one's `centre`s, the whole `office`."""

    PUBLIC = "public"
    ENROLLING = "enrolling"
    OWN = "own"
    CENTRE = "centre"
    OFFICE = "office"


class Page(NamedTuple):
    """One route. `roles`: whoever has one of them; `fresh`: only soon after a password was given.

    `handler` takes `desk.web.asked.Asked`. `name` is what links are made from.
    """

    name: str
    path: str
    handler: Callable[..., Response]
    reach: Reach
    roles: frozenset[Role] = EVERYBODY
    methods: tuple[str, ...] = ("GET",)
    fresh: bool = False


class PageNotDeclared(Exception):
    """A route that does not say who may open it; the program does not start with one."""


def checked(page: Page) -> Page:
    """`page`, if it says who may open it. Raises PageNotDeclared."""
    open_to_all = page.reach is Reach.PUBLIC
    if not isinstance(page.reach, Reach) or not (open_to_all or page.roles):
        raise PageNotDeclared(f"{page.name} ({page.path}) names no roles or no reach")
    return page


def admitted(page: Page, actor: Actor) -> bool:
    """Whether `actor` may open `page`, as far as that does not depend on what it shows."""
    if page.reach is Reach.OFFICE and actor.centres is not None:
        return False
    return not actor.roles.isdisjoint(page.roles)
