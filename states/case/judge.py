"""The whole business in one pure function: facts + commands + context + business date in, steps and new facts out.

`judge` is what the workflow calls, in its validator to refuse and in its handler to apply.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from states import refusals as r
from states.case import commands as c
from states.case.context import Context
from states.case.facts import CaseFacts, Proposal
from states.case.falling_due import fallen_due
from states.case.handlers import CONDUCT, Change, wrong_state
from states.case.letters import letters_for
from states.case.roles import CHOICES, SENDERS, allowed
from states.case.steps import Judgement, Step
from states.case.table import destination
from states.words import ROLE_NAMES, Instrument, State, Trigger

FOUR_EYES = frozenset({"certify", "report_loss"})  # always; a refund only where money moves
MOST_SEEN = 32  # command ids a case remembers; the ledger remembers them all

encode_command = msgspec.json.Encoder().encode
decode_command = msgspec.json.Decoder(c.AnyCommand).decode


def judge(facts: CaseFacts, commands: Sequence[c.AnyCommand], context: Context, today: date) -> Judgement:
    """Applies what has fallen due by `today` (Asia/Shanghai), then `commands`, in sent, all or nothing.

    Dates decide, timers only act: a case whose timer has not fired yet is judged as if it had (design §3, rule 1).
    A command id already seen is passed over. Raises the Refusal of the first command that is refused.
    """
    if context.unprintable:
        raise r.CharacterNotPrintable(characters=context.unprintable)
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
        facts, step = _enter(facts, due.change, due.command, context, today)
        steps.append(step)
    return facts, steps


def _take(
    facts: CaseFacts, sent: c.AnyCommand, context: Context, today: date, *, rearm: bool
) -> tuple[CaseFacts, list[Step]]:
    if isinstance(sent, c.FollowCalendar):
        _check_role(sent)
        if not rearm:
            return facts, []
        facts, step = _enter(
            facts, Change(None, facts), sent, context, today
        )  # only the date moved: on record all the same
        return facts, [step]
    facts, step = _enter(facts, decide(facts, sent, context, today), sent, context, today)
    return facts, [step]


def decide(facts: CaseFacts, sent: c.AnyCommand, context: Context, today: date) -> Change:
    """What `sent` does to `facts`, or the Refusal it raises. Nothing is changed by asking."""
    if isinstance(sent, c.Approve | c.Decline):
        return _second_pair_of_eyes(facts, sent, context, today)
    _check_role(sent)
    change = CONDUCT[type(sent)](facts, sent, context, today)
    command = _name(sent)
    proposes = _needs_two(command, change)
    if facts.pending is not None and (proposes or change.trigger is not None):
        raise r.ProposalPending(pending=c.COMMAND_NAMES[facts.pending.command], command=facts.pending.command)
    return _propose(facts, sent, today) if proposes else change


def _propose(facts: CaseFacts, sent: c.AnyCommand, today: date) -> Change:
    proposal = Proposal(_name(sent), sent.by, today, msgspec.Raw(encode_command(sent)))
    unanswered = facts.escalated and proposal.command not in CHOICES
    return Change(None, replace(facts, pending=proposal, escalated=unanswered))


def _needs_two(command: str, change: Change) -> bool:
    """Design §3 rule 8; a refund of nothing needs nobody's second look."""
    return command in FOUR_EYES or (command in CHOICES and change.facts.refund_fen > 0)


def _second_pair_of_eyes(facts: CaseFacts, sent: c.Approve | c.Decline, context: Context, today: date) -> Change:
    if facts.pending is None:
        _check_role(sent)
        raise wrong_state(facts, _name(sent))
    own = sent.by == facts.pending.by
    if isinstance(sent, c.Decline):
        if not own:  # whoever proposed may take it back
            _check_role(sent)
        return Change(None, replace(facts, pending=None))
    if own:
        raise r.SamePerson(person=sent.by)
    _check_role(sent)
    proposed = decode_command(facts.pending.content)
    return CONDUCT[type(proposed)](replace(facts, pending=None), proposed, context, today)


def _check_role(sent: c.AnyCommand) -> None:
    command = _name(sent)
    if not sent.by.strip():
        raise r.InvalidField(command=command, why="缺少经办人姓名（by）")
    if sent.role not in SENDERS[command]:
        raise r.RoleNotAllowed(
            role_name=ROLE_NAMES[sent.role],
            role=sent.role.value,
            command=c.COMMAND_NAMES[command],
            allowed=allowed(command),
        )


def _enter(
    before: CaseFacts, change: Change, sent: c.AnyCommand, context: Context, today: date
) -> tuple[CaseFacts, Step]:
    """Turns a change into the next revision: destination from the table, letters from theirs."""
    source, facts, trigger = change.facts.state, change.facts, change.trigger
    dest = source if trigger is None else destination(facts, trigger, context.policies)
    if dest is None:
        raise wrong_state(facts, _name(sent))
    letters = change_letters(sent, trigger, dest, facts.instrument)
    facts = replace(
        _settle(facts, trigger, source, dest),
        state=dest,
        revision=facts.revision + 1,
        exit_date=context.exit_date,
        settled_on=today,
        seen=_remember(facts, sent),
    )
    return facts, Step(
        revision=facts.revision,
        command=sent,
        trigger=trigger,
        source=source,
        dest=dest,
        on=today,
        letters=letters,
        allocate=change.allocate,
        facts=facts,
        before=_replaced(before, sent),
    )


def _replaced(before: CaseFacts, sent: c.AnyCommand) -> dict[str, str]:
    """The values that a correction overwrites, for the ledger."""
    if not isinstance(sent, c.Correct) or before.candidate is None:
        return {}
    fields = ("name", "id_number", "address", "phone", "email")
    return {field: getattr(before.candidate, field) for field in fields if getattr(sent, field) is not None}


def change_letters(sent: c.AnyCommand, trigger: Trigger | None, dest: State, instrument: Instrument) -> tuple[str, ...]:
    """The kinds of letter of one step; the calendar's own reminder is the only one without a trigger."""
    if trigger is not None:
        return tuple(kind.value for kind in letters_for(trigger, dest, instrument))
    return ("choice_reminder",) if isinstance(sent, c.FollowCalendar) and sent.reason == "reminder" else ()


def _settle(facts: CaseFacts, trigger: Trigger | None, source: State, dest: State) -> CaseFacts:
    """What leaving a state leaves behind: a choice that is over has no deadline, no origin, nothing escalated."""
    if trigger is None or source is dest:
        return facts
    if source is State.CHOOSING:
        return replace(facts, origin=None, choice_deadline=None, reminded=(), escalated=False)
    return facts


def _remember(facts: CaseFacts, sent: c.AnyCommand) -> dict[str, int]:
    if not sent.id:
        return facts.seen
    kept = list(facts.seen.items())[-(MOST_SEEN - 1) :]
    return {**dict(kept), sent.id: facts.revision + 1}


def _name(sent: c.AnyCommand) -> str:
    return str(sent.__struct_config__.tag)
