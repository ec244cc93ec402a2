"""Cases: the list, the search, the file of one."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked, NotThere
from services.browsing import Filters, cases_by_state, count_cases, find_cases, list_cases, open_file
from services.place import letter_files
from states.words import State


def home(asked: Asked) -> Response:
    """Where the day begins: how much stands where."""
    return asked.show("home.html.j2", counts=cases_by_state(asked.house.database, asked.who))


def case_list(asked: Asked) -> Response:
    """The cases, narrowed by what stands in the address."""
    query = asked.query
    state = query.get("state", "")
    filters = Filters(
        state=state if state in {s.value for s in State} else "",
        centre=query.get("centre", "").strip(),
        occupation=query.get("occupation", "").strip(),
        pending="pending" in query,
    )
    page = list_cases(asked.house.database, asked.who, filters, query.get("after", ""))
    shown: dict[str, Any] = {"page": page, "filters": filters, "more": _more(asked, page.after)}
    return asked.show("case_list.html.j2", count=count_cases(asked.house.database, asked.who, filters), **shown)


def search_page(asked: Asked) -> Response:
    """What the one search box found; a single case is opened at once."""
    text = asked.query.get("q", "").strip()[:100]
    page = find_cases(asked.house.database, asked.who, text, asked.query.get("after", ""))
    if len(page.lines) == 1 and not asked.query.get("after"):
        return asked.go("case", number=page.lines[0].number)
    return asked.show("search.html.j2", text=text, page=page, more=_more(asked, page.after))


def case_page(asked: Asked) -> Response:
    """One case: who, what, how it stands, what happened."""
    found = open_file(asked.house.database, asked.who, asked.path["number"])
    if found is None:
        raise NotThere
    return asked.show("case.html.j2", file=found, facts=found.facts)


def letter_page(asked: Asked) -> Response:
    """The PDF of one letter, as it was filed."""
    found = open_file(asked.house.database, asked.who, asked.path["number"])
    wanted = asked.path["document"]
    letter = next((one for one in found.letters if str(one.id) == wanted), None) if found else None
    if letter is None or letter.path is None:
        raise NotThere
    content = letter_files(asked.house.place, asked.house.database).bytes_of(letter.id)
    named = f'inline; filename="{letter.kind}-{letter.id}.pdf"'
    return Response(content, media_type="application/pdf", headers={"content-disposition": named})


def _more(asked: Asked, after: str | None) -> str:
    """The address of the next page, with every filter kept."""
    return str(asked.request.url.include_query_params(after=after)) if after else ""


PAGES = (
    Page("home", "/", home, Reach.CENTRE),
    Page("cases", "/cases", case_list, Reach.CENTRE),
    Page("search", "/search", search_page, Reach.CENTRE),
    Page("case", "/cases/{number}", case_page, Reach.CENTRE),
    Page("letter", "/cases/{number}/letters/{document}", letter_page, Reach.CENTRE),
)
