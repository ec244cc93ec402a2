"""The queues of a person's day, and taking a case in hand."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked, NotThere
from desk.web.pages.cases import filters_in
from services.worklist import desks, lay_down, open_queue, queues_of, take_up


def queue_page(asked: Asked) -> Response:
    """One queue, nearest date first; narrowed by what stands in the address."""
    name = asked.path["queue"]
    if name not in queues_of(asked.who):
        raise NotThere
    filters, today = filters_in(asked.query), asked.business
    found = open_queue(asked.house.database, asked.who, name, filters, today, asked.query.get("after", ""))
    every = desks(asked.house.database, asked.who, today.date())
    after = found.page.after
    more = str(asked.request.url.include_query_params(after=after)) if after else ""
    title = next(desk for desk in every if desk.name == name)
    back = asked.request.url.path + (f"?{asked.request.url.query}" if asked.request.url.query else "")
    return asked.show(
        "queue.html.j2",
        desks=every,
        desk=title,
        page=found.page,
        hands=found.hands,
        filters=filters,
        more=more,
        back=back,
    )


def take_page(asked: Asked) -> Response:
    """Takes a case in hand, or lets go of it; back to where it was asked for."""
    number, back = asked.path["number"], asked.form.get("back", "/")
    if asked.form.get("hand") == "release":
        lay_down(asked.house.database, asked.who, number)
        return _back(back)
    other = take_up(asked.house.database, asked.who, number, asked.business)
    return _back(back, {"taken": other.name} if other else {})


def _back(path: str, query: dict[str, str] | None = None) -> Response:
    ours = path if path.startswith("/") and not path.startswith("//") and "\\" not in path else "/"
    joined = f"{ours}{'&' if '?' in ours else '?'}{urlencode(query)}" if query else ours
    return RedirectResponse(joined, status_code=303)


PAGES = (
    Page("queue", "/queues/{queue}", queue_page, Reach.CENTRE),
    Page("take", "/cases/{number}/hand", take_page, Reach.CENTRE, methods=("POST",)),
)
