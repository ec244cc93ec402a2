"""Doing something with a case: the form of each command, the second person's decision, opening a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from desk.web.access import Page, Reach
from desk.web.asked import Asked, NotThere
from desk.web.forms import inputs_of, typed
from engine.wire.client import EngineUnavailable
from engine.wire.messages import Receipt
from records.case.file import CaseFile
from services.browsing import open_file
from services.cases import authored
from services.possible import Possible, may_second, possible
from services.sessions import terms
from states.case.commands import COMMAND_NAMES, OPENING, AnyCommand
from states.case.facts import hash_of
from states.case.seconding import decode_command
from states.case.table import SENDERS
from states.office.refusals import ReauthenticationNeeded
from states.refusals import Refusal
from states.words import Role

CLERKS = frozenset({Role.CLERK})
ACTING = frozenset(role for roles in SENDERS.values() for role in roles if role is not Role.CALENDAR)


def do_page(asked: Asked) -> Response:
    """The form of one command on one case; and what came of it."""
    found, command = _file(asked), asked.path["command"]
    one = _possible(asked, found, command)
    if asked.request.method == "GET":
        return _form(asked, found, one, {"id": uuid4().hex})
    if asked.form.get("seen") != str(found.facts.revision) and asked.form.get("id") not in found.facts.seen:
        moved = "打开表单之后，案件已变为修订 {revision}。请核对下面的内容，再提交一次。"
        stale = asked.words(moved, revision=found.facts.revision)
        return _form(asked, found, one, asked.form, {"": stale}, status=409)
    try:
        sent = _authored(asked, command, asked.form)
        _submitted(asked, found.facts.number, sent)
    except ReauthenticationNeeded:
        return _first_confirm(asked)
    except Refusal as refusal:
        return _form(asked, found, one, asked.form, {"": refusal.message}, status=409)
    return asked.go("case", {"done": command}, number=found.facts.number)


def open_page(asked: Asked) -> Response:
    """The form that opens a case: an announcement, or a certificate from the archive."""
    command = asked.path["command"]
    if command not in OPENING:
        raise NotThere
    if asked.request.method == "GET":
        return _opening_form(asked, command, {"id": uuid4().hex, "candidate.id_type": "resident_id"})
    try:
        sent = _authored(asked, command, asked.form)
        number, _ = asked.house.wait_for(_submitter(asked).open([sent], asked.business))
    except Refusal as refusal:
        return _opening_form(asked, command, asked.form, {"": refusal.message}, status=409)
    return asked.go("case", {"done": command}, number=number)


def decide_page(asked: Asked) -> Response:
    """What is pending, what it would change, and the second person's yes or no."""
    found = _file(asked)
    pending = found.facts.pending
    why = may_second(found.facts, asked.who.roles, asked.who.account, asked.who.name)
    own = pending is not None and (pending.account or pending.by) in (asked.who.account, asked.who.name)
    if asked.request.method == "GET" or pending is None:
        return _decision(asked, found, why, own, {"id": uuid4().hex}, {})
    command = "approve" if asked.form.get("decision") == "approve" else "decline"
    shown = {"seen_revision": asked.form.get("seen", ""), "seen_hash": asked.form.get("hash", "")}
    try:
        given = {"id": asked.form.get("id", ""), "reason": asked.form.get("reason", ""), **shown}
        _submitted(asked, found.facts.number, _command(asked, command, given))
    except ReauthenticationNeeded:
        return _first_confirm(asked)
    except Refusal as refusal:
        return _decision(asked, found, why, own, asked.form, {"": refusal.message}, status=409)
    return asked.go("case", {"done": command}, number=found.facts.number)


def _file(asked: Asked) -> CaseFile:
    found = open_file(asked.house.database, asked.who, asked.path["number"])
    if found is None:
        raise NotThere
    return found


def _possible(asked: Asked, found: CaseFile, command: str) -> Possible:
    today = asked.business.date()
    every = possible(asked.house.database, found.facts, asked.who.roles, today)
    one = next((one for one in every if one.command == command), None)
    if one is None:
        raise NotThere
    return one


def _authored(asked: Asked, command: str, form: Mapping[str, str]) -> AnyCommand:
    return _command(asked, command, {"id": form.get("id", ""), **typed(command, form)})


def _command(asked: Asked, command: str, fields: Mapping[str, Any]) -> AnyCommand:
    given = {name: value for name, value in fields.items() if value != ""}
    minutes = terms(asked.house.register).fresh_minutes
    return authored(asked.who, command, given, now=asked.now, fresh_minutes=minutes)


def _submitter(asked: Asked) -> Any:
    if asked.house.submitter is None:
        raise EngineUnavailable("尚未连上引擎")
    return asked.house.submitter


def _submitted(asked: Asked, number: str, sent: AnyCommand) -> Receipt:
    receipt: Receipt = asked.house.wait_for(_submitter(asked).submit(number, [sent], asked.business))
    return receipt


def _first_confirm(asked: Asked) -> Response:
    return asked.go("confirm_identity", {"next": asked.request.url.path})


def _form(
    asked: Asked,
    found: CaseFile,
    one: Possible,
    given: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    shown = {"file": found, "facts": found.facts, "one": one, "given": given, "problems": problems or {}}
    return asked.show("do.html.j2", status=status, fields=inputs_of(one.command), **shown)


def _opening_form(
    asked: Asked, command: str, given: Mapping[str, str], problems: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    return asked.show(
        "open.html.j2",
        status=status,
        command=command,
        title=COMMAND_NAMES[command],
        fields=inputs_of(command),
        given=given,
        problems=problems or {},
    )


def _decision(
    asked: Asked,
    found: CaseFile,
    why: str,
    own: bool,
    given: Mapping[str, str],
    problems: Mapping[str, str],
    status: int = 200,
) -> Response:
    pending = found.facts.pending
    proposed = decode_command(pending.content) if pending else None
    return asked.show(
        "decide.html.j2",
        status=status,
        file=found,
        facts=found.facts,
        proposed=proposed,
        why=why,
        own=own,
        given=given,
        problems=problems,
        facts_hash=hash_of(found.facts),
    )


PAGES = (
    Page("open_case", "/open/{command}", open_page, Reach.CENTRE, CLERKS, ("GET", "POST")),
    Page("do", "/cases/{number}/do/{command}", do_page, Reach.CENTRE, ACTING, ("GET", "POST")),
    Page("decide", "/cases/{number}/decide", decide_page, Reach.CENTRE, methods=("GET", "POST")),
)
