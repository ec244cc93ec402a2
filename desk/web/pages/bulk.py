"""One command on all cases that a filter says: what would happen first, then a run."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked, NotThere
from desk.web.forms import inputs_of, typed
from desk.web.pages.cases import filters_in
from desk.web.pages.runs import started
from services.browsing import Filters
from services.cases import authored
from services.mass_commands import begin, chosen, forecast
from services.possible import INTERNAL
from services.sessions import terms
from states.case.commands import COMMAND_NAMES, AnyCommand
from states.case.table import SENDERS
from states.refusals import Refusal
from states.words import Role

ACTING = frozenset({Role.CLERK, Role.REVIEWER, Role.FINANCE})


def bulk_page(asked: Asked) -> Response:
    """The form: which command, with what; the cases are those that the address says."""
    filters, command = filters_in(asked.query), asked.query.get("command", "")
    mine = [name for name, roles in SENDERS.items() if name not in INTERNAL and not asked.who.roles.isdisjoint(roles)]
    if command and command not in mine:
        raise NotThere
    if asked.request.method == "GET" or not command:
        return _form(asked, filters, command, mine, {"id": uuid4().hex}, {})
    numbers = chosen(asked.house.database, asked.who, _where(filters))
    try:
        sent = _authored(asked, command)
        if asked.form.get("confirmed") != str(len(numbers)):
            would = forecast(asked.house.database, numbers, sent, asked.business)
            return asked.show(
                "bulk_preview.html.j2", filters=filters, command=command, would=would, count=len(numbers),
                form=asked.form,
            )  # fmt: skip
        run = begin(asked.house.register, asked.who, numbers, sent, asked.business)
    except Refusal as refusal:
        return _form(asked, filters, command, mine, asked.form, {"": refusal.message}, 409)
    started(asked, run)
    return asked.go("run", run=run)


def _authored(asked: Asked, command: str) -> AnyCommand:
    given = {"id": asked.form.get("id", ""), **typed(command, asked.form)}
    minutes = terms(asked.house.register).fresh_minutes
    return authored(asked.who, command, given, now=asked.now, fresh_minutes=minutes)


def _where(filters: Filters) -> str:
    """The filters as the condition that bulk commands are given."""
    said = {"state": filters.state, "centre": filters.centre, "occupation": filters.occupation}
    return " ".join(f"{name}='{value}'" for name, value in said.items() if value) or "pending=none"


def _form(
    asked: Asked,
    filters: Filters,
    command: str,
    mine: list[str],
    given: Mapping[str, str],
    problems: Mapping[str, str],
    status: int = 200,
) -> Response:
    numbers = chosen(asked.house.database, asked.who, _where(filters))
    return asked.show(
        "bulk.html.j2",
        status=status,
        filters=filters,
        command=command,
        commands={name: COMMAND_NAMES[name] for name in mine},
        fields=inputs_of(command) if command else (),
        count=len(numbers),
        given=given,
        problems=problems,
    )


PAGES = (Page("bulk", "/bulk", bulk_page, Reach.CENTRE, ACTING, ("GET", "POST")),)
