"""Rows to commands: what can be told of a row without the database, every fault of it, and the ids that make the same
row the same command for ever.

A command's id is the hash of the roster's kind and of what the row says, not of its number, its file or its operator:
a corrected roster that comes in again sends the ids of its unchanged rows again, and those are known.

Rosters are read column by column: most cells of a column say what another has said before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from services.rosters import cells
from services.rosters.columns import KINDS, OPENING, Column
from services.rosters.idnumbers import Births, id_number_problem
from services.rosters.limits import MOST_CHARACTERS
from services.rosters.ordering import ordering
from services.rosters.reading import Roster, Sheet
from states.case.commands import AnyCommand
from states.case.context import Context
from states.case.facts import CaseFacts
from states.case.judge import judge
from states.policies import Policies
from states.reference.catalog import Catalog
from states.reference.centres import centres
from states.refusals import (
    CentreNotQualified,
    CharacterNotPrintable,
    DuplicateCase,
    InvalidIdNumber,
    Refusal,
    UnknownOccupation,
)

_encode = msgspec.json.Encoder().encode
Unprintable = Callable[[str], str]
Fault = tuple[str, str, str]  # heading, refusal's name, what is wrong and what to write
_PARSE: dict[str, Callable[[Any], Any]] = {
    "level": cells.level,
    "held_level": cells.level,
    "cohort": cells.cohort,
    "result": cells.result,
    "instrument": cells.instrument,
    "fee": cells.fen,
    "fee_fen": cells.whole,
    "work_years": cells.whole,
    "held_years": cells.whole,
    "issued_on": cells.day,
    "held_on": cells.day,
    "id_number": cells.id_number,
    "email": cells.email,
    "centre": cells.code,
    "case": cells.code,
    "certificate_no": cells.code,
    "site": cells.code,
    "paper": cells.code,
}
_PERSON = ("id_number", "occupation", "level", "exam")
_EACH_ITS_OWN = frozenset({"name", "id_number", "address", "phone", "email", "case", "certificate_no"})
_COLUMN_OF = {
    "NotInCatalog": "职业",
    "RegistrationClosed": "职业",
    "NotEligible": "从业年限",
    "InvalidCertificateNumber": "证书编号",
    "InvalidField": "发证日期",
}


class RowError(NamedTuple):
    """One thing wrong with one row: the row as Excel numbers it, the column's heading, the refusal's name."""

    sheet: str
    row: int
    column: str
    error: str
    message: str


class RosterRow(NamedTuple):
    """One row with something on it: its commands, or its errors. `case` or `person` says which case, if not a new one.

    `person`: (id number, occupation, level, exam).
    """

    sheet: str
    row: int
    commands: tuple[AnyCommand, ...]
    case: str
    person: tuple[str | None, str | None, int | None, str]
    errors: tuple[RowError, ...]


class Judge:
    """Judges the rows of one roster. `today` is the business date, `unprintable` what no font can set."""

    def __init__(
        self, roster: Roster, catalog: Catalog, policies: Policies, *, by: str, today: date, unprintable: Unprintable
    ) -> None:
        self._roster = roster
        self._kind = roster.kind
        self._fields = [column.field for column in KINDS[roster.kind]]
        self._salt = roster.kind.encode()[:16]
        self._orders = ordering(roster.kind, by)
        self._catalog = catalog
        self._policies = policies
        self._today = today
        self._unprintable = unprintable
        self._verdicts: dict[Any, Refusal | None] = {}
        self._births: Births = {}
        self._seen: dict[Any, tuple[str, int]] = {}

    def rows(self) -> Iterator[RosterRow]:
        """Every row with something on it, in order; `rows = good + bad`, none is lost."""
        for sheet in self._roster.sheets:
            yield from self._sheet(sheet)

    def _sheet(self, sheet: Sheet) -> Iterator[RosterRow]:
        faults: dict[int, list[Fault]] = {}
        width, first = max(sheet.columns) + 1, min(sheet.columns)
        rows = [row if len(row) >= width else row + [""] * (width - len(row)) for row in sheet.rows]
        blank = frozenset(at for at, row in enumerate(rows) if row[first] == "" and _blank(row, sheet.columns))
        said = self._columns(sheet, rows, faults, blank)
        columns = [said.get(field) or repeat(None) for field in self._fields]
        opening, who = self._kind in OPENING, itemgetter(*(self._fields.index(name) for name in _PERSON))
        for at, row in enumerate(zip(range(len(sheet.rows)), *columns, strict=False)):
            if at in blank:
                continue
            found = faults.get(at)
            content = row[1:]
            person = who(content)
            commands: tuple[AnyCommand, ...] = ()
            if found is None:
                commands = self._orders(content, self._id(content))
                found = self._judged(sheet.name, sheet.first + at, content, person, commands, opening)
            errors = tuple(RowError(sheet.name, sheet.first + at, *one) for one in found) if found else ()
            case = "" if opening else content[0] or ""
            yield RosterRow(sheet.name, sheet.first + at, () if errors else commands, case, person, errors)

    def _id(self, content: tuple[Any, ...]) -> str:
        return hashlib.blake2b(_encode(content), digest_size=16, person=self._salt).hexdigest()

    def _columns(
        self, sheet: Sheet, rows: list[list[Any]], faults: dict[int, list[Fault]], blank: frozenset[int]
    ) -> dict[str, list[Any]]:
        """What each row says (None: nothing), by field; what is wrong goes into `faults`."""
        said: dict[str, list[Any]] = {}
        for place, column in sheet.columns.items():
            found = _parsed(column.field, [row[place] for row in rows])
            for at, value in enumerate(found) if cells.BadCell in set(map(type, found)) else ():
                if type(value) is cells.BadCell:
                    faults.setdefault(at, []).append((column.header, "InvalidField", str(value)))
                    found[at] = None
            if column.required and None in found:
                for at in _missing(found, faults, column, blank):
                    why = f"缺少{column.header}；请填写{column.hint}"
                    faults.setdefault(at, []).append((column.header, "InvalidField", why))
            said["fee" if column.field == "fee_fen" else column.field] = found
        self._check(sheet, said, faults)
        said["exam"] = [exam or "" for exam in said["exam"]] if "exam" in said else [""] * len(rows)
        return said

    def _check(self, sheet: Sheet, said: dict[str, list[Any]], faults: dict[int, list[Fault]]) -> None:
        """What can be told of a column as a whole: numbers, names of the annex, centres, fonts, formulas."""
        births, today = self._births, self._today
        for at, number in enumerate(said.get("id_number", ())):
            if number is not None and (why := id_number_problem(number, today, births)):
                faults.setdefault(at, []).append(("证件号码", "InvalidIdNumber", InvalidIdNumber(why=why).message))
        self._check_few(said, "occupation", self._occupation, "职业", faults)
        if self._kind in OPENING:
            self._check_few(said, "centre", _centre, "鉴定中心", faults)
        else:
            _which_case(said, len(sheet.rows), faults)
        self._check_fonts(said, faults)
        for row, place in sheet.formulas:
            if place in sheet.columns and row >= sheet.first:
                header = sheet.columns[place].header
                why = f"{header}是公式；请复制后选择性粘贴为数值"
                faults.setdefault(row - sheet.first, []).append((header, "InvalidField", why))

    def _check_few(
        self,
        said: dict[str, list[Any]],
        field: str,
        ask: Callable[[str], str | Refusal],
        header: str,
        faults: dict[int, list[Fault]],
    ) -> None:
        """Asks once for each name in a column; puts the known name in its place."""
        column = said.get(field)
        if column is None:
            return
        answers = {name: ask(name) for name in set(column) if name is not None}
        said[field] = [None if name is None else answers[name] for name in column]
        if all(type(answer) is str for answer in answers.values()):
            return
        for at, answer in enumerate(said[field]):
            if isinstance(answer, Refusal):
                faults.setdefault(at, []).append((header, answer.name, answer.message))
                said[field][at] = column[at]

    def _occupation(self, name: str) -> str | Refusal:
        found = self._catalog.find(name)
        if found is not None:
            return found.occupation
        return UnknownOccupation(occupation=name, suggestions="、".join(self._catalog.suggest(name)) or "无")

    def _check_fonts(self, said: dict[str, list[Any]], faults: dict[int, list[Fault]]) -> None:
        for field, column in said.items():
            if field in _PARSE:
                continue
            signs: set[str] = set().union(*{text for text in column if text is not None})
            strange = set(self._unprintable("".join(sorted(signs)))) - {" "}
            for at, text in enumerate(column) if strange else ():
                if text is not None and (found := sorted(strange.intersection(text))):
                    refusal = CharacterNotPrintable(characters=" ".join(found))
                    faults.setdefault(at, []).append((_header(self._kind, field), refusal.name, refusal.message))

    def _judged(
        self, sheet: str, number: int, content: tuple[Any, ...], person: Any, commands: Any, opening: bool
    ) -> list[Fault] | None:
        """What the rules say of a new case, asked once for all rows that they cannot tell apart; then doubles."""
        if opening and (refusal := self._verdict(content, person, commands)) is not None:
            minor = self._births[person[0][6:14]].minor
            column = "证件号码" if minor else _COLUMN_OF.get(refusal.name, "")
            return [(column, refusal.name, refusal.message)]
        key = person if opening or not content[0] else content[0]
        first = self._seen.setdefault(key, (sheet, number))
        if first == (sheet, number):
            return None
        why = f"与“{first[0]}”第{first[1]}行是同一人、同一职业、同一等级、同一考试；请删去一行"
        return [("证件号码" if opening or not content[0] else "案件编号", DuplicateCase.__name__, why)]

    def _verdict(self, content: tuple[Any, ...], person: Any, commands: Any) -> Refusal | None:
        minor = self._births[person[0][6:14]].minor
        # What the rules look at beyond the person: cohort, a fee or none, years; of a certificate, everything.
        key = (
            (person[1:3], minor, content[6], content[7] is None, content[11:14])
            if self._kind == "announce"
            else (person, content)
        )
        if key in self._verdicts:
            return self._verdicts[key]
        verdict = self._verdicts[key] = self._asked(person[1], commands)
        return verdict

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


def _blank(row: list[Any], columns: dict[int, Column]) -> bool:
    return not any(place in columns and cell != "" for place, cell in enumerate(row))


def _missing(found: list[Any], faults: dict[int, list[Fault]], column: Column, blank: frozenset[int]) -> Iterator[int]:
    """The rows that leave a required column empty, but for those whose cell has been complained of already."""
    for at, value in enumerate(found):
        if value is None and at not in blank and not any(one[0] == column.header for one in faults.get(at, ())):
            yield at


def _parsed(field: str, column: list[Any]) -> list[Any]:
    """What each cell of a column says: None where it is empty, a BadCell where it makes no sense."""
    parse = _PARSE.get(field, cells.text)
    if field in _EACH_ITS_OWN or bool in set(map(type, column)):  # True is 1 to a dict
        if parse is cells.text and set(map(type, column)) == {str}:
            found: list[Any] = [text.strip() or None for text in column]
            return found if max(map(len, column), default=0) <= MOST_CHARACTERS else [_one(parse, c) for c in column]
        return [_one(parse, cell) for cell in column]
    known = {cell: _one(parse, cell) for cell in set(column)}
    return [known[cell] for cell in column]


def _one(parse: Callable[[Any], Any], cell: Any) -> Any:
    if cell == "" or (type(cell) is str and cell.isspace()):
        return None
    try:
        found = parse(cell)
    except cells.BadCell as bad:
        return bad
    if type(found) is str and len(found) > MOST_CHARACTERS:
        return cells.BadCell(f"超过{MOST_CHARACTERS}个字符，请核对")
    return found


def _centre(code: str) -> str | Refusal:
    if code in centres():
        return code
    return CentreNotQualified(centre=code, why="登记册中没有这个鉴定中心代码；请写6位区划代码，如 430100")


def _which_case(said: dict[str, list[Any]], rows: int, faults: dict[int, list[Fault]]) -> None:
    nothing: list[Any] = [None] * rows
    which = (said.get(field, nothing) for field in ("case", "id_number", "occupation", "level"))
    for at, (case, *person) in enumerate(zip(*which, strict=True)):
        if case is None and None in person and at not in faults:
            faults[at] = [("案件编号", "InvalidField", "请填写案件编号，或证件号码、职业和等级")]


def _header(kind: str, field: str) -> str:
    return next(column.header for column in KINDS[kind] if column.field == field)
