"""Rows held against each other: one number with two names, one certificate of two people, one person twice.

Where nobody can tell which of two rows is right, both are told, each naming the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.rosters.checking import Said
from services.rosters.faults import Fault

MISMATCH = "IdentityMismatch"
_At = tuple[int, int]  # which sheet, which of its rows


def tell_conflicts(sheets: Sequence[Said]) -> None:
    """Adds to the faults of `sheets` what their rows contradict each other in."""
    _tell(sheets, "id_number", "name", "证件号码", "证件号码与{other}相同而姓名不同（“{mine}”和“{theirs}”）；请核对")
    _tell(
        sheets,
        "certificate_no",
        "id_number",
        "证书编号",
        "证书编号与{other}相同，而不是同一个人；一个编号只能属于一人，请核对",
    )


def _tell(sheets: Sequence[Said], same: str, differs: str, header: str, wording: str) -> None:
    """Every row whose `same` another row has under a different `differs`."""
    first: dict[Any, Any] = {}
    doubted: set[Any] = set()
    for said in sheets:
        if same not in said.columns or differs not in said.columns:
            return
        for key, value in zip(said.columns[same], said.columns[differs], strict=True):
            if key is not None and value is not None and first.setdefault(key, value) != value:
                doubted.add(key)
    for rows in _places(sheets, same, differs, doubted, header).values() if doubted else ():
        _tell_each(sheets, rows, differs, header, wording)


def _places(sheets: Sequence[Said], same: str, differs: str, doubted: set[Any], header: str) -> dict[Any, list[_At]]:
    """Where each doubted key stands, but for rows in which it is no number at all, which has been told."""
    found: dict[Any, list[_At]] = {}
    for which, said in enumerate(sheets):
        for at, key in enumerate(said.columns[same]):
            told = any(fault.column == header for fault in said.faults.get(at, ()))
            if key in doubted and at not in said.nobody and said.columns[differs][at] is not None and not told:
                found.setdefault(key, []).append((which, at))
    return found


def _tell_each(sheets: Sequence[Said], rows: list[_At], differs: str, header: str, wording: str) -> None:
    for which, at in rows:
        mine = sheets[which].columns[differs][at]
        other = next((row for row in rows if sheets[row[0]].columns[differs][row[1]] != mine), None)
        if other is None:
            return
        theirs = sheets[other[0]].columns[differs][other[1]]
        why = wording.format(other=_row(sheets, other), mine=mine, theirs=theirs)
        sheets[which].faults.setdefault(at, []).append(Fault(header, MISMATCH, why))


def _row(sheets: Sequence[Said], at: _At) -> str:
    sheet = sheets[at[0]].sheet
    return f"“{sheet.name}”第{sheet.first + at[1]}行"
