"""What a submission has to ask the registers about, before anybody can judge it: read from its commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from states.case import commands as c
from states.case.facts import CaseFacts
from states.case.seconding import decode_command

TERMS = (c.Answering, c.ContinueExam, c.Approve)  # what begins a term that is counted in working days


class Asked(NamedTuple):
    """Sessions and papers by name, the centre a case is handed to, and from which day working days are counted."""

    sessions: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    next_centre: str = ""
    terms_from: date | None = None


def asked_of(facts: CaseFacts | None, commands: Sequence[c.AnyCommand], today: date) -> Asked:
    """What `commands`, and the proposal that they may answer, name."""
    all_: list[c.AnyCommand] = list(commands)
    if facts is not None and facts.pending is not None and any(isinstance(sent, c.Approve) for sent in commands):
        all_.append(decode_command(facts.pending.content))
    sessions = {sent.session.strip() for sent in all_ if isinstance(sent, c.Arranging | c.HoldExam)} - {""}
    papers = {sent.paper.strip() for sent in all_ if isinstance(sent, c.Marking)} - {""}
    centres = [sent.centre for sent in all_ if isinstance(sent, c.TransferCentre)]
    terms = today if any(isinstance(sent, TERMS) for sent in all_) else None
    return Asked(tuple(sorted(sessions)), tuple(sorted(papers)), centres[-1] if centres else "", terms)
