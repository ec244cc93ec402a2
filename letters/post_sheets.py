"""What the post room prints beside the letters: lists of envelopes, labels, cover leaves, a number for each letter.

Measures in millimetres. Labels are of the common A4 sheet of 2 × 7, 99.1 × 38.1; a cover leaf shows its address in the
window of an envelope for A4 in three folds, with marks at the folds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

import typst

from letters.escaping import cells, literal, markup
from letters.fonts import Faces
from letters.wording import chinese_date

_SHANGHAI = timezone(timedelta(hours=8))
_HEAD = """#set document(title:{title})
#set text(font:{face},size:11pt,lang:"zh",region:"cn",cjk-latin-spacing:none)
#set par(leading:.5em,justify:false)
"""
_LIST = """#set page(paper:"a4",flipped:true,margin:15mm,numbering:"1 / 1")
#set text(size:10pt)
#align(center,text(size:16pt,{title}))
#table(columns:(auto,auto,1fr,auto,auto,1fr),stroke:.4pt,
table.header([序号],[姓名],[地址],[邮编],[案件编号],[文书]),
{rows})
"""
_LABELS = """#set page(paper:"a4",margin:(x:4.65mm,y:15.15mm))
#grid(columns:(99.1mm,99.1mm),column-gutter:2.5mm,rows:38.1mm,{labels})
"""
_COVERS = """#set page(paper:"a4",margin:0mm)
#let cover(n,enclosed,from,to)={{
place(top+left,dx:20mm,dy:22mm,block(width:85mm,text(size:8pt,from)))
place(top+left,dx:20mm,dy:48mm,block(width:85mm,height:40mm,to))
place(top+right,dx:-12mm,dy:8mm,text(size:9pt,n))
place(top+left,dx:20mm,dy:112mm,block(width:170mm,enclosed))
for y in (99mm,198mm) {{place(top+left,dx:4mm,dy:y,line(length:4mm,stroke:.3pt))}}
}}
{covers}
"""
_NUMBERS = """#set page(paper:"a4",margin:0mm)
#set text(size:9pt)
{numbers}
"""


class Addressed(NamedTuple):
    """One envelope: its number in the day's post, to whom, and the numbers of the letters in it."""

    seq: int
    name: str
    postcode: str
    address: str
    cases: tuple[str, ...]
    letters: tuple[str, ...]


def envelope_list(faces: Faces, title: str, day: date, envelopes: Sequence[Addressed]) -> bytes:
    """A PDF with one row an envelope, in the order of the letters."""
    rows = ",".join(f"[{one.seq}],{cells(_row(one))}" for one in envelopes)
    return _sheet(faces, f"{title} {chinese_date(day)}", day, _LIST, rows=rows)


def labels(faces: Faces, day: date, envelopes: Sequence[Addressed]) -> bytes:
    """Address labels in the order of the letters, each with its number."""
    blocks = ",".join(
        f"block(width:100%,height:100%,inset:(x:6mm,y:4mm),{{place(top+right,text(size:8pt)[{one.seq}]);[{_to(one)}]}})"
        for one in envelopes
    )
    return _sheet(faces, "地址标签", day, _LABELS, labels=blocks)


def covers(faces: Faces, sender: str, day: date, envelopes: Sequence[Addressed]) -> bytes:
    """One leaf an envelope, with name, address and postcode where the window is, and what is enclosed."""
    leaves = "#pagebreak()\n".join(
        f"#cover({cells((f'第{one.seq}号', _enclosed(one), sender))},[{_to(one)}])\n" for one in envelopes
    )
    return _sheet(faces, "寄送封页", day, _COVERS, covers=leaves)


def numbers(faces: Faces, day: date, marks: Iterable[str]) -> bytes:
    """One page a letter with nothing on it but its number in the day's post, to be laid over the letter."""
    pages = "#pagebreak()\n".join(
        f"#place(top+right,dx:-12mm,dy:8mm)[{markup(mark)}]#place(top+left)[]\n" for mark in marks
    )
    return _sheet(faces, "寄送序号", day, _NUMBERS, numbers=pages)


def _row(one: Addressed) -> tuple[str, ...]:
    address = one.address or "（无可用地址）"
    return one.name, address, one.postcode or "——", "、".join(one.cases), "、".join(one.letters)


def _enclosed(one: Addressed) -> str:
    return f"内件{len(one.letters)}份：{'、'.join(one.letters)}"


# A label holds seven lines at most: up to so many characters at so many points.
_SIZES = ((60, 11), (95, 9), (999, 8))


def _to(one: Addressed) -> str:
    lines = [one.postcode, one.address, f"{one.name}　收"]
    length = len(one.address) + len(one.name)
    size = next(points for most, points in _SIZES if length <= most)
    return f"#text(size:{size}pt)[" + r"\ ".join(markup(line) for line in lines if line) + "]"


def _sheet(faces: Faces, title: str, day: date, source: str, **parts: str) -> bytes:
    face = "(" + ",".join(map(literal, faces.body)) + ",)"
    whole = (_HEAD + source).format(title=literal(title), face=face, **parts)
    at = datetime(day.year, day.month, day.day, tzinfo=_SHANGHAI)
    pdf = typst.compile(whole.encode(), font_paths=faces.book, timestamp=at)
    assert isinstance(pdf, bytes)
    return pdf
