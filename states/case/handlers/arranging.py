"""When and where an exam is to be held: a fact of the case, so that every letter and page can say it."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from states.case import commands as c
from states.case.context import Context
from states.case.facts import CaseFacts, Sitting
from states.case.handlers.checking import invalid


def arranged(facts: CaseFacts, command: c.Arranging, context: Context, today: date) -> Sitting:
    """The sitting as `command` says it, and as the session's own record fills it up. Raises InvalidField."""
    if command.exam_on is not None and command.exam_on < today:
        raise invalid(command, f"考试日期{command.exam_on}早于今天")
    now = facts.sitting
    session = command.session.strip() or now.session
    known = context.session(session)
    on = command.exam_on or now.on or (known.on if known else None)
    site = command.site.strip() or now.site or (known.site if known else "")
    named = now.named if not session or session in now.named else {**now.named, session: today}
    return replace(now, on=on, session=session, site=site, named=named)


def postpone(facts: CaseFacts, command: c.Postpone, context: Context, today: date) -> CaseFacts:
    """The exam's new day; the old one stays on record, however often it moves."""
    if command.exam_on is None:
        raise invalid(command, "缺少新的考试日期（exam_on）")
    before = facts.sitting
    sitting = arranged(facts, command, context, today)
    if before.on is not None and before.on != sitting.on:
        sitting = replace(sitting, former=(*before.former, before.on))
    return replace(facts, sitting=sitting, evidence=command.evidence or facts.evidence)
