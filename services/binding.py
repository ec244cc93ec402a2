"""Letters bound into one file to print: each starts on a fresh sheet, a slip is a leaf of its own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import NamedTuple

from pypdf import PageObject, PdfReader, PdfWriter

from letters.kinds import kind_of


class Leaves(NamedTuple):
    """One letter's PDF, and its kind: some end with a slip that the candidate tears off and returns."""

    pdf: bytes
    kind: str


class _Binder:
    """Adds pages; in duplex, knows which side of a sheet comes next."""

    def __init__(self, *, duplex: bool) -> None:
        self.writer = PdfWriter()
        self._duplex = duplex

    def fresh_sheet(self) -> None:
        """Leaves the back of the last sheet blank."""
        if self._duplex and len(self.writer.pages) % 2:
            self.writer.add_blank_page()

    def add(self, pdf: bytes) -> list[PageObject]:
        """All pages of `pdf`, from where we are."""
        start = len(self.writer.pages)
        self.writer.append(io.BytesIO(pdf), import_outline=False)
        return list(self.writer.pages[start:])


def bind(
    letters: Sequence[Leaves],
    *,
    duplex: bool,
    marks: bytes | None = None,
    covers: tuple[bytes, Sequence[int]] | None = None,
) -> bytes:
    """One PDF of `letters`. `marks`: a page a letter, laid over its first. `covers`: a page an envelope, and how many
    letters are in each.
    """
    binder = _Binder(duplex=duplex)
    over = PdfReader(io.BytesIO(marks)).pages if marks else None
    before = _covers(covers)
    for n, letter in enumerate(letters):
        if cover := before.get(n):
            binder.fresh_sheet()
            binder.writer.add_page(cover)
        binder.fresh_sheet()
        pages = _with_slip(binder, letter) if kind_of(letter.kind).slip else binder.add(letter.pdf)
        if over is not None:
            pages[0].merge_page(over[n])
    return _written(binder.writer)


def stacked(parts: Sequence[bytes], duplex: bool) -> bytes:
    """Files one behind the other, each from a fresh sheet."""
    binder = _Binder(duplex=duplex)
    for part in parts:
        binder.fresh_sheet()
        binder.add(part)
    return _written(binder.writer)


def _with_slip(binder: _Binder, letter: Leaves) -> list[PageObject]:
    """The letter's pages; its last one, the slip, begins a fresh sheet."""
    source = PdfReader(io.BytesIO(letter.pdf))
    pages = [binder.writer.add_page(page) for page in source.pages[:-1]]
    binder.fresh_sheet()
    return [*pages, binder.writer.add_page(source.pages[-1])]


def _covers(covers: tuple[bytes, Sequence[int]] | None) -> dict[int, PageObject]:
    if covers is None:
        return {}
    at, found = 0, {}
    for page, count in zip(PdfReader(io.BytesIO(covers[0])).pages, covers[1], strict=True):
        found[at] = page
        at += count
    return found


def _written(writer: PdfWriter) -> bytes:
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()
