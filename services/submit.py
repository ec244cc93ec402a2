"""The one way in: reads the world from the database, sends the commands with it (design §4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace
from temporalio.client import Client
from temporalio.common import Priority

from engine.wire.client import BY_HAND, submit
from engine.wire.messages import CaseStart, Receipt, Submission
from records.case.claims import claim_of
from records.case.context import Claim, believed_facts, context_for
from records.case.numbering import reserve_case_numbers
from records.store.database import Database
from states.business_dates import business_date
from states.case.asking import asked_of
from states.case.commands import Announce, AnyCommand, Correct, Exchange, ImportCertificate
from states.case.context import Context
from states.case.facts import CaseFacts
from states.words import State

Printable = Callable[[str], str]


class Submitter:
    """Submits commands to cases, live or rehearsed. `unprintable` answers which characters no font can set.

    `priority`: whether the cases it opens come before others that wait for a worker, or among them.
    """

    def __init__(
        self,
        database: Database,
        client: Client,
        *,
        rehearsal: bool,
        unprintable: Printable,
        priority: Priority = BY_HAND,
    ) -> None:
        self._priority = priority
        self._database = database
        self._client = client
        self._rehearsal = rehearsal
        self._unprintable = unprintable

    async def open(self, commands: Sequence[AnyCommand], at: datetime) -> tuple[str, Receipt]:
        """Opens a case with an announcement or an old certificate, and whatever follows it; its number and receipt.

        `at` is now; it dates the number, and is the rehearsal clock's instant in a rehearsal. Raises the Refusal.
        """
        opening = commands[0]
        centre = opening.centre if isinstance(opening, Announce | ImportCertificate) else "000000"
        with self._database.writing() as connection:
            number = reserve_case_numbers(connection, centre, at.year, 1)[0]
        return number, await self.submit(number, commands, at)

    async def submit(
        self, number: str, commands: Sequence[AnyCommand], at: datetime, *, occupation: str = ""
    ) -> Receipt:
        """Sends `commands` to case `number`, all or nothing. `occupation` helps where the case is not open yet.

        Without commands it is a tick of the rehearsal clock. Raises the Refusal, or EngineUnavailable.
        """
        with self._database.reading() as connection:
            facts = believed_facts(connection, number)
            claim = _claim(facts, commands, number, occupation)
            asked = asked_of(facts, commands, business_date(at))
            context = context_for(connection, claim, asked)
        context = self._checked(context, commands)
        start = CaseStart(number, facts=facts, context=context if facts else None, rehearsal=self._rehearsal)
        submission = Submission(tuple(commands), context, at if self._rehearsal else None, number)
        return await submit(self._client, start, submission, self._priority)

    def _checked(self, context: Context, commands: Sequence[AnyCommand]) -> Context:
        """With the characters of this submission that no letter could print."""
        missing = self._unprintable("".join(text for command in commands for text in _printed(command)))
        if not missing:
            return context
        return replace(context, unprintable=missing)


def _printed(command: AnyCommand) -> list[str]:
    """Every text of a command that may appear in a letter."""
    texts = [value for field in command.__struct_fields__ if isinstance(value := getattr(command, field), str)]
    candidate = command.candidate if isinstance(command, Announce | ImportCertificate) else None
    return texts + ([candidate.name, candidate.address, candidate.id_number] if candidate else [])


def _claim(facts: CaseFacts | None, commands: Sequence[AnyCommand], number: str, occupation: str) -> Claim:
    """What the world is asked about: the case as it stands, or as its first command would open it."""
    first = commands[0] if commands else None
    unopened = facts is None or facts.state is State.NEW
    if unopened and isinstance(first, Announce | ImportCertificate):
        exam = first.exam or (first.certificate_no if isinstance(first, ImportCertificate) else "")
        return Claim(number, first.occupation, first.centre, first.candidate.id_number, first.level, exam)
    if facts is None:
        return Claim(number, occupation, "", "", 0, "")
    claim = claim_of(facts)
    for command in commands:
        if isinstance(command, Correct | Exchange) and command.id_number:
            claim = claim._replace(id_number=command.id_number)
    return claim
