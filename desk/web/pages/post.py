"""Letters on their way: where each stands, withholding, sending again, returns, and the day's post."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked, NotThere
from services.acting.post import FATE_NAMES
from services.acts import perform
from services.delivery import letters_of, print_post
from states.office.commands import MarkReturned, OfficeCommand, RetryLetters, WithholdLetter
from states.refusals import Refusal
from states.words import Role

SEEN_BY = frozenset({Role.CLERK, Role.REVIEWER, Role.SUPERVISOR})
CLERKS = frozenset({Role.CLERK, Role.REVIEWER})
_SHOWN = 50


def post_page(asked: Asked, problem: str = "", status: int = 200) -> Response:
    """The letters, newest first, narrowed to one fate where the address says so."""
    fate = asked.query.get("fate", "")
    fate = fate if fate in FATE_NAMES else ""
    found = letters_of(asked.house.database, asked.who, status=fate, limit=_SHOWN)
    shown = {"letters": found.letters, "totals": found.totals, "fates": FATE_NAMES, "fate": fate}
    return asked.show("post.html.j2", status=status, problem=problem, today_iso=asked.now.date().isoformat(), **shown)


def move_page(asked: Asked) -> Response:
    """One letter moved on by hand."""
    if not asked.path["letter"].isdigit():
        raise NotThere
    command = _command(asked, int(asked.path["letter"]))
    try:
        perform(asked.house.register, asked.who, command, asked.now)
    except Refusal as refusal:
        return post_page(asked, refusal.message, 409)
    return asked.go("post", {"fate": asked.form.get("fate", "")})


def print_page(asked: Asked) -> Response:
    """Closes and prints a day's post."""
    try:
        day = date.fromisoformat(asked.form.get("day", ""))
        batches = print_post(asked.house.settings, asked.house.register, asked.who, day, "", asked.now)
    except ValueError:
        return post_page(asked, asked.words("日期应写作 2020-12-31"), 400)
    except Refusal as refusal:
        return post_page(asked, refusal.message, 409)
    return asked.show("post_printed.html.j2", day=day, batches=batches)


def _command(asked: Asked, letter: int) -> OfficeCommand:
    reason = asked.form.get("reason", "").strip()
    match asked.form.get("move", ""):
        case "withhold":
            return WithholdLetter(letter=letter, reason=reason)
        case "retry":
            return RetryLetters(letters=(letter,), reason=reason, not_received="not_received" in asked.form)
        case "returned":
            return MarkReturned(letter=letter, reason=reason)
    raise NotThere


PAGES = (
    Page("post", "/post", post_page, Reach.CENTRE, SEEN_BY),
    Page("print_post", "/post/print", print_page, Reach.CENTRE, frozenset({Role.CLERK}), ("POST",)),
    Page("move_letter", "/post/{letter}", move_page, Reach.CENTRE, CLERKS, ("POST",)),
)
