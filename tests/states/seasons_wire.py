"""From the naive model's dicts to the commands and the context that the rules are given."""

from __future__ import annotations

from typing import Any

import msgspec

from states.case import commands as c
from states.case.context import Context, Draw, Session
from states.policies import Policies

PERSON = {"name": "王喆", "id_number": "430102199203150017"}
OPENING = {"candidate": PERSON, "occupation": "电工", "level": 4, "centre": "430100"}
OF_POLICY = (
    "announced_at_exit",
    "choice_default",
    "choice_days",
    "objection_days",
    "resit_months",
    "certificate_needs_fee",
    "hold_stops_exams",
)
ORGANISATION, SKILL_NO = "某评价协会", "S00004300000120400000{n}"
UNFIT = {"work_years": 0, "held_level": 5, "held_years": 0}  # for level 4


def as_command(command: dict[str, Any]) -> c.AnyCommand:
    """The command whole, as the front door would make it."""
    given = {key: value for key, value in command.items() if value is not None}
    do = given["do"]
    if do in ADDED:
        given |= ADDED[do](given)
    return msgspec.convert({key: given[key] for key in given if key not in OURS}, c.AnyCommand)


OURS = ("number_year", "papers_seen", "intake")  # words of the model alone
ADDED = {
    "announce": lambda given: {**OPENING, **plan(given)},
    "import_certificate": lambda given: {**OPENING, "certificate_no": f"{given['number_year']:02}18010000400123"},
    "register": lambda given: {} if given["papers_seen"] else UNFIT,
    "certify": lambda given: _skill_level(given),
    "convert": lambda given: {"organisation": ORGANISATION, "number": SKILL_NO.format(n=1)},
    "settle_refund": lambda given: {"bank_ref": "B-1"},
}


def plan(given: dict[str, Any]) -> dict[str, Any]:
    if "intake" not in given:
        return {}
    return {"plan": {"organisation": "某技师学院", "name": "2019级", "intake": given["intake"]}}


def _skill_level(given: dict[str, Any]) -> dict[str, Any]:
    numbered = given.pop("number")
    if given["instrument"] == "vocational":
        return {}
    return {"organisation": ORGANISATION} | ({"number": SKILL_NO.format(n=2)} if numbered else {})


def as_context(world: dict[str, Any]) -> Context:
    """The day as the database would have told it."""
    return Context(
        exit_date=world["exit_date"],
        occupation="电工",
        hold="督导暂缓" if world["hold"] else "",
        draws=tuple(Draw(paper, "电工", 4) for paper in world["papers"]),
        sessions=tuple(Session(code, recorded_on) for code, recorded_on in world["sessions"].items()),
        policies=Policies(**{name: world[name] for name in OF_POLICY}),
    )
