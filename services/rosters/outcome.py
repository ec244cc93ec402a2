"""What an import came to, or would come to: every row counted once, and all that was read, left out or asked."""

from __future__ import annotations

from pathlib import Path

import msgspec

from services.rosters.columns import KIND_NAMES
from services.rosters.faults import RowError
from services.rosters.headings import letter
from services.rosters.importing import Checked
from services.rosters.limits import BadRoster
from services.rosters.workbooks import write_errors
from storage.atomic_write import drafted


class ReadAs(msgspec.Struct, frozen=True):
    """One heading and the column that it was read as."""

    sheet: str
    column: str
    heading: str
    field: str
    reads_as: str


class NotRead(msgspec.Struct, frozen=True):
    """One heading that was not read; `nearest` is the column that it may mean."""

    sheet: str
    column: str
    heading: str
    nearest: str


class LeftOut(msgspec.Struct, frozen=True):
    """One row that is nobody's: a total, a signature, a header once more."""

    sheet: str
    row: int
    why: str


class HiddenRow(msgspec.Struct, frozen=True):
    """One row that a filter hides, and that is taken in all the same."""

    sheet: str
    row: int


class Imported(msgspec.Struct, frozen=True):
    """The answer to an import (design §8): `opened + skipped + failed == rows`, always; what was left out is apart."""

    rows: int
    opened: int
    skipped: int
    failed: int
    errors: tuple[RowError, ...]
    workbook: str | None
    kind: str
    kind_name: str
    questions: tuple[str, ...]
    columns: tuple[ReadAs, ...]
    not_read: tuple[NotRead, ...]
    ignored_sheets: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    hidden_rows: tuple[HiddenRow, ...]
    notes: tuple[str, ...]
    run: str | None
    dry_run: bool


def outcome(checked: Checked, *, skipped: int, opened: int | None, run: str | None, out: Path | None) -> Imported:
    """What `checked` came to. Without `opened`, every good row that is not skipped would be opened: a dry run.

    A roster with errors is given back as a workbook, at `out` or beside the roster.
    """
    failed = sum(bool(row.errors) for row in checked.rows)
    sheets = checked.roster.sheets
    workbook, notes = _given_back(checked, out)
    return Imported(
        rows=len(checked.rows),
        opened=len(checked.rows) - skipped - failed if opened is None else opened,
        skipped=skipped,
        failed=failed,
        errors=tuple(checked.errors),
        workbook=workbook,
        kind=checked.roster.kind,
        kind_name=KIND_NAMES[checked.roster.kind],
        questions=tuple(checked.questions),
        columns=tuple(
            ReadAs(sheet.name, letter(place), sheet.header[place], column.field, column.header)
            for sheet in sheets
            for place, column in sheet.columns.items()
        ),
        not_read=tuple(
            NotRead(sheet.name, letter(one.place), one.heading, one.nearest)
            for sheet in sheets
            for one in sheet.unknown
        ),
        ignored_sheets=tuple(checked.roster.ignored_sheets),
        left_out=tuple(
            LeftOut(sheet.name, sheet.first + at, why) for sheet in sheets for at, why in sheet.left_out.items()
        ),
        hidden_rows=tuple(HiddenRow(sheet.name, row) for sheet in sheets for row in sheet.hidden),
        notes=(*checked.notes, *notes),
        run=run,
        dry_run=opened is None,
    )


def guard_out(roster: Path, out: Path | None) -> None:
    """Raises BadRoster where the workbook of errors would be written over the roster itself."""
    if out is not None and out.exists() and roster.exists() and out.samefile(roster):
        raise BadRoster(f"--out 指向名册本身（{out}），写入会毁掉原件；请换一个文件名")


def _given_back(checked: Checked, out: Path | None) -> tuple[str | None, list[str]]:
    """Where the roster with its errors was written, and what is to be said if it could not be."""
    if not checked.errors:
        return None, []
    file = checked.roster.path.absolute()
    beside = out or fresh(file.with_name(f"{file.stem}-错误.xlsx"))
    for path in (beside, fresh(Path(beside.name).absolute())):  # the roster's folder may only be read
        try:
            with drafted(path) as draft:
                write_errors(checked.roster, checked.errors, draft)
        except OSError:
            continue
        return str(path), []
    return None, [f"无法写出错误副本（{beside}）；请用 --out 指定可写的位置"]


def fresh(path: Path) -> Path:
    """`path`, or the first of its numbered siblings that is not there: nobody's file is ever written over."""
    candidate, n = path, 1
    while candidate.exists():
        n += 1
        candidate = path.with_stem(f"{path.stem}-{n}")
    return candidate
