"""Acts of the office at the terminal: done, or proposed and waiting for a second person."""

from __future__ import annotations

from typing import Any

import msgspec

from desk.cli.output import people, say_json
from desk.cli.signed import Signed
from services.acting.doing import Private
from services.acts import Waiting, perform
from services.office_ledger import Done
from states.office.commands import OfficeCommand


def act(now: Signed, command: OfficeCommand, private: Private | None = None) -> Done | Waiting:
    """Does `command` for whoever is signed in, or proposes it."""
    return perform(now.register, now.actor, command, now.now, private or Private())


def told(found: Done | Waiting, as_json: bool, sentence: str, **more: Any) -> None:
    """Says what came of an act: `sentence` where it is done, else that it waits and how it goes on."""
    if isinstance(found, Waiting):
        told_waiting(found, as_json)
    elif as_json:
        say_json({"status": "done", "entry": found.entry, "old": _plain(found.old), "new": _plain(found.new), **more})
    else:
        people.print(sentence, markup=False)


def told_waiting(found: Waiting, as_json: bool) -> None:
    """Says that an act waits for a second person."""
    if as_json:
        shown = {"proposal": found.proposal, "act": found.act, "old": found.old, "new": found.new}
        say_json({"status": "waiting", **shown})
        return
    sentence = f"“{found.title}”须由另一人复核，已提交，编号 {found.proposal}；"
    people.print(f"{sentence}由其办理：./run office approve {found.proposal}", markup=False, soft_wrap=True)


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)
