"""The audit trail: who did what, when, on which case or to what of the office; searched and exported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.act_words import differences
from desk.web.asked import Asked
from records.ledger.trail import Sought
from services.people import list_people
from services.trail import exported_trail, trail_of_cases, trail_of_office
from states.case.commands import COMMAND_NAMES
from states.office.acts import ACTS
from states.office.people import Account
from states.words import ROLE_NAMES, Role

AUDITORS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_OFFICE = "office"


def trail_page(asked: Asked) -> Response:
    """The newest lines of a ledger, narrowed by what stands in the address."""
    query, people = asked.query, list_people(asked.house.register)
    office = query.get("of") == _OFFICE
    sought, before = _sought(query, people), query.get("after", "")
    look = trail_of_office if office else trail_of_cases
    found = look(asked.house.database, asked.who, sought, int(before) if before.isdecimal() else None)
    more = str(asked.request.url.include_query_params(after=found.after)) if found.after else ""
    return asked.show(
        "trail.html.j2",
        office=office,
        query=query,
        people=people,
        kinds={name: act.title for name, act in ACTS.items()} if office else COMMAND_NAMES,
        lines=found.lines,
        more=more,
        differences=differences,
        calendar=ROLE_NAMES[Role.CALENDAR],
        titles={name: act.title for name, act in ACTS.items()},
    )


def export_page(asked: Asked) -> Response:
    """The same lines as a table for a spreadsheet."""
    office = asked.form.get("of") == _OFFICE
    sought = _sought(asked.form, list_people(asked.house.register))
    content = exported_trail(asked.house.register, asked.who, sought, office=office, now=asked.now)
    name = f"{'office' if office else 'cases'}-ledger-{asked.now:%Y%m%d-%H%M%S}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _sought(given: Mapping[str, str], people: list[Account]) -> Sought:
    account = given.get("by", "")
    names = {one.id: one.name for one in people} | {Role.CALENDAR.value: ROLE_NAMES[Role.CALENDAR]}
    return Sought(
        account=account,
        name=names.get(account, account),
        kind=given.get("kind", ""),
        subject=given.get("subject", "").strip()[:100],
        first=_day(given.get("first", "")),
        last=_day(given.get("last", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


PAGES = (
    Page("trail", "/trail", trail_page, Reach.CENTRE, AUDITORS),
    Page("trail_export", "/trail/export", export_page, Reach.CENTRE, AUDITORS, ("POST",)),
)
