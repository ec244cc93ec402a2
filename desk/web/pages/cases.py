"""Cases: the list, the search, the file of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked, NotThere
from services.browsing import Filters, cases_by_state, count_cases, find_cases, list_cases, open_file
from services.place import letter_files
from services.possible import may_second, possible
from services.worklist import desks
from states.case.commands import COMMAND_NAMES
from states.case.seconding import decode_command
from states.words import State


def home(asked: Asked) -> Response:
    """Where the day begins: how much stands where."""
    database, today = asked.house.database, asked.business.date()
    return asked.show(
        "home.html.j2", counts=cases_by_state(database, asked.who), desks=desks(database, asked.who, today)
    )


def case_list(asked: Asked) -> Response:
    """The cases, narrowed by what stands in the address."""
    filters = filters_in(asked.query)
    page = list_cases(asked.house.database, asked.who, filters, asked.query.get("after", ""))
    shown: dict[str, Any] = {"page": page, "filters": filters, "more": _more(asked, page.after)}
    return asked.show("case_list.html.j2", count=count_cases(asked.house.database, asked.who, filters), **shown)


def filters_in(query: Mapping[str, str]) -> Filters:
    """What an address narrows a list to; a state that there is none of narrows nothing."""
    state = query.get("state", "")
    return Filters(
        state=state if state in {one.value for one in State} else "",
        centre=query.get("centre", "").strip(),
        occupation=query.get("occupation", "").strip(),
        pending="pending" in query,
    )


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
    every = possible(asked.house.database, found.facts, asked.who.roles, asked.business.date())
    done = asked.query.get("done", "")
    pending = found.facts.pending
    return asked.show(
        "case.html.j2",
        file=found,
        facts=found.facts,
        possible=[one for one in every if one.allowed],
        impossible=[one for one in every if not one.allowed],
        proposed=decode_command(pending.content) if pending else None,
        why_not=may_second(found.facts, asked.who.roles, asked.who.account, asked.who.name),
        done=COMMAND_NAMES.get(done, ""),
    )


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
