"""Headings to columns: what each is read as, the nearest where it is not known, and what kind of roster they make."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from services.rosters.columns import KIND_NAMES, KINDS, ONE_OF, OPENING, PASSED_OVER, Column
from services.rosters.limits import BadRoster

_HEADER_WITHIN = 10  # a title or two may stand above the header
_LIKE_FROM = 3  # characters from which two headings can be alike by more than chance
_ENOUGH = 3  # headings that make a line the header
_MOST_TELLING = ("import_certificate", "hold_exam", "grade", "announce", "register")
_REMARKS = re.compile(r"(必填项?|选填项?|可选|可不填|必须填写|文本格式?)$")
_BRACKETED = re.compile(r"[(\[【〔].*?[)\]】〕]")
_SIGNS = frozenset("()*[]【】〔〕:：（）/、._＊\"'")


class Unknown(NamedTuple):
    """A heading that no column of the kind has; `nearest` is the column that it is most like, if any."""

    place: int
    heading: str
    nearest: str


class Kind(NamedTuple):
    """What a roster is taken for; `doubt` says why it might be another, empty where it cannot."""

    name: str
    doubt: str


def folded(header: object) -> str:
    """A header as it is compared: without blanks, signs, what is invisible; full-width folded, small letters."""
    text = unicodedata.normalize("NFKC", str(header)).casefold()
    return "".join(
        sign for sign in text if not sign.isspace() and sign not in _SIGNS and unicodedata.category(sign) != "Cf"
    )


@cache
def spellings(kind: str) -> Mapping[str, Column]:
    """Every way to head a column of `kind`, folded."""
    found: dict[str, Column] = {}
    for column in KINDS[kind]:
        for spelling in (column.field, column.header, *column.spellings):
            found[folded(spelling)] = column
        if column.field == "fee":
            in_fen = column._replace(field="fee_fen", header="报名费（分）", hint="整数分，如 28000")
            found[folded("fee_fen")] = found["报名费分"] = in_fen
    return found


def column_of(heading: object, kind: str) -> Column | None:
    """The column that `heading` stands for: as it is, without 必填, or without its bracket."""
    return _column(str(heading), kind)


@cache
def _column(heading: str, kind: str) -> Column | None:
    known = spellings(kind)
    for attempt in (heading, _REMARKS.sub("", folded(heading)), *_bared(heading)):
        if column := known.get(folded(attempt)):
            return column
    return None


def _bared(heading: str) -> list[str]:
    """Without its bracket, unless that is a unit that would make another number of the same digits."""
    bare = unicodedata.normalize("NFKC", heading)
    unit = any(sign in part for part in _BRACKETED.findall(bare) for sign in "万百千角分月")
    return [] if unit else [_BRACKETED.sub("", bare)]


def nearest(heading: str, kind: str) -> str:
    """The header of the column whose name is most like `heading`; empty where none is."""
    known = spellings(kind)
    wanted = folded(heading)
    if is_known(heading, "") or len(wanted) < _LIKE_FROM:  # another kind's column is like none of this one
        return ""
    part = [name for name in known if len(name) > 1 and len(wanted) > 1 and (name in wanted or wanted in name)]
    like = part or difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
    return known[max(like, key=len)].header if like else ""


def is_known(heading: object, kind: str) -> bool:
    """Whether a heading stands for something in `kind`, or in any kind where none is named."""
    return any(column_of(heading, one) is not None for one in ([kind] if kind else KINDS))


def header_at(grid: Sequence[Sequence[Any]], kind: str) -> tuple[int, int] | None:
    """Which of the first lines are the header, as (first, how many): the one, or two, with most headings we know."""
    best, most = None, _ENOUGH - 1
    for at in range(min(len(grid), _HEADER_WITHIN)):
        for lines in (1, 2):
            if lines == 2 and not _goes_on(grid, at, kind):
                continue
            score = _score(joined(grid, at, lines, kind), kind)
            if score > most:
                best, most = (at, lines), score
    return best


def _score(headings: Sequence[str], kind: str) -> int:
    some = {heading for heading in headings if heading}
    return max(sum(column_of(heading, one) is not None for heading in some) for one in ([kind] if kind else KINDS))


def _goes_on(grid: Sequence[Sequence[Any]], at: int, kind: str) -> bool:
    """Whether the line below is the second of a two-line header: headings only, some of them ours."""
    if at + 1 >= len(grid):
        return False
    below = [cell for cell in grid[at + 1] if cell != ""]
    return len(below) > 1 and all(type(cell) is str and is_known(cell, kind) for cell in below)


def joined(grid: Sequence[Sequence[Any]], at: int, lines: int, kind: str) -> list[str]:
    """The headings of a header of one line or two, column by column; the lower one where we know it."""
    upper = [str(cell).strip() for cell in grid[at]]
    if lines == 1:
        return upper
    lower = [str(cell).strip() for cell in grid[at + 1]]
    width = max(len(upper), len(lower))
    pairs = zip(upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower)), strict=True)
    return [below if below and (not above or is_known(below, kind)) else above for above, below in pairs]


def kind_of(headers: Sequence[Sequence[str]]) -> Kind:
    """What the headings make of the roster: the most telling kind whose required columns are all there.

    Doubted where another kind's are all there too, or where another would know more of the headings. Raises BadRoster
    if there is none.
    """
    headings = {heading for header in headers for heading in header if heading}
    known = {kind: {c.field for h in headings if (c := column_of(h, kind))} for kind in KINDS}
    lacks = {kind: missing(kind, fields) for kind, fields in known.items()}
    fitting = [kind for kind in _MOST_TELLING if not lacks[kind]]
    if not fitting:
        kind = min(lacks, key=lambda one: len(lacks[one]))
        raise BadRoster(
            f"表头不足以判断名册种类；{KIND_NAMES[kind]}还缺：{'、'.join(lacks[kind])}{_seen(headings, kind)}。"
            "可用 ./run import --template 得到模板，或用 --kind 指明"
        )
    kind = fitting[0]
    return Kind(kind, _doubt(kind, fitting[1:], known, lacks))


def _doubt(kind: str, others: Sequence[str], known: Mapping[str, set[str]], lacks: Mapping[str, list[str]]) -> str:
    opening = [other for other in others if other in OPENING]
    if opening and kind in OPENING:
        return f"按表头像{KIND_NAMES[kind]}，也可能是{KIND_NAMES[opening[0]]}"
    richer = [other for other in KINDS if other != kind and len(known[other]) > len(known[kind])]
    for other in richer if "case" not in known[kind] else ():
        return f"按表头像{KIND_NAMES[kind]}，也可能是缺少{'、'.join(lacks[other])}的{KIND_NAMES[other]}"
    return ""


def missing(kind: str, fields: set[str]) -> list[str]:
    """The required columns of `kind` that `fields` lack, by their headers."""
    found = [column.header for column in KINDS[kind] if column.required and not _has(fields, column)]
    if kind not in OPENING and "case" not in fields and not {"id_number", "occupation", "level"} <= fields:
        found.append("案件编号（或证件号码、职业、等级）")
    if kind in ONE_OF and not fields & {column.field for column in ONE_OF[kind]}:
        found.append("或".join(column.header for column in ONE_OF[kind]))
    return found


def _has(fields: set[str], column: Column) -> bool:
    return column.field in fields or (column.field == "fee" and "fee_fen" in fields)


def _seen(headings: set[str], kind: str) -> str:
    return unknown_said(unknown(sorted(headings), kind))


def unknown(header: Sequence[str], kind: str) -> list[Unknown]:
    """The headings that no column of `kind` has, each with the nearest; ours and 序号 apart."""
    return [
        Unknown(place, heading, nearest(heading, kind))
        for place, heading in enumerate(header)
        if heading and column_of(heading, kind) is None and folded(heading) not in PASSED_OVER
    ]


def unknown_said(found: Sequence[Unknown]) -> str:
    """For a message: the unknown headings, each with what it may be."""
    shown = [f"“{one.heading}”" + (f"（是否“{one.nearest}”）" if one.nearest else "") for one in found]
    return f"；不认识的表头：{'、'.join(shown)}" if shown else ""


def letter(place: int) -> str:
    """A column as Excel letters it: 0 is A."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
