"""What an office's people do apart from cases: the form of each act, and the second person's decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.act_forms import PRIVATE, Part, Wrong, act_typed, parts_of, private_typed
from desk.web.act_words import differences
from desk.web.asked import Asked, NotThere
from desk.web.proving import is_fresh, kept, prove
from services.acts import Waiting, approve, decline, pending, perform
from services.centres import centre_of, list_centres
from services.office_ledger import Done
from services.people import list_people
from services.policies import in_force
from states.office.acts import ACTS, Act
from states.office.acts import Reach as ActReach
from states.office.commands import OfficeCommand
from states.office.people import Actor, SignInPolicies
from states.policies import Policies
from states.reference.centres import COLUMNS
from states.refusals import Refusal

SECTION_OF: Mapping[str, str] = {
    **dict.fromkeys(("add_operator", "give_roles", "set_centres", "lock_operator", "unlock_operator"), "people"),
    **dict.fromkeys(("leave_operator", "reset_operator", "end_sessions"), "people"),
    **dict.fromkeys(("set_policies", "set_sign_in"), "policies"),
    **dict.fromkeys(("set_holiday", "clear_holiday"), "calendar"),
    **dict.fromkeys(("place_hold", "release_hold"), "holds"),
    **dict.fromkeys(("add_centre", "change_centre", "close_centre"), "centres"),
    **dict.fromkeys(("change_password", "create_token", "revoke_token"), "account"),
}
"""Every act that has a form of its own, and the page that it belongs to."""

_OF_PEOPLE = tuple(SignInPolicies.__struct_fields__)
_OF_CASES = tuple(name for name in Policies.__struct_fields__ if name != "exceptions")
_OF_CENTRES = tuple(name for name in COLUMNS if name != "code")
_WHOLE: Mapping[str, tuple[str, ...]] = {
    "set_policies": _OF_CASES,
    "set_sign_in": _OF_PEOPLE,
    "add_centre": _OF_CENTRES,
    "change_centre": _OF_CENTRES,
}


def may(actor: Actor, act: Act) -> bool:
    """Whether the table of acts lets `actor` do this at all."""
    if act.reach is ActReach.OFFICE and actor.centres is not None:
        return False
    return act.reach is ActReach.OWN or not actor.roles.isdisjoint(act.roles)


def offered(actor: Actor, section: str) -> list[tuple[str, Act]]:
    """The acts of a section that `actor` may do, by name."""
    return [(name, ACTS[name]) for name, of in SECTION_OF.items() if of == section and may(actor, ACTS[name])]


def act_page(asked: Asked) -> Response:
    """The form of one act; and what came of it."""
    name = asked.path["act"]
    if name not in SECTION_OF or not may(asked.who, ACTS[name]):
        raise NotThere
    parts = parts_of(name, _choices(asked, name), _WHOLE.get(name, ()))
    if asked.request.method == "GET":
        return _form(asked, name, parts, _shown_at_first(asked, name))
    token = ""
    try:
        token = prove(asked)
        command = act_typed(name, parts, asked.form, asked.lists)
        answer = _done(asked, name, command)
    except Wrong as wrong:
        answer = _form(asked, name, parts, asked.form, wrong.problems, status=409)
    except Refusal as refusal:
        answer = _form(asked, name, parts, asked.form, {"": refusal.message}, status=409)
    return kept(asked, answer, token)


def _done(asked: Asked, name: str, command: OfficeCommand) -> Response:
    """Does it, or proposes it; the same proposal twice is one."""
    register = asked.house.register
    said = msgspec.to_builtins(command)
    mine = [one for one in pending(register, asked.who) if one.account == asked.who.account]
    if any(one.command == said for one in mine):
        return asked.go(SECTION_OF[name], {"waiting": name})
    found = perform(register, asked.who, command, asked.now, private_typed(name, asked.form))
    if name == "create_token" and isinstance(found, Done):
        return asked.show("token_made.html.j2", made=found.result)
    return asked.go(SECTION_OF[name], {"waiting" if isinstance(found, Waiting) else "done": name})


def _choices(asked: Asked, act: str) -> dict[str, tuple[tuple[str, str], ...]]:
    if SECTION_OF[act] == "people":
        return {"account": tuple((one.id, one.name) for one in list_people(asked.house.register))}
    if act in ("change_centre", "close_centre"):
        every = list_centres(asked.house.database)
        return {"code": tuple((one.code, f"{one.code} {one.name}") for one in every if one.closed_on is None)}
    return {}


def _shown_at_first(asked: Asked, act: str) -> dict[str, str]:
    """What the form holds before anything is typed: what its address names, and of a whole what is in force."""
    given = {name: value for name, value in asked.query.items() if name != "own_password"}
    if act == "set_policies" or act == "set_sign_in":
        values: Mapping[str, Any] = in_force(asked.house.database)
        return given | _whole("changes", {name: values[name] for name in _WHOLE[act]})
    if act == "change_centre" and "code" in given:
        columns = msgspec.to_builtins(centre_of(asked.house.database, given["code"]))
        return given | _whole("columns", {name: columns[name] for name in _OF_CENTRES if name in columns})
    return given


def _whole(prefix: str, values: Mapping[str, Any]) -> dict[str, str]:
    shown = {f"{prefix}.{name}": _text(value) for name, value in values.items()}
    return shown | {f"was.{name}": value for name, value in shown.items()}


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _form(
    asked: Asked,
    name: str,
    parts: list[Part],
    given: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    act = ACTS[name]
    return asked.show(
        "act.html.j2",
        status=status,
        act=act,
        section=SECTION_OF[name],
        parts=parts,
        given=given,
        chosen=asked.lists,
        problems=problems or {},
        prove=act.fresh and not is_fresh(asked),
        private=name in PRIVATE,
    )


def pending_page(asked: Asked) -> Response:
    """The acts that wait for a second person: one's own, and those that one may decide."""
    done = asked.query.get("done", "")
    return asked.show("act_pending.html.j2", every=pending(asked.house.register, asked.who), done=done)


def decide_act_page(asked: Asked) -> Response:
    """What one act would change, field by field; and the second person's yes or no."""
    every = pending(asked.house.register, asked.who)
    found = next((one for one in every if one.proposal == asked.path["proposal"]), None)
    if found is None:
        raise NotThere
    if asked.request.method == "GET":
        return _decision(asked, found, {})
    token = ""
    try:
        token = prove(asked)
        answer = _decided(asked, found.proposal)
    except Refusal as refusal:
        answer = _decision(asked, found, {"": refusal.message}, status=409)
    return kept(asked, answer, token)


def _decided(asked: Asked, proposal: str) -> Response:
    form, register = asked.form, asked.house.register
    if form.get("decision") == "approve":
        approve(register, asked.who, proposal, form.get("seal", ""), asked.now)
        return asked.go("office_pending", {"done": "approve"})
    decline(register, asked.who, proposal, form.get("reason", ""), asked.now)
    return asked.go("office_pending", {"done": "decline"})


def _decision(asked: Asked, found: Waiting, problems: Mapping[str, str], status: int = 200) -> Response:
    return asked.show(
        "act_decide.html.j2",
        status=status,
        one=found,
        changes=differences(found.old, found.new),
        own=found.account == asked.who.account,
        prove=ACTS[found.act].fresh and not is_fresh(asked),
        problems=problems,
        reason=asked.form.get("reason", ""),
    )


PAGES = (
    Page("office_act", "/office/acts/{act}", act_page, Reach.CENTRE, methods=("GET", "POST")),
    Page("office_pending", "/office/pending", pending_page, Reach.CENTRE),
    Page("office_decide", "/office/pending/{proposal}", decide_act_page, Reach.CENTRE, methods=("GET", "POST")),
)
