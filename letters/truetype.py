"""Casts JiandingSong-Regular.ttf: Noto Serif SC's commonest shapes as TrueType, because that sets faster.

Typst cuts a subset out of every face for every letter. From a large CFF face that takes half of a letter's time; from
this one, with GB 2312's characters and no features, a quarter. Same shapes within a thousandth of an em, same widths.
Rarer characters still come from Noto Serif SC itself. It takes twenty seconds and gives the same bytes every time, so
each installation casts its own, once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from pylopdf_fonts_zh_cn import serif_path

from letters.face_names import FACE_NAME, FAMILY

_SCALE = 0.5  # 500 units to the em: steps of 0.01 mm at 16 pt, finer than any office printer's dots
_ERROR = 0.6  # units
_EXTRA = "—–·…“”‘’〔〕《》【】（）、。，：；？！□■√＊　¥％℃"
_OS2 = (
    *("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent", "sxHeight", "sCapHeight"),
    *("ySubscriptXSize", "ySubscriptYSize", "ySubscriptXOffset", "ySubscriptYOffset", "xAvgCharWidth"),
    *("ySuperscriptXSize", "ySuperscriptYSize", "ySuperscriptXOffset", "ySuperscriptYOffset"),
    *("yStrikeoutSize", "yStrikeoutPosition"),
)
_NAMES = {1: FAMILY, 2: "Regular", 3: f"{FACE_NAME}-1", 4: FAMILY, 6: FACE_NAME, 16: FAMILY, 17: "Regular"}


def repertoire() -> frozenset[int]:
    """The code points of ASCII, GB 2312 and the signs of official letters."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    signs = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    return frozenset(map(ord, signs + _EXTRA)) | frozenset(range(0x20, 0x7F))


def cast(target: Path) -> None:
    """Writes the face to `target`."""
    font = TTFont(serif_path(), recalcTimestamp=False)
    options = subset.Options(
        desubroutinize=True, layout_features=[], notdef_outline=True, hinting=False, name_IDs=["*"]
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=repertoire())
    cutter.subset(font)
    _to_truetype(font)
    font["head"].unitsPerEm = round(font["head"].unitsPerEm * _SCALE)
    _scale_metrics(font)
    for record in list(font["name"].names):
        if record.nameID in _NAMES:
            record.string = _NAMES[record.nameID]
        elif record.nameID not in {0, 13, 14}:  # copyright and licence stay
            font["name"].removeNames(nameID=record.nameID)
    font.save(target)


def _to_truetype(font: Any) -> None:
    order, outlines, shapes = font.getGlyphOrder(), font.getGlyphSet(), {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(TransformPen(Cu2QuPen(pen, _ERROR, reverse_direction=True), (_SCALE, 0, 0, _SCALE, 0, 0)))
        shapes[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, shapes
    for tag in ("CFF ", "VORG", "GSUB", "GPOS", "BASE", "vhea", "vmtx"):
        if tag in font:
            del font[tag]
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    for field in ("Zones", "TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements"):
        setattr(limits, f"max{field}", 0)
    limits.maxZones, limits.maxSizeOfInstructions, limits.maxComponentElements = 1, 0, 0
    font["post"].formatType = 3.0
    font.sfntVersion = "\0\1\0\0"


def _scale_metrics(font: Any) -> None:
    for name, (advance, bearing) in font["hmtx"].metrics.items():
        font["hmtx"].metrics[name] = (round(advance * _SCALE), round(bearing * _SCALE))
    heights = {
        "hhea": ("ascent", "descent", "lineGap"),
        "OS/2": _OS2,
        "post": ("underlinePosition", "underlineThickness"),
    }
    for tag, fields in heights.items():
        for field in fields:
            setattr(font[tag], field, round(getattr(font[tag], field) * _SCALE))
