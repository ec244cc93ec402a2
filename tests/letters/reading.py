"""Reads a letter back as a reader would: its text, and where its characters stand."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as raw

MM = 72 / 25.4


class Glyph(NamedTuple):
    sign: str
    x: float  # mm from the left edge, origin
    y: float  # mm from the top edge, baseline
    size: float  # pt


def pages(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def text(pdf: bytes) -> str:
    """All text without white space: lines break wherever they like."""
    units = "".join(glyph.sign for page in range(pages(pdf)) for glyph in glyphs(pdf, page))
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


def glyphs(pdf: bytes, page_index: int = 0) -> Iterator[Glyph]:
    document = pypdfium2.PdfDocument(pdf)
    page = document[page_index]
    textpage = page.get_textpage()
    try:
        x, y = ctypes.c_double(), ctypes.c_double()
        for index in range(textpage.count_chars()):
            sign = chr(raw.FPDFText_GetUnicode(textpage, index))
            if sign.isspace() and sign != "\u3000":
                continue
            raw.FPDFText_GetCharOrigin(textpage, index, x, y)
            size = raw.FPDFText_GetFontSize(textpage, index)
            yield Glyph(sign, x.value / MM, (page.get_height() - y.value) / MM, size)
    finally:
        textpage.close()
        page.close()
        document.close()
