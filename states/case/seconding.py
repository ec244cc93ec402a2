"""Four eyes (design §3, rule 8): who may send a command, what waits for a second person, and who that may be."""

from __future__ import annotations

import unicodedata
from datetime import date

import msgspec
from msgspec.structs import replace

from states import refusals as r
from states.case import commands as c
from states.case.context import Context
from states.case.facts import CaseFacts, Proposal, hash_of
from states.case.table import ANSWERS, SENDERS, approvers
from states.case.why_not import why_not
from states.words import ROLE_NAMES, Role, State

encode_command = msgspec.json.Encoder().encode
decode_command = msgspec.json.Decoder(c.AnyCommand).decode


def check_role(sent: c.Command, roles: tuple[Role, ...] = ()) -> None:
    """Whether `sent` comes from somebody by name, in a role that carries it. Raises InvalidField, RoleNotAllowed."""
    command = c.name_of(sent)
    allowed = roles or SENDERS[command]
    if not sent.by.strip():
        raise r.InvalidField(command=command, why="缺少经办人姓名（by）")
    if sent.role not in allowed:
        raise r.RoleNotAllowed(
            role_name=ROLE_NAMES[sent.role],
            role=sent.role.value,
            command=c.COMMAND_NAMES[command],
            allowed="、".join(ROLE_NAMES[role] for role in allowed),
        )


def propose(facts: CaseFacts, would_be: CaseFacts, sent: c.AnyCommand, today: date) -> CaseFacts:
    """`facts` with `sent` pending: nothing else of it is done yet. What waits to be opened shows whom it is about."""
    proposal = Proposal(c.name_of(sent), sent.by, today, msgspec.Raw(encode_command(sent)), sent.account)
    if facts.state is State.NEW:
        number = would_be.certificate.number if would_be.certificate else ""
        facts = replace(would_be, certificate=None, archive_no=number)
    if proposal.command in ANSWERS and facts.choice.escalated:
        facts = replace(facts, choice=replace(facts.choice, escalated=False))
    return replace(facts, pending=proposal)


def second(facts: CaseFacts, sent: c.Approve | c.Decline, context: Context, today: date) -> c.AnyCommand:
    """The command that `sent` answers. Raises SamePerson, RoleNotAllowed, StaleApproval, or that nothing is pending."""
    pending = facts.pending
    if pending is None:
        check_role(sent, approvers(""))
        raise why_not(facts, c.name_of(sent), context, today)
    own = same_person(pending, sent)
    if own and isinstance(sent, c.Approve):
        raise r.SamePerson(person=sent.by)
    if not own:  # whoever proposed may take it back
        check_role(sent, approvers(pending.command))
    _check_seen(facts, sent)
    proposed: c.AnyCommand = decode_command(pending.content)
    return proposed


def same_person(pending: Proposal, sent: c.Command) -> bool:
    """By account where both have one, else by name, however it is spaced."""
    if pending.account and sent.account:
        return pending.account == sent.account
    return _folded(pending.by) == _folded(sent.by)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _check_seen(facts: CaseFacts, sent: c.Seconding) -> None:
    """An approval is of what was shown, and of nothing that came after."""
    stale = sent.seen_revision is not None and sent.seen_revision != facts.revision
    if stale or (sent.seen_hash and sent.seen_hash != hash_of(facts)):
        raise r.StaleApproval(seen=sent.seen_revision, now=facts.revision)
