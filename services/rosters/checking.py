"""What can be told of a sheet column by column, without the rules or the record: each cell read, each fault of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.coercion.centres import Named, centre
from services.coercion.fields import READINGS
from services.coercion.values import BadValue
from services.rosters.columns import KINDS, OPENING, Column, header_of
from services.rosters.faults import Fault
from services.rosters.idnumbers import Births, citizen, lost_digits, number_problem, traits
from services.rosters.parsing import fee_notes, parsed
from services.rosters.reading import Sheet
from states.reference.catalog import Catalog
from states.refusals import (
    CentreNotQualified,
    CharacterNotPrintable,
    InvalidIdNumber,
    Refusal,
    UnknownOccupation,
)
from states.words import IdType

Unprintable = Callable[[str], str]
Faults = dict[int, list[Fault]]
_INVALID = "InvalidField"
_LOST = "末三位都是000，是被 Excel 当作数字保存后丢失的，请把该列设为文本格式"


class Said(NamedTuple):
    """A sheet as read: what each of its rows says by field, what is wrong, which rows are nobody, what to mention.

    `traits`: what the rules see of each row's candidate.
    """

    sheet: Sheet
    columns: dict[str, list[Any]]
    traits: list[int | None]
    faults: Faults
    nobody: frozenset[int]
    notes: list[str]


class Checks:
    """Reads sheets of one roster. `today` is the business date, `unprintable` what no font can set."""

    def __init__(
        self, kind: str, catalog: Catalog, known: Iterable[Named], *, today: date, unprintable: Unprintable
    ) -> None:
        self._kind = kind
        self._catalog = catalog
        self._centres = list(known)
        self._today = today
        self._unprintable = unprintable
        self._births: Births = {}

    def read(self, sheet: Sheet) -> Said:
        """Everything that `sheet` says, and everything wrong with it that can be told of its columns."""
        width = max(sheet.columns) + 1
        rows = [row if len(row) >= width else row + [""] * (width - len(row)) for row in sheet.rows]
        blank = {at for at, row in enumerate(rows) if not row[min(sheet.columns)] and _blank(row, sheet.columns)}
        nobody = frozenset(blank | sheet.left_out.keys())
        said = Said(sheet, {}, [None] * len(rows), _marked(sheet), nobody, [])
        cells = list(zip(*(row[:width] for row in rows), strict=True)) or [()] * width
        for place, column in sheet.columns.items():
            self._column(said, column, cells[place])
        self._people(said)
        return said

    def _column(self, said: Said, column: Column, cells: Sequence[Any]) -> None:
        if column.field == "fee":
            said.notes.extend(fee_notes(cells))
        found = parsed(column.field, cells)
        for at, value in enumerate(found) if BadValue in set(map(type, found)) else ():
            if type(value) is BadValue:
                if not _told(said.faults, at, column):
                    said.faults.setdefault(at, []).append(Fault(column.header, _INVALID, str(value)))
                found[at] = None
        if column.required and None in found:
            for at in _missing(found, said, column):
                why = f"缺少{column.header}；请填写{column.hint}"
                said.faults.setdefault(at, []).append(Fault(column.header, _INVALID, why))
        field = "fee" if column.field == "fee_fen" else column.field
        before = said.columns.get(field)
        said.columns[field] = found if before is None else [_both(*pair) for pair in zip(before, found, strict=True)]

    def _people(self, said: Said) -> None:
        """What is told of a column as a whole: numbers, names of the annex, centres, fonts."""
        self._numbers(said)
        self._few(said, "occupation", self._occupation, "职业")
        if self._kind in OPENING:
            self._few(said, "centre", self._centre, "鉴定中心")
        else:
            _which_case(said)
        self._fonts(said)
        rows = len(said.sheet.rows)
        said.columns["exam"] = [exam or "" for exam in said.columns["exam"]] if "exam" in said.columns else [""] * rows

    def _numbers(self, said: Said) -> None:
        """Each number by the document it is of; the types become part of what the rows say."""
        numbers = said.columns.get("id_number", [])
        nothing: list[Any] = [None] * len(numbers)
        told, births_told = said.columns.get("id_type", nothing), said.columns.get("birth", nothing)
        lost = lost_digits(numbers, self._today, self._births)
        types: list[Any] = [IdType.RESIDENT_ID] * len(numbers)
        births, today = self._births, self._today
        for at, number in enumerate(numbers):
            named = told[at]
            quick = number is not None and (named is None or named is IdType.RESIDENT_ID) and number not in lost
            birth = citizen(number, today, births) if quick else None
            if birth is not None:
                said.traits[at] = birth.traits
            elif number is not None and at not in said.nobody:
                types[at], why = (named, _LOST) if number in lost else number_problem(number, named, today)
                if why:
                    refusal = InvalidIdNumber(why=why)
                    said.faults.setdefault(at, []).append(Fault("证件号码", refusal.name, refusal.message))
                else:
                    said.traits[at] = traits(number, types[at], births_told[at], today)
        if "id_number" in said.columns:
            said.columns["id_type"] = types

    def _few(self, said: Said, field: str, ask: Callable[[str, Said], str | Refusal], header: str) -> None:
        """Asks once for each name in a column; puts the known name in its place."""
        column = said.columns.get(field)
        if column is None:
            return
        people = [None if at in said.nobody else name for at, name in enumerate(column)] if said.nobody else column
        answers = {name: ask(name, said) for name in dict.fromkeys(people) if name is not None}
        said.columns[field] = [None if name is None else answers[name] for name in people]
        if all(type(answer) is str for answer in answers.values()):
            return
        for at, answer in enumerate(said.columns[field]):
            if isinstance(answer, Refusal):
                said.faults.setdefault(at, []).append(Fault(header, answer.name, answer.message))
                said.columns[field][at] = column[at]

    def _occupation(self, name: str, _: Said) -> str | Refusal:
        found = self._catalog.find(name)
        if found is not None:
            return found.occupation
        return UnknownOccupation(occupation=name, suggestions="、".join(self._catalog.suggest(name)) or "无")

    def _centre(self, written: str, said: Said) -> str | Refusal:
        try:
            found = centre(written, self._centres)
        except BadValue as bad:
            return CentreNotQualified(centre=written, why=str(bad))
        if found != written:
            said.notes.append(f"鉴定中心“{written}”读作 {found}")
        return found

    def _fonts(self, said: Said) -> None:
        for field, column in said.columns.items():
            if field in READINGS and field != "name":
                continue
            signs: set[str] = set().union(*{text for text in column if text is not None})
            strange = set(self._unprintable("".join(sorted(signs)))) - {" "}
            for at, text in enumerate(column) if strange else ():
                if text is not None and at not in said.nobody and (found := sorted(strange.intersection(text))):
                    refusal = CharacterNotPrintable(characters=" ".join(found))
                    header = header_of(self._kind, field)
                    said.faults.setdefault(at, []).append(Fault(header, refusal.name, refusal.message))


def _marked(sheet: Sheet) -> Faults:
    """What the file itself says of its cells: formulas, errors, cells merged downwards, rows that are too long."""
    faults: Faults = {}
    for (row, place), why in sheet.marks.items():
        column = sheet.columns.get(place)
        if place == -1:
            faults.setdefault(row - sheet.first, []).append(Fault("", _INVALID, why))
        elif column is not None:
            faults.setdefault(row - sheet.first, []).append(Fault(column.header, _INVALID, f"{column.header}{why}"))
    return faults


def _blank(row: list[Any], columns: dict[int, Column]) -> bool:
    return not any(
        place in columns and cell != "" and not (type(cell) is str and cell.isspace()) for place, cell in enumerate(row)
    )


def _told(faults: Faults, at: int, column: Column) -> bool:
    return any(one.column == column.header for one in faults.get(at, ()))


def _missing(found: list[Any], said: Said, column: Column) -> Iterator[int]:
    """The rows that leave a required column empty, but for those whose cell has been complained of already."""
    for at, value in enumerate(found):
        if value is None and at not in said.nobody and not _told(said.faults, at, column):
            yield at


def _both(one: str | None, other: str | None) -> str | None:
    """What two columns of one field say together."""
    if one is None or other is None or one == other:
        return one or other
    return f"{one}、{other}"


def _which_case(said: Said) -> None:
    nothing: list[Any] = [None] * len(said.sheet.rows)
    which = (said.columns.get(field, nothing) for field in ("case", "id_number", "occupation", "level"))
    for at, (case, *person) in enumerate(zip(*which, strict=True)):
        if case is None and None in person and at not in said.faults and at not in said.nobody:
            why = "请填写案件编号，或证件号码、职业和等级"
            said.faults[at] = [Fault("案件编号", _INVALID, why)]


FIELDS = {kind: tuple(column.field for column in columns) for kind, columns in KINDS.items()}
