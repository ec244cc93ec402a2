"""The address sheet of a day's post: one line an envelope, in the order of the letters behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

import typst

from letters.escaping import literal, markup
from letters.fonts import Faces
from letters.wording import chinese_date

_SHANGHAI = timezone(timedelta(hours=8))
_SOURCE = """#set document(title:{title})
#set page(paper:"a4",flipped:true,margin:15mm,numbering:"1 / 1")
#set text(font:{face},size:10pt,lang:"zh",region:"cn")
#align(center,text(size:16pt,{title}))
#table(columns:(auto,auto,1fr,auto,1fr),stroke:.4pt,
table.header([序号],[姓名],[地址],[案件编号],[文书]),
{rows})
"""


def address_sheet(faces: Faces, centre: str, day: date, envelopes: Sequence[tuple[str, str, str, str]]) -> bytes:
    """A PDF with one row an envelope: (name, address, case, document numbers); an address that is missing is said."""
    rows = ",".join(
        f"[{n}],[{markup(name)}],[{markup(address or '（无地址，通知领取）')}],[{markup(case)}],[{markup(letters)}]"
        for n, (name, address, case, letters) in enumerate(envelopes, start=1)
    )
    title = literal(f"{centre} {chinese_date(day)} 文书寄送清单")
    face = "(" + ",".join(map(literal, faces.body)) + ",)"
    source = _SOURCE.format(title=title, face=face, rows=rows)
    at = datetime(day.year, day.month, day.day, tzinfo=_SHANGHAI)
    pdf = typst.compile(source.encode(), font_paths=faces.book, timestamp=at)
    assert isinstance(pdf, bytes)
    return pdf
