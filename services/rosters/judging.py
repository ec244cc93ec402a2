"""Rows to commands: what the rules say of each, and the ids that make the same row the same command for ever.

A command's id is the hash of the roster's kind and of what the row says, not of its number, its file or its operator:
a corrected roster that comes in again sends the ids of its unchanged rows again, and those are known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import repeat
from operator import itemgetter
from typing import Any

import msgspec

from services.coercion.centres import Named
from services.rosters.checking import FIELDS, Checks, Said, Unprintable
from services.rosters.columns import OPENING
from services.rosters.commanding import commanding
from services.rosters.doubles import tell_conflicts
from services.rosters.faults import Fault, Person, RosterRow, RowError
from services.rosters.reading import Roster
from states.case.commands import AnyCommand
from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.judge import judge
from states.case.likeness import GROWN, PERSONAL
from states.policies import Policies
from states.reference.catalog import Catalog
from states.reference.centres import centres
from states.refusals import DuplicateCase, Refusal
from states.words import Cohort

_encode = msgspec.json.Encoder().encode
_COLUMN_OF = {
    "NotInCatalog": "职业",
    "RegistrationClosed": "职业",
    "InvalidCertificateNumber": "证书编号",
    "InvalidField": "发证日期",
}


class Judge:
    """Judges the rows of one roster. `today` is the business date, `unprintable` what no font can set.

    `key` hides what a row says from whoever sees the id of its commands: without it, ID numbers could be tried out.
    """

    def __init__(
        self,
        roster: Roster,
        catalog: Catalog,
        policies: Policies,
        *,
        by: str,
        today: date,
        unprintable: Unprintable,
        account: str = "",
        known: Iterable[Named] = (),
        key: bytes = b"",
    ) -> None:
        self._roster = roster
        self._opening = roster.kind in OPENING
        self._fields = FIELDS[roster.kind]
        self._salt, self._key = roster.kind.encode()[:16], key
        self._commands = commanding(roster.kind, by, account)
        self._catalog = catalog
        self._policies = policies
        self._today = today
        self._checks = Checks(roster.kind, catalog, known or centres().values(), today=today, unprintable=unprintable)
        self._alike = itemgetter(*(at for at, field in enumerate(self._fields) if field not in PERSONAL))
        self._verdicts: dict[Any, Refusal | None] = {}
        self._seen: dict[Any, tuple[str, int]] = {}
        self.notes: list[str] = []

    def rows(self) -> Iterator[RosterRow]:
        """Every row of a person, in order; `rows = good + bad`, none is lost."""
        sheets = [self._checks.read(sheet) for sheet in self._roster.sheets]
        tell_conflicts(sheets)
        for said in sheets:
            self.notes.extend(said.notes)
            yield from self._sheet(said)

    def _sheet(self, said: Said) -> Iterator[RosterRow]:
        name, first, nobody = said.sheet.name, said.sheet.first, said.nobody
        columns = [said.columns[field] if field in said.columns else repeat(None) for field in self._fields]
        who = itemgetter(*(self._fields.index(field) for field in Person._fields))
        for at, content in enumerate(zip(*columns, strict=False)):  # the exam's column is always a list
            if at in nobody:
                continue
            found = said.faults.get(at)
            person = tuple.__new__(Person, who(content))
            commands: tuple[AnyCommand, ...] = ()
            if found is None:
                commands = self._commands(content, self._id(content))
                found = self._judged(name, first + at, content, person, commands, said.traits[at])
            errors = tuple(RowError(name, first + at, *one) for one in found) if found else ()
            case = "" if self._opening else content[0] or ""
            yield RosterRow(name, first + at, () if errors else commands, case, person, errors)

    def _id(self, content: tuple[Any, ...]) -> str:
        return hashlib.blake2b(_encode(content), digest_size=16, person=self._salt, key=self._key).hexdigest()

    def _judged(
        self,
        sheet: str,
        number: int,
        content: tuple[Any, ...],
        person: Person,
        commands: tuple[AnyCommand, ...],
        ages: int | None,
    ) -> list[Fault] | None:
        """What the rules say of a new case, asked once for all rows that they cannot tell apart; then doubles."""
        if self._opening:
            alike = (self._alike(content), ages)
            if alike not in self._verdicts:
                self._verdicts[alike] = self._asked(person.occupation or "", commands)
            if (refusal := self._verdicts[alike]) is not None:
                return [Fault(self._blamed(refusal, content, ages), refusal.name, refusal.message)]
        by_case = not self._opening and content[0]
        key = content[0] if by_case else person[1:]
        first = self._seen.setdefault(key, (sheet, number))
        if first == (sheet, number):
            return None
        why = f"与“{first[0]}”第{first[1]}行是同一人、同一职业、同一等级、同一考试；请删去一行"
        return [Fault("案件编号" if by_case else "证件号码", DuplicateCase.__name__, why)]

    def _blamed(self, refusal: Refusal, content: tuple[Any, ...], ages: int | None) -> str:
        """The heading of the column that a refusal is most likely about."""
        if refusal.name != "NotEligible":
            return _COLUMN_OF.get(refusal.name, "")
        if content[self._fields.index("cohort")] not in (None, Cohort.NONE):
            return "考生类别"
        return "证件号码" if ages is not None and ages < GROWN else "从业年限"

    def _asked(self, occupation: str, commands: tuple[AnyCommand, ...]) -> Refusal | None:
        row = self._catalog.find(occupation)
        assert row is not None  # an unknown one has been told already
        context = Context(
            exit_date=row.exit_date,
            occupation=row.occupation,
            qualification=row.qualification,
            policies=self._policies,
        )
        try:
            judge(CaseFacts(number=""), commands, context, self._today)
        except Refusal as refusal:
            return refusal
        return None
