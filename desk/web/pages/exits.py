"""The exit calendar: what is ahead, moving a date with its dry run, and the day itself while it happens."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked, NotThere
from services.exit_days import drain, exit_days
from services.forecasting import against_forecast, foretell
from services.redating import affected
from states.office.commands import Redate
from states.refusals import Refusal
from states.words import Role

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def calendar_page(asked: Asked) -> Response:
    """Every date on which occupations leave."""
    days = exit_days(asked.house.database, asked.who, asked.business.date())
    return asked.show("exits.html.j2", days=days)


def day_page(asked: Asked) -> Response:
    """One date: who leaves, whom it asks, and on the day how far it has come."""
    on = _day(asked)
    days = exit_days(asked.house.database, asked.who, asked.business.date())
    found = next((day for day in days if day.on == on), None)
    if found is None:
        raise NotThere
    moving = drain(asked.house.database, asked.who, on)
    template = "exit_part.html.j2" if asked.is_part else "exit_day.html.j2"
    compared = against_forecast(asked.house.database, on)
    return asked.show(template, day=found, drain=moving, compared=compared, live=moving.to_go > 0 >= found.days_left)


def forecast_page(asked: Asked) -> Response:
    """What a day will do to the live caseload, kept for comparison; no case is touched."""
    on = _day(asked)
    return asked.show("exit_forecast.html.j2", on=on, found=foretell(asked.house.database, on, asked.now))


def redate_page(asked: Asked) -> Response:
    """What a moved date would do; moving it is an act, with a second person."""
    query = asked.query
    try:
        to = date.fromisoformat(query.get("to", ""))
    except ValueError:
        return asked.show("redate.html.j2", given=query, would=None, problems={})
    command = Redate(to=to, batch=query.get("batch", ""), occupation=query.get("occupation", "").strip())
    try:
        would = affected(asked.house.database, command, asked.business.date())
    except Refusal as refusal:
        return asked.show("redate.html.j2", status=409, given=query, would=None, problems={"": refusal.message})
    return asked.show("redate.html.j2", given=query, would=would, problems={})


def _day(asked: Asked) -> date:
    try:
        return date.fromisoformat(asked.path["on"])
    except ValueError as wrong:
        raise NotThere from wrong


PAGES = (
    Page("exits", "/exits", calendar_page, Reach.CENTRE),
    Page("redate", "/exits/redate", redate_page, Reach.OFFICE, ADMINISTRATORS),
    Page("exit_day", "/exits/{on}", day_page, Reach.CENTRE),
    Page("forecast", "/exits/{on}/forecast", forecast_page, Reach.OFFICE, OVERSEERS, ("POST",)),
)
