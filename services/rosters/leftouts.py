"""Rows that are no people: totals, signatures, remarks, and the header once more. They are named, not refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.rosters.columns import Column
from services.rosters.headings import folded

_TOTALS = re.compile(r"(合计|总计|小计|共计|累计|总数|总人数|人数|平均|共\d+[人名])")
_SIGNED = re.compile(
    r"(制表|填表|审核|复核|经办|负责人|单位|盖章|公章|联系人|填报|报送|上报|制单|打印|日期|备注|说明|附注|注[:：]|以下空白|以下无|第\d+页)"
)
_WHO = ("id_number", "case", "certificate_no")
_ALIKE = 3  # headings that make a row the header again


def left_out(header: Sequence[str], columns: Mapping[int, Column], rows: Sequence[Sequence[Any]]) -> dict[int, str]:
    """Which of `rows` are no people, and what each is instead."""
    suspects: Sequence[int] = range(len(rows))
    for place, column in columns.items():
        if column.field in _WHO:
            head = header[place]
            suspects = [at for at in suspects if len(rows[at]) <= place or rows[at][place] in ("", head)]
    headings = {place: folded(heading) for place, heading in enumerate(header) if heading}
    return {at: why for at in suspects if (why := _why(headings, columns, rows[at]))}


def _why(headings: Mapping[int, str], columns: Mapping[int, Column], row: Sequence[Any]) -> str:
    written = {place: str(cell).strip() for place, cell in enumerate(row) if str(cell).strip()}
    same = sum(headings.get(place) == folded(cell) for place, cell in written.items())
    if same >= _ALIKE and 2 * same >= len(written):
        return "重复的表头"
    first = "".join(next(iter(written.values()), "").split())
    if _TOTALS.match(first):
        return f"合计行（{first[:10]}）"
    if _SIGNED.match(first):
        return f"签署或说明行（{first[:10]}）"
    fields = {columns[place].field for place in written if place in columns}
    if fields and fields <= {"fee", "fee_fen"} and len(written) == 1:
        return "只有金额的行"
    return ""
