"""The whole business in one pure function: facts + commands + context + business date in, steps and new facts out.

`judge` is what the workflow calls, in its validator to refuse and in its handler to apply.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from states import refusals as r
from states.case import commands as c
from states.case.context import Context
from states.case.facts import UNASKED, CaseFacts
from states.case.falling_due import CALENDAR, Due, fallen_due
from states.case.guards import GUARDS, Situation
from states.case.handlers.changes import PERSON
from states.case.handlers.registry import HANDLERS
from states.case.seconding import check_role, propose, second
from states.case.steps import Judgement, Step
from states.case.table import Row, rows_for
from states.case.why_not import why_not
from states.reference.lengths import too_long
from states.words import Role, State, Trigger

MOST_SEEN = 32  # command ids a case remembers; the ledger remembers them all


class Move(NamedTuple):
    """The row that was picked, and the facts with what the command says; their state is still the source."""

    row: Row
    facts: CaseFacts


def judge(facts: CaseFacts, commands: Sequence[c.AnyCommand], context: Context, today: date) -> Judgement:
    """Applies what has fallen due by `today` (Asia/Shanghai), then `commands`, in order, all or nothing.

    Dates decide, timers only act: a case whose timer has not fired yet is judged as if it had (design §3, rule 1).
    A command id already seen is passed over. Raises the Refusal of the first command that is refused.
    """
    if context.unprintable:
        raise r.CharacterNotPrintable(characters=context.unprintable)
    for sent in commands:
        if found := too_long(sent):
            raise r.TextTooLong(field=found.shown, length=found.length, limit=found.limit)
    moved = facts.state is not State.NEW and facts.exit_date != context.exit_date
    facts, steps = _overtake(facts, context, today)
    for sent in commands:
        if sent.id and sent.id in facts.seen:
            continue
        facts, taken = _take(facts, sent, context, today, rearm=moved and not steps)
        steps += taken
        facts, due = _overtake(facts, context, today)
        steps += due
    return Judgement(facts, tuple(steps))


def _overtake(facts: CaseFacts, context: Context, today: date) -> tuple[CaseFacts, list[Step]]:
    """Everything the calendar has to do to this case by `today`."""
    steps: list[Step] = []
    if facts.state is State.NEW:
        return facts, steps
    facts = replace(facts, exit_date=context.exit_date)
    while (due := fallen_due(facts, context.policies, today)) is not None:
        told = c.FollowCalendar(by=CALENDAR, role=Role.CALENDAR, reason=due.event)
        facts, step = _enter(facts, _calendar_move(due, context, today), told, context, today)
        steps.append(step)
    return facts, steps


def _calendar_move(due: Due, context: Context, today: date) -> Move:
    at = Situation(due.facts, context, today)
    rows = (row for row in rows_for("follow_calendar", due.facts.state) if row.event == due.event)
    return Move(next(row for row in rows if GUARDS[row.when](at)), due.facts)


def _take(
    facts: CaseFacts, sent: c.AnyCommand, context: Context, today: date, *, rearm: bool
) -> tuple[CaseFacts, list[Step]]:
    if isinstance(sent, c.FollowCalendar):
        check_role(sent)
        if not rearm:
            return facts, []
        move = _calendar_move(Due("redate", facts), context, today)  # only the date moved: on record all the same
    else:
        move = decide(facts, sent, context, today)
    facts, step = _enter(facts, move, sent, context, today)
    return facts, [step]


def decide(facts: CaseFacts, sent: c.AnyCommand, context: Context, today: date) -> Move:
    """What `sent` does to `facts`, or the Refusal it raises. Nothing is changed by asking."""
    if isinstance(sent, c.Approve | c.Decline):
        return _seconded(facts, sent, context, today)
    check_role(sent)
    move = follow(facts, sent, context, today)
    two = GUARDS[move.row.two](Situation(move.facts, context, today))
    pending = facts.pending
    moves = move.row.dest is not None and move.row.dest is not facts.state
    if pending is not None and ((two and not move.row.drops) or (moves and not two)):
        raise r.ProposalPending(pending=c.COMMAND_NAMES[pending.command], command=pending.command)
    if not two:
        return move
    return Move(_stays(sent), propose(facts, move.facts, sent, today))


def follow(facts: CaseFacts, sent: c.Command, context: Context, today: date) -> Move:
    """Where `sent` leads, whoever sent it and whoever else must agree. Raises the Refusal."""
    command = c.name_of(sent)
    before = Situation(facts, context, today)
    rows = [row for row in rows_for(command, facts.state) if GUARDS[row.given](before)]
    if not rows:
        raise why_not(facts, command, context, today)
    changed = HANDLERS[type(sent)](facts, sent, context, today)
    after = Situation(changed, context, today)
    row = next((row for row in rows if GUARDS[row.when](after)), None)
    if row is None:
        raise why_not(facts, command, context, today)
    return Move(row, changed)


def _seconded(facts: CaseFacts, sent: c.Approve | c.Decline, context: Context, today: date) -> Move:
    """The pending proposal approved, and judged on this day, or dropped."""
    proposed = second(facts, sent, context, today)
    if isinstance(sent, c.Decline):
        return Move(_stays(sent), replace(facts, pending=None, archive_no=""))
    return follow(replace(facts, pending=None), proposed, context, today)


def _stays(sent: c.Command) -> Row:
    """What no row moves: a proposal made, or dropped."""
    return Row(c.name_of(sent), None, (), None)


def _enter(before: CaseFacts, move: Move, sent: c.AnyCommand, context: Context, today: date) -> tuple[CaseFacts, Step]:
    """Turns a move into the next revision: destination, letters, clause from the table."""
    row, source = move.row, move.facts.state
    dest = row.dest or source
    facts = replace(
        _settled(move.facts, row.trigger, source, dest),
        state=dest,
        revision=before.revision + 1,
        exit_date=context.exit_date,
        settled_on=today,
        seen=_remember(move.facts, sent),
    )
    return facts, Step(
        revision=facts.revision,
        command=sent,
        trigger=row.trigger,
        source=source,
        dest=dest,
        on=today,
        letters=tuple(kind.value for kind in row.letters),
        basis=row.basis,
        clause=row.clause,
        allocate=row.draws,
        facts=facts,
        before=_replaced(before, facts),
    )


def _replaced(before: CaseFacts, after: CaseFacts) -> dict[str, str]:
    """What a step overwrites of the person, and the proposal whose place it takes, for the ledger."""
    old: dict[str, str] = {}
    if before.candidate is not None and after.candidate is not None and before.candidate != after.candidate:
        pairs = ((field, getattr(before.candidate, field), getattr(after.candidate, field)) for field in PERSON)
        old = {field: str(was) for field, was, now in pairs if was != now}
    if before.pending is not None and after.pending is not None and before.pending != after.pending:
        old["pending"] = before.pending.command
    return old


def _settled(facts: CaseFacts, trigger: Trigger | None, source: State, dest: State) -> CaseFacts:
    """What leaving a state leaves behind: a choice that is over has no deadline and nothing escalated."""
    if source is not State.CHOOSING or dest is State.CHOOSING:
        return facts
    if trigger is Trigger.REINSTATE:
        return replace(facts, choice=UNASKED)
    return replace(facts, choice=replace(facts.choice, deadline=None, reminded=(), escalated=False))


def _remember(facts: CaseFacts, sent: c.AnyCommand) -> dict[str, int]:
    if not sent.id:
        return facts.seen
    kept = list(facts.seen.items())[-(MOST_SEEN - 1) :]
    return {**dict(kept), sent.id: facts.revision + 1}
